package dev.slipway.identity;

import com.password4j.BcryptFunction;
import com.password4j.types.Bcrypt;
import dev.slipway.http.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Hashes passwords with bcrypt, and checks the format of hashes to import. Thread-safe. */
final class PasswordHasher implements AutoCloseable {
  /** bcrypt silently ignores the rest. */
  private static final int PLAIN_BYTES_MAX = 72;

  private static final String BASE64 = "[A-Za-z0-9+/]+={0,2}";
  private static final String CRYPT64 = "[./A-Za-z0-9]";

  /** The formats that Ory Kratos imports: B stands for base64, C for a character of crypt. */
  private static final List<Pattern> FORMATS =
      Stream.of(
              "\\$2[aby]\\$\\d{2}\\$C{53}",
              "\\$argon2(?:id|i)\\$v=\\d{1,3}\\$m=\\d{1,10},t=\\d{1,10},p=\\d{1,5}\\$B\\$B",
              "\\$scrypt\\$ln=\\d{1,10},r=\\d{1,10},p=\\d{1,10}\\$B\\$B",
              "\\$firescrypt\\$ln=\\d{1,10},r=\\d{1,10},p=\\d{1,10}\\$B\\$B\\$B",
              "\\$pbkdf2-sha(?:1|224|256|384|512)\\$i=\\d{1,10},l=\\d{1,10}\\$B\\$B",
              "\\{S?SHA(?:256|512)?\\}B",
              "\\$sha(?:1|256|512)\\$pf=B\\$B\\$B",
              "\\$md5\\$(?:pf=B\\$B\\$)?B",
              "\\$1\\$C{1,8}\\$C{22}",
              "\\$5\\$(?:rounds=\\d{1,9}\\$)?C{1,16}\\$C{43}",
              "\\$6\\$(?:rounds=\\d{1,9}\\$)?C{1,16}\\$C{86}",
              "\\$hmac-(?:md5|sha1|sha224|sha256|sha384|sha512)\\$B\\$B")
          .map(
              format ->
                  Pattern.compile(format.replaceAll("B", BASE64).replaceAll("C(?=\\{)", CRYPT64)))
          .toList();

  private final BcryptFunction bcrypt;
  private final ExecutorService threads;

  /**
   * Starts one thread for each processor. A hash takes a quarter of a second of processor time, and
   * on virtual threads a few of them would delay all other requests.
   *
   * @param bcryptCost the logarithm of the number of rounds
   */
  PasswordHasher(int bcryptCost) {
    this.bcrypt = BcryptFunction.getInstance(Bcrypt.A, bcryptCost);
    this.threads =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().daemon().name("bcrypt-", 0).factory());
  }

  /**
   * Returns a hash of a known format.
   *
   * @param path the location of the hash, for the message
   * @throws Problem 400 if the format is unknown; the message does not contain the hash
   */
  static String requireKnownFormat(String hash, String path) {
    if (FORMATS.stream().noneMatch(format -> format.matcher(hash).matches())) {
      throw Problem.of(
          400,
          path
              + " has no known format: use bcrypt ($2a$), argon2id, argon2i, scrypt, firescrypt,"
              + " pbkdf2, SSHA, SHA, MD5, crypt's $1$, $5$ and $6$, or HMAC");
    }
    return hash;
  }

  /**
   * Hashes a password with bcrypt.
   *
   * @throws Problem 400 if it is empty or longer than bcrypt distinguishes
   * @throws InterruptedException if the request's deadline passes
   */
  String hash(String plain, String path) throws InterruptedException {
    int bytes = plain.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > PLAIN_BYTES_MAX) {
      throw Problem.of(
          400, path + " must have 1 to " + PLAIN_BYTES_MAX + " bytes, as bcrypt ignores the rest");
    }
    Future<String> hash = threads.submit(() -> bcrypt.hash(plain).getResult());
    try {
      return hash.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("bcrypt failed", e.getCause());
    } finally {
      hash.cancel(true);
    }
  }

  /** Stops the threads. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
