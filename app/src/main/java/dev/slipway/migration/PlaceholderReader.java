package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A text in which placeholders such as {@code ${name}} are replaced by their values, as Flyway
 * replaces them. Throws a {@link SlipwayException} (usage) with the line of a placeholder that has
 * no value. For one thread.
 */
final class PlaceholderReader extends Reader {
  private final Reader text;
  private final Path path;
  private final String prefix;
  private final String suffix;
  private final Function<String, Optional<String>> values;
  private final UnaryOperator<String> hint;

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
   * @param values the value of a name, if it has one
   * @param hint what to do about a name without a value
   */
  PlaceholderReader(
      Reader text,
      Path path,
      String prefix,
      String suffix,
      Function<String, Optional<String>> values,
      UnaryOperator<String> hint) {
    this.text = text;
    this.path = path;
    this.prefix = prefix;
    this.suffix = suffix;
    this.values = values;
    this.hint = hint;
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
      if (c == prefix.charAt(0)) {
        replaced = replacement();
        replacedAt = 0;
      } else {
        target[offset + written++] = (char) c;
      }
    }
    return written == 0 && count > 0 ? -1 : written;
  }

  /**
   * The value of the placeholder that starts with the last character, or the characters themselves
   * if they do not start one. As in Flyway, a character that ends a partial prefix starts no other
   * one: {@code $${name}} is no placeholder, and {@code $$${name}} contains one.
   */
  private String replacement() throws IOException {
    int start = line;
    for (int i = 1; i < prefix.length(); i++) {
      int c = next();
      if (c != prefix.charAt(i)) {
        return prefix.substring(0, i) + (c < 0 ? "" : String.valueOf((char) c));
      }
    }
    StringBuilder name = new StringBuilder();
    while (name.indexOf(suffix, name.length() - suffix.length()) < 0) {
      if (peek() < 0 || Character.isWhitespace(peek())) {
        return prefix + name;
      }
      name.append((char) next());
    }
    name.setLength(name.length() - suffix.length());
    if (name.isEmpty()) {
      return prefix + suffix;
    }
    return values
        .apply(name.toString())
        .orElseThrow(
            () ->
                SlipwayException.usageErrorAt(
                        path,
                        start,
                        "no value for the placeholder `" + prefix + name + suffix + "`")
                    .hint(hint.apply(name.toString())));
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
