package dev.slipway.sql;

import dev.slipway.sql.SqlScript.SourcePosition;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The text that a scanner reads: a string, or a window of what a reader supplies. The window starts
 * at the last {@link #release}; it never has more than the given number of bytes, so a longer
 * statement is measured and not kept. Offsets count from the start of the text. For one thread.
 */
final class SourceText {
  private static final int PIECE_SHIFT = 16;
  private static final int PIECE_CHARS = 1 << PIECE_SHIFT;

  private final Reader reader;
  private final int shift;
  private final int mask;
  private final long bytesMax;
  private final List<String> pieces = new ArrayList<>();
  private final List<PieceStart> starts = new ArrayList<>();
  private final char[] buffer;
  private PieceStart next = new PieceStart(0, 1, 0);
  private int length;
  private boolean atEnd;
  private int firstPiece;
  private int kept;
  private PieceStart keptStart = next;
  private PieceStart last = next;
  private int lastOffset;
  private boolean truncated;

  /** What comes before a piece: bytes in UTF-8, the line, and the characters on that line. */
  private record PieceStart(long bytes, int line, int column) {
    /** What comes before a later character, {@code to}, of the piece. */
    PieceStart plus(String piece, int from, int to) {
      long bytesThere = bytes;
      int lineThere = line;
      int columnThere = column;
      for (int i = from; i < to; i++) {
        char c = piece.charAt(i);
        bytesThere += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        if (c == '\n') {
          lineThere++;
          columnThere = 0;
        } else if (!Character.isLowSurrogate(c)) {
          columnThere++;
        }
      }
      return new PieceStart(bytesThere, lineThere, columnThere);
    }
  }

  /** A text in memory. */
  SourceText(String text) {
    this.reader = Reader.nullReader();
    this.shift = 31;
    this.mask = Integer.MAX_VALUE;
    this.bytesMax = Long.MAX_VALUE;
    this.buffer = new char[0];
    this.length = text.length();
    this.atEnd = true;
    pieces.add(text);
    starts.add(next);
  }

  /**
   * A text that is read while it is scanned.
   *
   * @param bytesMax the most bytes of a statement that is kept
   */
  SourceText(Reader reader, long bytesMax) {
    this.reader = reader;
    this.shift = PIECE_SHIFT;
    this.mask = PIECE_CHARS - 1;
    this.bytesMax = bytesMax;
    this.buffer = new char[PIECE_CHARS];
  }

  /** Whether the text is in memory as a whole. */
  boolean isWhole() {
    return shift != PIECE_SHIFT;
  }

  /** Whether the text has a character at this offset. */
  boolean has(int offset) {
    while (offset >= length && !atEnd) {
      load();
    }
    return offset < length;
  }

  /** The length of what has been read: of the whole text once {@link #has} was false. */
  int length() {
    return length;
  }

  char charAt(int offset) {
    return pieces.get(offset >>> shift).charAt(offset & mask);
  }

  boolean startsWith(String prefix, int offset) {
    for (int i = 0; i < prefix.length(); i++) {
      if (!has(offset + i) || charAt(offset + i) != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a word in upper case stands at this offset, in any case. */
  boolean hasWord(String word, int offset) {
    for (int i = 0; i < word.length(); i++) {
      if (!has(offset + i) || Character.toUpperCase(charAt(offset + i)) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The offset of the next such character, or -1. */
  int indexOf(char c, int from) {
    int at = from;
    while (has(at)) {
      int found = pieces.get(at >>> shift).indexOf(c, at & mask);
      if (found >= 0) {
        return (at & ~mask) + found;
      }
      at = (at & ~mask) + pieces.get(at >>> shift).length();
    }
    return -1;
  }

  /** The offset of the next such text, or -1. */
  int indexOf(String text, int from) {
    int at = indexOf(text.charAt(0), from);
    while (at >= 0 && !startsWith(text, at)) {
      at = indexOf(text.charAt(0), at + 1);
    }
    return at;
  }

  String substring(int from, int to) {
    if (pieceEnd(from, to) == to) {
      return part(from, to);
    }
    List<String> parts = new ArrayList<>();
    for (int at = from; at < to; at = pieceEnd(at, to)) {
      parts.add(part(at, pieceEnd(at, to)));
    }
    return String.join("", parts);
  }

  /**
   * A range in UTF-8. Forgets each piece of the text once it is encoded, so that there are never
   * two whole copies.
   */
  byte[] takeUtf8(int from, int to) {
    byte[] bytes = new byte[Math.toIntExact(bytes(from, to))];
    int written = 0;
    for (int at = from; at < to; ) {
      int end = pieceEnd(at, to);
      if (end < to && Character.isHighSurrogate(charAt(end - 1))) {
        end++;
      }
      byte[] part = substring(at, end).getBytes(StandardCharsets.UTF_8);
      System.arraycopy(part, 0, bytes, written, part.length);
      written += part.length;
      release(end);
      at = end;
    }
    return bytes;
  }

  /** The end of the piece that an offset is in, or {@code to} if that comes first. */
  private int pieceEnd(int at, int to) {
    int piece = at >>> shift;
    return piece >= pieces.size() ? to : Math.min(to, (at & ~mask) + pieces.get(piece).length());
  }

  private String part(int from, int to) {
    int start = from & mask;
    return from == to ? "" : pieces.get(from >>> shift).substring(start, start + to - from);
  }

  /** Copies characters up to the end of the line, at least one and at most {@code count}. */
  int copyLine(int from, char[] target, int offset, int count) {
    String piece = pieces.get(from >>> shift);
    int start = from & mask;
    int newline = piece.indexOf('\n', start, Math.min(piece.length(), start + count));
    int end = newline < 0 ? Math.min(piece.length(), start + count) : newline + 1;
    piece.getChars(start, end, target, offset);
    return end - start;
  }

  /** The size of a range in UTF-8; it has to start at the last {@link #release} or after it. */
  long bytes(int from, int to) {
    return bytesBefore(to) - bytesBefore(from);
  }

  /** Whether the text since the last {@link #release} was too long to be kept. */
  boolean truncated() {
    return truncated;
  }

  /** Forgets what is before an offset, except for a few lines. */
  void release(int offset) {
    if (isWhole()) {
      return;
    }
    kept = offset;
    truncated = false;
    drop((offset >>> shift) - 1);
  }

  private void drop(int end) {
    for (; firstPiece < end; firstPiece++) {
      pieces.set(firstPiece, "");
    }
  }

  /** Line and column of an offset. */
  SourcePosition position(int offset) {
    has(offset);
    PieceStart at = before(Math.min(offset, length));
    return new SourcePosition(at.line, at.column + 1);
  }

  private long bytesBefore(int offset) {
    return before(offset).bytes;
  }

  private PieceStart before(int offset) {
    if (truncated && offset == kept) {
      return keptStart;
    }
    int piece = offset >>> shift;
    if (piece >= pieces.size()) {
      return next;
    }
    // Most questions come in the order of the text.
    boolean later = piece == lastOffset >>> shift && lastOffset <= offset;
    int from = later ? lastOffset & mask : 0;
    PieceStart start = later ? last : starts.get(piece);
    last = start.plus(pieces.get(piece), from, offset & mask);
    lastOffset = offset;
    return last;
  }

  private void load() {
    int count = 0;
    try {
      while (count < buffer.length && !atEnd) {
        int read = reader.read(buffer, count, buffer.length - count);
        atEnd = read < 0;
        count += Math.max(0, read);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (count == 0) {
      return;
    }
    String piece = new String(buffer, 0, count);
    starts.add(next);
    pieces.add(piece);
    length = Math.addExact(length, count);
    next = next.plus(piece, 0, count);
    if (!truncated && next.bytes - bytesBefore(kept) > bytesMax) {
      keptStart = before(kept);
      truncated = true;
    }
    if (truncated) {
      drop(pieces.size() - 2);
    }
  }
}
