package dev.slipway.http;

import com.sun.net.httpserver.Headers;
import dev.slipway.config.NamedPipe;
import dev.slipway.config.Secret;
import dev.slipway.config.Settings;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The token that requests have to bear. One in a file is read again when it may have changed: what
 * is in the file counts a second later, and what was in it counts no more. While the file cannot be
 * read or holds no token, the last good one counts. Safe for any number of threads.
 */
final class BearerToken {
  private static final System.Logger LOG = System.getLogger(BearerToken.class.getName());
  private static final Duration REREAD_EVERY = Duration.ofSeconds(1);
  private static final String SCHEME = "Bearer ";

  /** What can stand in a header's value and in a mounted secret. */
  private static final int LENGTH_MAX = 4096;

  private final Optional<Path> file;
  private final Metrics.Counter changes;
  private final Metrics.Counter failures;
  private volatile byte[] digest;
  private volatile long readNanos = System.nanoTime();
  private String told = "";

  private BearerToken(Optional<Path> file, Secret token, Metrics metrics) {
    this.file = file;
    this.changes =
        metrics.counter(
            "slipway_token_changes_total", "Changed tokens that were taken over.", Map.of());
    this.failures =
        metrics.counter(
            "slipway_token_failures_total",
            "Times that the token file held no token; the old one stays in use.",
            Map.of());
    this.digest = digest(token.reveal());
  }

  /**
   * The token that the settings name, if they name one.
   *
   * @throws SlipwayException USAGE when its file cannot be read or holds no token
   */
  static Optional<BearerToken> of(Settings.Http settings, Metrics metrics) {
    if (settings.tokenFile().isPresent()) {
      Path file = settings.tokenFile().get();
      try {
        return Optional.of(new BearerToken(Optional.of(file), read(file), metrics));
      } catch (IOException e) {
        throw SlipwayException.usageError(e.getMessage())
            .hint("put the token into it, in one line, where the user who runs slipway may read it")
            .cause(e);
      }
    }
    return settings.token().map(token -> new BearerToken(Optional.empty(), token, metrics));
  }

  /**
   * Lets through whoever bears the token.
   *
   * @throws Problem 401 for everybody else
   */
  void check(Headers headers) {
    List<String> given = headers.get("Authorization");
    if (given == null || given.size() > 1 || !fits(given.getFirst())) {
      throw Problem.of(401, "the request needs the header Authorization: Bearer <token>")
          .header("WWW-Authenticate", "Bearer");
    }
  }

  private boolean fits(String authorization) {
    refresh();
    // By digests, which have one length: the time it takes tells nothing of the token's.
    return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(digest, digest(authorization.substring(SCHEME.length()).strip()));
  }

  private void refresh() {
    if (file.isPresent() && isDue()) {
      // Whoever comes while somebody reads waits for the same answer: a token that was replaced
      // more than a second ago opens nothing.
      synchronized (this) {
        if (isDue()) {
          reread(file.get());
          readNanos = System.nanoTime();
        }
      }
    }
  }

  private boolean isDue() {
    return System.nanoTime() - readNanos >= REREAD_EVERY.toNanos();
  }

  private void reread(Path path) {
    try {
      byte[] now = digest(read(path).reveal());
      if (!MessageDigest.isEqual(now, digest)) {
        digest = now;
        changes.increment();
        LOG.log(Level.INFO, "the token in " + path + " has changed: the old one is refused now");
      }
      told = "";
    } catch (IOException e) {
      failures.increment();
      if (!told.equals(e.getMessage())) {
        told = e.getMessage();
        LOG.log(Level.WARNING, told + "; the token that was in it before stays in use");
      }
    }
  }

  private static Secret read(Path file) throws IOException {
    if (NamedPipe.is(file)) {
      throw new IOException("the token file " + file + " is not a regular file");
    }
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      String why =
          e.getMessage() == null || e.getMessage().equals(file.toString())
              ? "there is no such file, or it may not be read"
              : e.getMessage();
      throw new IOException("the token file " + file + " cannot be read: " + why, e);
    }
    if (text.isEmpty()) {
      throw new IOException("the token file " + file + " is empty");
    }
    if (text.length() > LENGTH_MAX || !text.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new IOException(
          "the token file "
              + file
              + " does not hold a token: 1 to "
              + LENGTH_MAX
              + " letters, digits and signs of ASCII, without a space");
    }
    return Secret.of(text);
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(token.getBytes(StandardCharsets.ISO_8859_1));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
