package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of one direction in a file of goose or dbmate, which holds both. Lines of the other
 * direction are empty, so that line numbers are those of the file. A comment begins a direction, as
 * in the tools: whether the database takes the line for a comment does not matter. Also collects
 * what the comments say. For one thread.
 */
final class SectionInputStream extends InputStream {
  /** No annotation is longer; what follows in a longer line is no part of one. */
  private static final int ANNOTATION_BYTES_MAX = 512;

  private static final Pattern GOOSE = Pattern.compile("--\\s*\\+goose\\b(.*)");
  private static final Pattern DBMATE = Pattern.compile("--\\s*migrate:(up|down)(?:\\s+(.*))?");
  private static final Pattern NO_TRANSACTION =
      Pattern.compile("(?:.*\\s)?transaction:false(?:\\s.*)?");

  private final InputStream in;
  private final MigrationKind wanted;
  private final byte[] buffer = new byte[1 << 13];
  private final Set<MigrationFormat> formats = EnumSet.noneOf(MigrationFormat.class);
  private final Set<MigrationKind> found = EnumSet.noneOf(MigrationKind.class);
  private final Set<MigrationKind> autocommit = EnumSet.noneOf(MigrationKind.class);
  private Optional<Problem> problem = Optional.empty();

  /** The direction of the current line; empty above the first one. */
  private Optional<MigrationKind> current = Optional.empty();

  private int at;
  private int end;
  private int line;
  private boolean lineStart = true;
  private boolean kept;

  /** What is wrong with a file, and in which line. */
  record Problem(int line, String text) {}

  /**
   * Filters a file.
   *
   * @param wanted the direction of the lines to keep; lines above the first one are part of up
   */
  SectionInputStream(InputStream in, MigrationKind wanted) {
    this.in = in;
    this.wanted = wanted;
  }

  /** The tools whose comments have been read. */
  Set<MigrationFormat> formats() {
    return formats;
  }

  /** Whether a direction has been read. */
  boolean has(MigrationKind direction) {
    return found.contains(direction);
  }

  /** Whether a direction runs outside a transaction, by what has been read. */
  boolean isAutocommit(MigrationKind direction) {
    return autocommit.contains(direction);
  }

  /** The first thing that the tool itself would reject. */
  Optional<Problem> problem() {
    return problem;
  }

  /** Whether the first statement has been read, and no comment of a tool before it. */
  private boolean isPlain() {
    return formats.isEmpty() && problem.isPresent();
  }

  /**
   * Reads what the comments of a file say, as far as it can be a file of goose or dbmate.
   *
   * @throws SlipwayException (usage) if it cannot be read
   */
  static SectionInputStream scan(Path path) {
    try (var file = new SectionInputStream(BundledMigrations.open(path), MigrationKind.UP)) {
      byte[] bytes = new byte[1 << 13];
      while (file.read(bytes, 0, bytes.length) >= 0 && !file.isPlain()) {
        // Only the comments are wanted.
      }
      return file;
    } catch (IOException e) {
      throw MigrationFileReader.unreadable(path, e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    int written = 0;
    while (written < count) {
      if (at == end && (written > 0 || !fill())) {
        break;
      }
      if (lineStart) {
        startLine();
      }
      while (at < end && written < count && !lineStart) {
        byte b = buffer[at++];
        lineStart = b == '\n';
        if (kept || lineStart) {
          target[offset + written++] = b;
        }
      }
    }
    return written == 0 && count > 0 ? -1 : written;
  }

  /** Reads more bytes, after those that are left; whether there are any. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, at, buffer, 0, end - at);
    end -= at;
    at = 0;
    int read = in.read(buffer, end, buffer.length - end);
    end += Math.max(0, read);
    return read > 0;
  }

  private void startLine() throws IOException {
    while (end - at < ANNOTATION_BYTES_MAX && newline() < 0 && fill()) {
      // An annotation may go on in what is not read yet.
    }
    line++;
    lineStart = false;
    int newline = newline();
    int length = Math.min(newline < 0 ? end - at : newline - at, ANNOTATION_BYTES_MAX);
    int start = at;
    if (line == 1 && length >= 3 && (buffer[at] & 0xFF) == 0xEF) {
      start += 3;
    }
    while (start < at + length && (buffer[start] == ' ' || buffer[start] == '\t')) {
      start++;
    }
    int left = at + length - start;
    kept = false;
    boolean isComment = left >= 2 && buffer[start] == '-' && buffer[start + 1] == '-';
    if (isComment) {
      annotation(new String(buffer, start, left, StandardCharsets.ISO_8859_1).strip());
    } else if (left > 0 && buffer[start] != '\r' && current.isEmpty()) {
      report("statements above the first direction belong to none");
    }
    kept = kept || current.orElse(MigrationKind.UP) == wanted;
  }

  private int newline() {
    for (int i = at; i < end; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Reads a line that begins with two dashes. */
  private void annotation(String comment) {
    Matcher goose = GOOSE.matcher(comment);
    if (goose.matches()) {
      goose(goose.group(1).strip());
      return;
    }
    Matcher dbmate = DBMATE.matcher(comment);
    if (dbmate.matches()) {
      formats.add(MigrationFormat.DBMATE);
      MigrationKind direction =
          dbmate.group(1).equals("up") ? MigrationKind.UP : MigrationKind.DOWN;
      if (direction == MigrationKind.DOWN && current.isEmpty()) {
        report("`-- migrate:down` has no `-- migrate:up` above it");
      }
      begin(direction);
      if (dbmate.group(2) != null && NO_TRANSACTION.matcher(dbmate.group(2)).matches()) {
        autocommit.add(direction);
      }
    }
  }

  private void goose(String command) {
    formats.add(MigrationFormat.GOOSE);
    switch (command.toUpperCase(Locale.ROOT)) {
      case "UP" -> {
        if (current.isPresent()) {
          report("`-- +goose Up` is there twice, or below `-- +goose Down`");
        }
        begin(MigrationKind.UP);
      }
      case "DOWN" -> {
        if (!current.equals(Optional.of(MigrationKind.UP))) {
          report("`-- +goose Down` has no `-- +goose Up` above it");
        }
        begin(MigrationKind.DOWN);
      }
      case "NO TRANSACTION" -> {
        autocommit.add(MigrationKind.UP);
        autocommit.add(MigrationKind.DOWN);
      }
      // It may be above both directions.
      case "ENVSUB ON", "ENVSUB OFF" -> kept = wanted == MigrationKind.DOWN;
      case "STATEMENTBEGIN", "STATEMENTEND" -> {}
      default -> report("goose knows no annotation `" + command + "`");
    }
  }

  private void begin(MigrationKind direction) {
    current = Optional.of(direction);
    found.add(direction);
  }

  private void report(String text) {
    if (problem.isEmpty()) {
      problem = Optional.of(new Problem(line, text));
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
