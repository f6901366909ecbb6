package dev.slipway.migration;

import dev.slipway.config.IoErrors;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;

/**
 * The text of a migration file, without a byte order mark, and its checksum. Every method throws a
 * {@link SlipwayException} (usage) if the file cannot be read, or is not UTF-8 text. For one
 * thread.
 */
final class MigrationFileReader extends Reader {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path path;
  private final InputStream in;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final CRC32 checksum = new CRC32();
  private final ByteBuffer bytes;
  private int line = 1;
  private boolean atEnd;

  /** A decoded character that did not fit into the target; 0 if all characters did. */
  private char pending;

  /** Reads one direction of a file that holds both. */
  static MigrationFileReader ofSection(Path path, MigrationKind direction) {
    return new MigrationFileReader(path, in -> new SectionInputStream(in, direction));
  }

  MigrationFileReader(Path path) {
    this(path, in -> in);
  }

  private MigrationFileReader(Path path, UnaryOperator<InputStream> filter) {
    this.path = path;
    try {
      this.in = filter.apply(BundledMigrations.open(path));
      this.bytes = ByteBuffer.allocate(Math.clamp(Files.size(path) + 1, 4, BUFFER_BYTES));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    bytes.limit(0);
    fill();
    if (startsWith(0xFE, 0xFF) || startsWith(0xFF, 0xFE)) {
      close();
      throw SlipwayException.usageErrorAt(
              path, 1, "the file is UTF-16, and migrations are read as UTF-8")
          .hint("save it as UTF-8, for instance with `iconv -f UTF-16 -t UTF-8`");
    }
    if (startsWith(0xEF, 0xBB, 0xBF)) {
      bytes.position(3);
    }
    check(bytes.position());
  }

  static SlipwayException unreadable(Path path, IOException e) {
    return SlipwayException.usageError("cannot read " + path + ": " + IoErrors.describe(e))
        .cause(e);
  }

  private boolean startsWith(int... start) {
    if (bytes.limit() < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((bytes.get(i) & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }

  /** Reads more bytes, after those that are not decoded yet. */
  private void fill() {
    bytes.compact();
    try {
      while (bytes.hasRemaining() && !atEnd) {
        int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
        atEnd = read < 0;
        bytes.position(bytes.position() + Math.max(0, read));
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    bytes.flip();
  }

  /**
   * Adds bytes from this position on to the checksum: Flyway's, of all lines without their ends.
   */
  private void check(int from) {
    int start = from;
    for (int i = from; i < bytes.limit(); i++) {
      byte b = bytes.get(i);
      if (b == '\n' || b == '\r') {
        checksum.update(bytes.array(), start, i - start);
        start = i + 1;
      } else if (b == 0) {
        throw SlipwayException.usageErrorAt(
                path,
                line + lines(i),
                "the file holds a NUL byte, which no database takes in a statement")
            .hint("it may be binary, or UTF-16 without its mark; save it as UTF-8 text");
      }
    }
    checksum.update(bytes.array(), start, bytes.limit() - start);
  }

  /** The ends of lines among the bytes that are not decoded yet, up to an index. */
  private int lines(int end) {
    int lines = 0;
    for (int i = bytes.position(); i < end; i++) {
      lines += bytes.get(i) == '\n' ? 1 : 0;
    }
    return lines;
  }

  @Override
  public int read(char[] target, int offset, int count) {
    if (pending != 0 && count > 0) {
      target[offset] = pending;
      pending = 0;
      return 1;
    }
    if (count == 1) {
      char[] character = new char[2];
      int read = decode(character, 0, 2);
      target[offset] = character[0];
      pending = read == 2 ? character[1] : 0;
      return Math.min(read, 1);
    }
    return decode(target, offset, count);
  }

  private int decode(char[] target, int offset, int count) {
    CharBuffer chars = CharBuffer.wrap(target, offset, count).slice();
    while (chars.position() == 0) {
      int from = bytes.position();
      CoderResult result = decoder.decode(bytes, chars, atEnd);
      int decoded = bytes.position();
      bytes.position(from);
      line += lines(decoded);
      bytes.position(decoded);
      if (result.isError()) {
        throw SlipwayException.usageErrorAt(
                path,
                line,
                "the file is not UTF-8: byte 0x"
                    + Integer.toHexString(bytes.get(decoded) & 0xFF)
                    + " fits no character")
            .hint("save it as UTF-8, for instance with `iconv -f LATIN1 -t UTF-8`");
      }
      if (chars.position() > 0 || result.isOverflow()) {
        break;
      }
      if (atEnd) {
        return -1;
      }
      int kept = bytes.remaining();
      fill();
      check(kept);
    }
    return chars.position();
  }

  @Override
  public String readAllAsString() {
    StringBuilder text = new StringBuilder(bytes.limit());
    char[] buffer = new char[bytes.capacity()];
    for (int read = read(buffer, 0, buffer.length);
        read >= 0;
        read = read(buffer, 0, buffer.length)) {
      text.append(buffer, 0, read);
    }
    return text.toString();
  }

  /** The checksum of the whole file; reads what is left of it. */
  int checksum() {
    char[] buffer = new char[bytes.capacity()];
    while (read(buffer, 0, buffer.length) >= 0) {
      // Only the checksum is wanted.
    }
    return (int) checksum.getValue();
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }
}
