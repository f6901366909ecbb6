package dev.slipway.http;

import dev.slipway.config.Secret;
import dev.slipway.config.Settings;
import dev.slipway.error.SlipwayException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * The token that clients must send. A token file is read again at most once a second: its new token
 * replaces the old one. While the file is unreadable or has no valid token, the last one stays in
 * use. Safe for concurrent use.
 */
final class BearerToken {
  private static final System.Logger LOG = System.getLogger(BearerToken.class.getName());
  private static final Duration REREAD_EVERY = Duration.ofSeconds(1);
  private static final String SCHEME = "Bearer ";

  /** The maximum that fits into a header and a mounted secret. */
  private static final int LENGTH_MAX = 4096;

  private final Optional<Path> file;
  private final Metrics.Counter changes;
  private final Metrics.Counter failures;
  private volatile byte[] digest;
  private volatile long readNanos = System.nanoTime();
  private String reported = "";

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
   * Returns the token of the settings, if any.
   *
   * @throws SlipwayException USAGE when its file cannot be read or holds no token
   */
  static Optional<BearerToken> of(Settings.Http settings, Metrics metrics) {
    if (settings.tokenFile().isPresent()) {
      Path file = settings.tokenFile().get();
      return Optional.of(new BearerToken(Optional.of(file), read(file), metrics));
    }
    return settings.token().map(token -> new BearerToken(Optional.empty(), token, metrics));
  }

  /**
   * Checks a request's token.
   *
   * @throws Problem 401 when it is missing or wrong
   */
  void check(HttpFields headers) {
    List<String> given = headers.getValuesList(HttpHeader.AUTHORIZATION);
    if (given.size() != 1 || !matches(given.getFirst())) {
      throw Problem.of(401, "the request needs the header Authorization: Bearer <token>")
          .header("WWW-Authenticate", "Bearer");
    }
  }

  private boolean matches(String authorization) {
    refresh();
    // Digests have one length, so the time of the comparison reveals nothing about the token.
    return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(digest, digest(authorization.substring(SCHEME.length()).strip()));
  }

  private void refresh() {
    if (file.isPresent() && isDue()) {
      // Concurrent requests wait for the read: a token replaced more than a second ago is invalid.
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
      reported = "";
    } catch (SlipwayException e) {
      failures.increment();
      if (!reported.equals(e.getMessage())) {
        reported = e.getMessage();
        LOG.log(Level.WARNING, reported + "; the token that was in it before stays in use");
      }
    }
  }

  private static Secret read(Path file) {
    String text = Secret.read(file, "token", "").reveal().strip();
    if (text.length() > LENGTH_MAX || !text.chars().allMatch(c -> c > ' ' && c <= '~')) {
      String rule = " letters, digits and signs of ASCII, without a space";
      throw SlipwayException.usageError(
              "the token file " + file + " does not hold a token: 1 to " + LENGTH_MAX + rule)
          .hint("put the token into it, in one line");
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
