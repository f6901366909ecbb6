package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A text in which {@code ${name}} is replaced by its value. Throws a {@link SlipwayException}
 * (usage) with the line of a placeholder that has no value. For one thread.
 */
final class PlaceholderReader extends Reader {
  private final Reader text;
  private final Path path;
  private final Map<String, String> values;

  /** Characters that have been read, and those that are returned next. */
  private final char[] buffer = new char[1 << 13];

  private String replaced = "";
  private int replacedAt;
  private int at;
  private int end;
  private int line = 1;

  /**
   * Nothing is read yet.
   *
   * @param path the file of the text, for messages
   */
  PlaceholderReader(Reader text, Path path, Map<String, String> values) {
    this.text = text;
    this.path = path;
    this.values = values;
  }

  @Override
  public int read(char[] target, int offset, int count) throws IOException {
    int written = 0;
    while (written < count) {
      if (replacedAt < replaced.length()) {
        target[offset + written++] = replaced.charAt(replacedAt++);
        continue;
      }
      int c = next();
      if (c < 0) {
        break;
      }
      target[offset + written++] = (char) c;
      if (c == '$' && peek() == '{') {
        written--;
        replaced = replacement();
        replacedAt = 0;
      }
    }
    return written == 0 && count > 0 ? -1 : written;
  }

  /** The value of the placeholder that starts here, or the characters themselves if it is none. */
  private String replacement() throws IOException {
    int start = line;
    next();
    StringBuilder name = new StringBuilder();
    while (peek() >= 0 && peek() != '}' && !Character.isWhitespace(peek())) {
      name.append((char) next());
    }
    if (peek() != '}' || name.isEmpty()) {
      return "${" + name;
    }
    next();
    return Optional.ofNullable(values.get(name.toString()))
        .orElseThrow(
            () ->
                SlipwayException.usageErrorAt(
                        path, start, "no value for the placeholder `${" + name + "}`")
                    .hint(
                        "add `"
                            + name
                            + "` to migrate.placeholders; in a file named as "
                            + "Ory's or golang-migrate's are, nothing is replaced"));
  }

  private int peek() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, text.read(buffer, 0, buffer.length));
    }
    return at < end ? buffer[at] : -1;
  }

  private int next() throws IOException {
    int c = peek();
    if (c >= 0) {
      at++;
      line += c == '\n' ? 1 : 0;
    }
    return c;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
