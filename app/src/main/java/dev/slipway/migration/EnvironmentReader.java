package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The text of a goose file in which variables of the environment are replaced, in the lines between
 * {@code -- +goose ENVSUB ON} and {@code OFF}. The syntax is that of the library that goose uses
 * (github.com/mfridman/interpolate): {@code $NAME}, {@code ${NAME}}, {@code ${NAME:-default}},
 * {@code ${NAME-default}}, {@code ${NAME:offset:length}}, {@code ${NAME?message}}, and {@code $$}
 * or {@code \$} for a dollar sign. Throws a {@link SlipwayException} (usage) with the line of
 * anything else. For one thread.
 */
final class EnvironmentReader extends Reader {
  private static final Pattern SWITCH =
      Pattern.compile("\\s*--\\s*\\+goose\\s+ENVSUB\\s+(ON|OFF)\\s*", Pattern.CASE_INSENSITIVE);

  private static final int SWITCH_CHARS_MAX = 100;

  private final Reader text;
  private final Path path;
  private final Map<String, String> environment;
  private final Map<String, String> used;
  private final StringBuilder line = new StringBuilder();
  private int lineAt;
  private int number;
  private boolean on;
  private boolean inLongLine;

  /**
   * Nothing is read yet.
   *
   * @param path the file of the text, for messages
   * @param used receives the variables whose values are in the text, with their values
   */
  EnvironmentReader(
      Reader text, Path path, Map<String, String> environment, Map<String, String> used) {
    this.text = text;
    this.path = path;
    this.environment = environment;
    this.used = used;
  }

  @Override
  public int read(char[] target, int offset, int count) throws IOException {
    if (lineAt == line.length() && !readLine()) {
      return -1;
    }
    int read = Math.min(count, line.length() - lineAt);
    line.getChars(lineAt, lineAt + read, target, offset);
    lineAt += read;
    return read;
  }

  /** Reads the next line, or a part of it where nothing is replaced; whether there is one. */
  private boolean readLine() throws IOException {
    line.setLength(0);
    lineAt = 0;
    int c = -1;
    while ((on || line.length() < SWITCH_CHARS_MAX) && (c = text.read()) >= 0) {
      line.append((char) c);
      if (c == '\n') {
        break;
      }
    }
    boolean starts = !inLongLine;
    inLongLine = c != '\n' && c >= 0;
    if (starts && !line.isEmpty()) {
      number++;
      var change = SWITCH.matcher(line);
      if (change.matches()) {
        on = change.group(1).equalsIgnoreCase("ON");
      } else if (on) {
        String replaced = new Expansion(line.toString()).all();
        line.setLength(0);
        line.append(replaced);
      }
    }
    return !line.isEmpty();
  }

  @Override
  public void close() throws IOException {
    text.close();
  }

  /** The variables in a line. */
  private final class Expansion {
    private final String input;
    private int at;

    Expansion(String input) {
      this.input = input;
    }

    String all() {
      return expression('\0');
    }

    private String expression(char stop) {
      StringBuilder result = new StringBuilder();
      while (at < input.length() && input.charAt(at) != stop) {
        char c = input.charAt(at);
        char next = at + 1 < input.length() ? input.charAt(at + 1) : '\n';
        if (c == '\\' && next == '\\') {
          result.append("\\\\");
          at += 2;
        } else if ((c == '\\' || c == '$') && next == '$') {
          result.append('$');
          at += 2;
        } else if (c == '$' && next != '(' && next != '\n' && next != '\r') {
          at++;
          result.append(next == '{' ? braces() : value(name()));
        } else {
          result.append(c);
          at++;
        }
      }
      return result.toString();
    }

    private String braces() {
      at++;
      String name = name();
      boolean isSet = environment.containsKey(name);
      String value = value(name);
      String result = value;
      if (accept(":-")) {
        String other = expression('}');
        result = value.isEmpty() ? other : value;
      } else if (accept("-")) {
        String other = expression('}');
        result = isSet ? value : other;
      } else if (accept("?")) {
        String message = expression('}');
        if (!isSet) {
          throw fault(
              "the environment has no variable "
                  + name
                  + (message.isEmpty() ? "" : ": " + message));
        }
      } else if (accept(":")) {
        result = substring(value);
      }
      if (!accept("}")) {
        throw fault("`${" + name + "` has no end");
      }
      return result;
    }

    private String substring(String value) {
      int from = number();
      int start = from < 0 ? Math.max(0, value.length() + from) : Math.min(from, value.length());
      int end = value.length();
      if (accept(":")) {
        int length = number();
        end = length < 0 ? value.length() + length : (int) Math.min(end, (long) start + length);
      }
      return value.substring(start, Math.max(start, end));
    }

    private int number() {
      int end = at;
      while (end < input.length() && "-0123456789 ".indexOf(input.charAt(end)) >= 0) {
        end++;
      }
      try {
        int number = Integer.parseInt(input.substring(at, end).strip());
        at = end;
        return number;
      } catch (NumberFormatException e) {
        throw fault("`" + input.substring(at, end) + "` is no number");
      }
    }

    private String name() {
      int start = at;
      while (at < input.length()
          && (input.charAt(at) == '_'
              || Character.isLetter(input.charAt(at))
              || (at > start && Character.isDigit(input.charAt(at))))) {
        at++;
      }
      if (at == start) {
        throw fault("no name of a variable follows `$`");
      }
      return input.substring(start, at);
    }

    private String value(String name) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        used.put(name, value);
      }
      return value;
    }

    private boolean accept(String expected) {
      boolean accepted = input.startsWith(expected, at);
      at += accepted ? expected.length() : 0;
      return accepted;
    }

    private SlipwayException fault(String problem) {
      return SlipwayException.usageErrorAt(path, number, problem)
          .hint(
              "`$$` is a dollar sign; `-- +goose ENVSUB OFF` above the line ends the replacement");
    }
  }
}
