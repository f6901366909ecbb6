package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses a file of variables as Docker Compose does: {@code KEY=value}, {@code export}, quotes over
 * several lines, and comments. References to variables are limited to those of the file, and a
 * value that tools read differently is rejected. Only the variables that count are checked.
 * Messages contain no part of a value.
 */
final class EnvFileParser {
  private static final Pattern ASSIGNMENT =
      Pattern.compile("[ \\t]*(?:export[ \\t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \\t]*[=:][ \\t]*");

  private static final Pattern WORD = Pattern.compile("[ \\t]*(?:export[ \\t]+)?([A-Za-z_]\\w*)");

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}");

  private final Path file;
  private final String text;
  private final Set<String> names;
  private final Map<String, RawVariable> raw = new HashMap<>();
  private int at;
  private int line = 1;

  /**
   * A variable.
   *
   * @param line the line of its name, from 1
   */
  record Variable(String value, int line) {}

  private enum Quotes {
    NONE,
    SINGLE,
    DOUBLE
  }

  private record RawVariable(String text, Quotes quotes, int line) {}

  private EnvFileParser(Path file, String text, Set<String> names) {
    this.file = file;
    this.text = text;
    this.names = names;
  }

  /**
   * Parses a text.
   *
   * @param file its file, for messages
   * @param names the variables that count
   * @return the variables that count and are set
   * @throws SlipwayException (usage) naming the line, if one of these variables is unclear
   */
  static Map<String, Variable> parse(Path file, String text, Set<String> names) {
    String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
    EnvFileParser parser =
        new EnvFileParser(file, content.replace("\r\n", "\n").replace('\r', '\n'), names);
    parser.parse();
    Map<String, Variable> variables = new HashMap<>();
    for (String name : names) {
      RawVariable variable = parser.raw.get(name);
      if (variable != null) {
        String value = parser.value(name, variable, new HashSet<>());
        Utf8.check(name + " in " + file + ":" + variable.line(), value);
        variables.put(name, new Variable(value, variable.line()));
      }
    }
    return variables;
  }

  private void parse() {
    Matcher assignment = ASSIGNMENT.matcher(text);
    while (at < text.length()) {
      assignment.region(at, text.length());
      if (assignment.lookingAt()) {
        at = assignment.end();
        variable(assignment.group(1));
      } else {
        Matcher word = WORD.matcher(text).region(at, text.length());
        if (word.lookingAt()
            && names.contains(word.group(1))
            && !restOfLine(word.end()).isBlank()) {
          throw unclear(line, word.group(1) + " is followed by no `=`");
        }
      }
      nextLine();
    }
  }

  private void variable(String name) {
    int start = line;
    char quote = at < text.length() ? text.charAt(at) : '\n';
    RawVariable variable;
    if (quote == '"' || quote == '\'') {
      int end = closingQuote(quote);
      if (end < 0) {
        if (names.contains(name)) {
          throw unclear(start, "the value of " + name + " has no closing quote");
        }
        return;
      }
      String after = restOfLine(end + 1).strip();
      if (!after.isEmpty() && !after.startsWith("#")) {
        if (names.contains(name)) {
          throw unclear(start, "the value of " + name + " goes on after its closing quote");
        }
        // The quote of a later variable closes nothing here.
        return;
      }
      variable =
          new RawVariable(
              text.substring(at + 1, end), quote == '"' ? Quotes.DOUBLE : Quotes.SINGLE, start);
      line += (int) text.substring(at, end).chars().filter(c -> c == '\n').count();
      at = end;
    } else {
      String value = restOfLine(at);
      // After a blank, `#` starts a comment, also where the value is empty.
      value = (text.charAt(at - 1) == '=' || text.charAt(at - 1) == ':' ? "" : " ") + value;
      variable = new RawVariable(value.replaceFirst("\\s#.*$", "").strip(), Quotes.NONE, start);
    }
    RawVariable former = raw.put(name, variable);
    if (former != null && names.contains(name) && !former.text().equals(variable.text())) {
      throw SlipwayException.usageError(
              file
                  + ":"
                  + start
                  + ": "
                  + name
                  + " has another value here than in line "
                  + former.line())
          .hint("keep one of them");
    }
  }

  private int closingQuote(char quote) {
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote == '"') {
        i++;
      } else if (c == quote) {
        return i;
      }
    }
    return -1;
  }

  private String restOfLine(int from) {
    int end = text.indexOf('\n', from);
    return text.substring(from, end < 0 ? text.length() : end);
  }

  private void nextLine() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end + 1;
    line++;
  }

  /** The value with its escapes and references replaced. */
  private String value(String name, RawVariable variable, Set<String> open) {
    if (variable.quotes() == Quotes.SINGLE) {
      return variable.text();
    }
    if (!open.add(name)) {
      throw unclear(variable.line(), "the value of " + name + " refers to itself");
    }
    String source = variable.text();
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      char next = i + 1 < source.length() ? source.charAt(i + 1) : ' ';
      if (c == '\\' && variable.quotes() == Quotes.DOUBLE && "nrt\"\\$".indexOf(next) >= 0) {
        value.append(
            switch (next) {
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 't' -> '\t';
              default -> next;
            });
        i++;
      } else if (c == '$' && next == '{') {
        Matcher reference = REFERENCE.matcher(source).region(i, source.length());
        RawVariable target = reference.lookingAt() ? raw.get(reference.group(1)) : null;
        if (target == null) {
          throw unclear(
              variable.line(),
              "the value of " + name + " has a `${…}` that is no variable of this file");
        }
        value.append(value(reference.group(1), target, open));
        i = reference.end() - 1;
      } else if (c == '$' && (next == '$' || next == '_' || Character.isLetter(next))) {
        throw unclear(
            variable.line(),
            "the value of " + name + " has a `$` that some tools take for a variable");
      } else {
        value.append(c);
      }
    }
    open.remove(name);
    return value.toString();
  }

  private SlipwayException unclear(int line, String message) {
    return SlipwayException.usageError(file + ":" + line + ": " + message)
        .hint(
            "single quotes keep a value as it is: KEY='value'; ${NAME} refers to another variable"
                + " of the file");
  }
}
