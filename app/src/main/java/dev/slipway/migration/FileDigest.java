package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The digests by which other tools recognize a file. */
final class FileDigest {
  private FileDigest() {}

  /**
   * Whether a file has a digest, as it is or with the line ends of another platform: a checkout may
   * have converted them.
   *
   * @param algorithm as in {@link MessageDigest}
   * @param digest hexadecimal digits
   * @throws SlipwayException (usage) if the file cannot be read
   */
  static boolean matches(Path file, String algorithm, String digest) {
    MessageDigest raw = digest(algorithm);
    MessageDigest lf = digest(algorithm);
    MessageDigest crlf = digest(algorithm);
    try (InputStream in = new BufferedInputStream(BundledMigrations.open(file))) {
      boolean pendingReturn = false;
      for (int read = in.read(); read >= 0; read = in.read()) {
        raw.update((byte) read);
        if (pendingReturn && read != '\n') {
          lf.update((byte) '\r');
          crlf.update((byte) '\r');
        }
        pendingReturn = read == '\r';
        if (read == '\n') {
          crlf.update((byte) '\r');
        }
        if (!pendingReturn) {
          lf.update((byte) read);
          crlf.update((byte) read);
        }
      }
      if (pendingReturn) {
        lf.update((byte) '\r');
        crlf.update((byte) '\r');
      }
    } catch (IOException e) {
      throw MigrationFileReader.unreadable(file, e);
    }
    return List.of(raw, lf, crlf).stream()
        .map(each -> HexFormat.of().formatHex(each.digest()))
        .anyMatch(digest.strip()::equalsIgnoreCase);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
