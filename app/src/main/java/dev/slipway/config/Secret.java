package dev.slipway.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A text that masks itself wherever it is printed. Immutable. */
public final class Secret {
  private static final String MASK = "***";
  private static final int BYTES_MAX = 64 * 1024;

  private final String text;

  private Secret(String text) {
    this.text = Objects.requireNonNull(text);
  }

  /** Keeps a text from being printed. */
  public static Secret of(String text) {
    return new Secret(text);
  }

  /**
   * Reads one from a file with one line, without its line break.
   *
   * @param kind of secret, for messages
   * @param origin what named the file, for messages; may be empty
   * @throws SlipwayException (usage) when the file cannot be read, is not a regular file, or does
   *     not hold one line of UTF-8 with at most 64 KiB
   */
  public static Secret read(Path file, String kind, String origin) {
    String subject = "the " + kind + " file " + file;
    if (NamedPipe.is(file)) {
      throw SlipwayException.usageError(subject + " is not a regular file" + origin);
    }
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw SlipwayException.usageError(subject + " has more than 64 KiB" + origin);
      }
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IOException e) {
      throw SlipwayException.usageError(
              subject + " cannot be read: " + IoErrors.describe(e) + origin)
          .hint("check the path, and that the user who runs slipway may read it")
          .cause(e);
    }
    // Editors and `echo` end a file with a line break, which is not part of the secret.
    text = text.replaceFirst("\\R\\z", "");
    if (text.isBlank()) {
      throw SlipwayException.usageError(subject + " is empty" + origin);
    }
    if (text.lines().count() > 1 || text.indexOf('\0') >= 0) {
      throw SlipwayException.usageError(subject + " does not hold one line of text" + origin)
          .hint("write nothing else into it");
    }
    return of(text);
  }

  /** The clear text, for the one who has to use it; it goes into no message and no log. */
  public String reveal() {
    return text;
  }

  /** Always the same mask, which tells nothing of the length either. */
  @Override
  public String toString() {
    return MASK;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
