package dev.slipway.identity;

import dev.slipway.config.Backoff;
import dev.slipway.config.IoErrors;
import dev.slipway.config.NamedPipe;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The source of a schema's document: a file, a URL, or the configuration itself. */
final class SchemaSource {
  private static final int BYTES_MAX = 1024 * 1024;
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(8);
  private static final String MEDIA_TYPES = "application/schema+json, application/json";
  private static final String BASE64 = "base64://";

  private final String location;
  private final String description;
  private final Instant deadline;

  /** A source that has to respond before the deadline, retries included. */
  SchemaSource(String id, String location, Instant deadline) {
    this.location = location;
    this.description = "the identity schema '" + id + "' at " + redact(location);
    this.deadline = deadline;
  }

  /** The name of the document for messages, without a password. */
  String description() {
    return description;
  }

  /**
   * Reads the document.
   *
   * @throws SlipwayException RETRY if a server is unreachable or fails, USAGE for other errors
   */
  byte[] read() {
    if (location.startsWith(BASE64)) {
      return decoded(location.substring(BASE64.length()));
    }
    if (location.matches("https?://.*")) {
      return fetchWithRetries(uri());
    }
    if (location.startsWith("file:")) {
      return file(Path.of(uri().getPath()));
    }
    if (location.contains("://")) {
      throw invalid("has no known scheme: take file://, http://, https:// or base64://");
    }
    return file(Path.of(location));
  }

  private byte[] decoded(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid("is not valid base64");
    }
  }

  private byte[] file(Path path) {
    if (NamedPipe.is(path)) {
      throw invalid("cannot be read: it is not a regular file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      return limited(in);
    } catch (NoSuchFileException e) {
      throw invalid("cannot be read: there is no such file");
    } catch (IOException e) {
      throw invalid("cannot be read: " + IoErrors.describe(e)).cause(e);
    }
  }

  private byte[] limited(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(BYTES_MAX + 1);
    if (bytes.length > BYTES_MAX) {
      throw invalid("is larger than 1 MiB");
    }
    return bytes;
  }

  private byte[] fetchWithRetries(URI uri) {
    try {
      var backoff = new Backoff(PAUSE, PAUSE_MAX);
      while (true) {
        Duration pause = backoff.next();
        try {
          return fetch(uri);
        } catch (SlipwayException e) {
          if (e.exitCode() != ExitCode.RETRY || remaining().compareTo(pause) <= 0) {
            throw e;
          }
        }
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("the process was asked to end");
    }
  }

  private byte[] fetch(URI uri) throws InterruptedException {
    // Redirects are not followed: only the configured server is asked.
    var client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    try {
      var request = HttpRequest.newBuilder(uri).header("Accept", MEDIA_TYPES).build();
      return client
          .sendAsync(request, BodyHandlers.ofInputStream())
          .thenApply(this::document)
          .get(remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw unavailable("it did not answer in time");
    } catch (ExecutionException e) {
      // CompletableFuture always sets the cause.
      throw switch (Objects.requireNonNull(e.getCause())) {
        case SlipwayException exception -> exception;
        case IOException exception -> unavailable(IoErrors.describe(exception));
        case Throwable other -> unavailable(String.valueOf(other.getMessage()));
      };
    } catch (IllegalArgumentException e) {
      throw unavailable(String.valueOf(e.getMessage()));
    } finally {
      client.shutdownNow();
    }
  }

  private byte[] document(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == 200) {
        return limited(body);
      }
      if (status >= 500 || status == 429) {
        throw unavailable("it answered " + status);
      }
      throw invalid(
          "answered " + status + (status / 100 == 3 ? ", a redirect, which is not followed" : ""));
    } catch (IOException e) {
      throw unavailable(IoErrors.describe(e));
    }
  }

  private Duration remaining() {
    Duration remaining = Duration.between(Instant.now(), deadline);
    return remaining.isNegative() ? Duration.ZERO : remaining;
  }

  private URI uri() {
    try {
      URI uri = URI.create(location);
      boolean valid =
          location.startsWith("file:")
              ? uri.getPath() != null && Objects.requireNonNullElse(uri.getHost(), "").isEmpty()
              : uri.getHost() != null;
      if (valid) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Rejected below.
    }
    throw invalid("is no URL: a file's has three slashes, as file:///etc/schema.json");
  }

  private SlipwayException invalid(String reason) {
    return SlipwayException.usageError(description + " " + reason);
  }

  private SlipwayException unavailable(String reason) {
    return SlipwayException.of(ExitCode.RETRY, description + " cannot be fetched: " + reason);
  }

  private static String redact(String location) {
    return location.startsWith(BASE64)
        ? "base64://…"
        : location.replaceFirst("://[^/@]*@", "://***@");
  }
}
