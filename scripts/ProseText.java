import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Extracts the prose of source files for the prose linter: {@code java ProseText.java FOLDER} reads
 * paths from stdin, and writes each file to the same path below the folder. In the copy, everything
 * but prose is blank, so that a line and a column of the copy are those of the file. Markdown is
 * copied as it stands, because the linter knows it.
 *
 * <p>Prose is comments, strings of main code that contain words, descriptions in JSON, and lines of
 * scripts and YAML that contain a run of words. Code within prose, such as a name or a flag, is
 * replaced with asterisks: it is not spelled like English, and keeps the words around it apart.
 */
final class ProseText {
  private static final Pattern WORDS = Pattern.compile("[A-Za-z]{2,} [a-z]+|[a-z]+ [A-Za-z]{2,}");
  private static final Pattern RUN_OF_WORDS =
      Pattern.compile("(\\b[A-Za-z][a-z]*('[a-z]+)?[,;:]? ){3}[a-z]+\\b");
  /** SQL has keywords in upper case, and none of the words that hold an English sentence together. */
  private static final Pattern SQL =
      Pattern.compile(
          "(?!.*\\b(an|and|are|by|for|from|has|if|in|is|it|no|not|of|or|that|the|to|with)\\b)"
              + ".*\\b(ALTER|AND|AS|BY|CASE|CREATE|DELETE|DROP|ELSE|END|FROM|GRANT|IN|INSERT|INTO|IS"
              + "|JOIN|LIMIT|NOT|ON|OR|PRAGMA|REVOKE|SELECT|SET|SHOW|TABLE|THEN|UNION|UPDATE|VALUES"
              + "|WHEN|WHERE)\\b.*",
          Pattern.DOTALL);

  private static final Pattern HASH_COMMENT = Pattern.compile("(?m)(?:^|(?<=\\s))#+ (.*)$");
  private static final Pattern TEMPLATE_COMMENT = Pattern.compile("(?s)/\\*(.*?)\\*/");
  private static final Pattern TEMPLATE_STRING = Pattern.compile("`([^`]*)`|\"([^\"\n]*)\"");
  private static final Pattern TEMPLATE_ACTION = Pattern.compile("(?s)\\{\\{.*?\\}\\}");
  private static final Pattern LINE = Pattern.compile("(?m)^(.+)$");
  private static final Pattern DESCRIPTION =
      Pattern.compile("\"(?:description|summary|title)\": \"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern DOCSTRING = Pattern.compile("(?s)\"\"\"(.*?)\"\"\"");
  private static final Pattern SQL_COMMENT = Pattern.compile("(?m)-- (.*)$");
  private static final Pattern XML_COMMENT = Pattern.compile("(?s)<!--(.*?)-->");

  /** What separates two pieces of one text: a concatenation, or the start of a comment's next line. */
  private static final Pattern JOIN =
      Pattern.compile("\"?\\s*(\\+\\s*)?\"?|\\s*(//|#|\\*|--)?\\s*");

  private static final List<Pattern> CODE =
      List.of(
          Pattern.compile("\\{@\\w+[^}]*\\}"),
          Pattern.compile("\\{\\{[^}]*\\}\\}"),
          Pattern.compile("@(param|throws|see|link) \\S+"),
          Pattern.compile("`[^`]*`"),
          Pattern.compile("'\\w+'|\\\\\"\\w+\\\\\""),
          Pattern.compile("\\bslipway migrate( sql)?( [a-z]+)?"),
          Pattern.compile("</?[a-zA-Z][^>\n]*>"),
          Pattern.compile("\\\\."));

  /** What separates the columns of a table in a comment. */
  private static final Pattern COLUMNS = Pattern.compile("(?<=\\S ) +(?=\\S)");

  private static final Pattern TOKEN = Pattern.compile("\\S+");
  private static final Pattern PLAIN_TOKEN =
      Pattern.compile(
          "[\"'(\\[“‘]*[A-Za-z]?[a-z]*(['’][a-z]+)?(-[A-Za-z][a-z]+)*['’]?[\"')\\].,:;!?…”’]*|[A-Z]+[.,:;)]*|[—–-]");

  private final String source;
  private final StringBuilder prose;
  private int end;

  private ProseText(String source) {
    this.source = source;
    prose = new StringBuilder(source.replaceAll("[^\n]", " "));
  }

  static void main(String... arguments) throws IOException {
    Path target = Path.of(arguments[0]);
    String paths = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    for (String path : paths.lines().toList()) {
      Path file = Path.of(path);
      if (!Files.isRegularFile(file)) {
        continue;
      }
      Path copy = target.resolve(path);
      Files.createDirectories(copy.getParent());
      String text = Files.readString(file);
      Files.writeString(copy, path.endsWith(".md") ? text : of(path, text));
    }
  }

  private static String of(String path, String text) {
    ProseText prose = new ProseText(text);
    String name = path.substring(path.lastIndexOf('/') + 1);
    switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "java" -> prose.java(!path.startsWith("app/src/test/"));
      case "py" -> {
        prose.keepAll(HASH_COMMENT);
        prose.end = 0;
        prose.keepAll(DOCSTRING);
      }
      case "json" -> prose.keepAll(DESCRIPTION);
      case "sql" -> prose.keepAll(SQL_COMMENT);
      case "xml" -> prose.keepAll(XML_COMMENT);
      case "txt" -> prose.notes();
      case "tpl" -> prose.template();
      case "yaml", "yml" -> {
        if (path.contains("/templates/")) {
          prose.template();
        } else {
          prose.script();
        }
      }
      default -> prose.script();
    }
    prose.maskCode();
    return prose.prose.toString();
  }

  /** Comments, and with {@code strings} also strings that contain words and are not SQL. */
  private void java(boolean strings) {
    int at = 0;
    while (at < source.length()) {
      if (source.startsWith("//", at)) {
        int close = endOf("\n", at) - 1;
        keep(at + 2, close);
        at = close;
      } else if (source.startsWith("/*", at)) {
        int close = endOf("*/", at + 2);
        keepLines(at + 2, close - 2);
        at = close;
      } else if (source.charAt(at) == '\'') {
        at = endOfLiteral("'", at);
      } else if (source.charAt(at) == '"') {
        at = string(at, strings);
      } else {
        at++;
      }
    }
  }

  /** Strings that are concatenated count as one text. Returns the offset of what follows them. */
  private int string(int at, boolean kept) {
    StringBuilder whole = new StringBuilder();
    List<int[]> pieces = new ArrayList<>();
    int next = at;
    while (source.startsWith("\"", next)) {
      String quote = source.startsWith("\"\"\"", next) ? "\"\"\"" : "\"";
      int close = endOfLiteral(quote, next);
      int[] piece = {next + quote.length(), close - quote.length()};
      pieces.add(piece);
      whole.append(source, piece[0], piece[1]);
      at = close;
      Matcher plus = Pattern.compile("\\s*\\+\\s*").matcher(source).region(close, source.length());
      next = plus.lookingAt() ? plus.end() : source.length();
    }
    if (kept && WORDS.matcher(whole).find() && !SQL.matcher(whole).matches()) {
      pieces.forEach(piece -> keep(piece[0], piece[1]));
    }
    return at;
  }

  private int endOfLiteral(String quote, int from) {
    int at = from + quote.length();
    while (!source.startsWith(quote, at)) {
      at += source.charAt(at) == '\\' ? 2 : 1;
    }
    return at + quote.length();
  }

  private int endOf(String closing, int from) {
    int found = source.indexOf(closing, from);
    return found < 0 ? source.length() : found + closing.length();
  }

  /** A script, or YAML: comments, and lines that contain a run of words. */
  private void script() {
    HASH_COMMENT.matcher(source).results().forEach(found -> keep(found, 1));
    end = 0;
    LINE.matcher(source)
        .results()
        .filter(line -> prose.substring(line.start(), line.end()).isBlank())
        .filter(line -> RUN_OF_WORDS.matcher(line.group()).find())
        .forEach(line -> keep(line, 1));
  }

  /** A template of the chart: also its comments and strings. */
  private void template() {
    keepAll(TEMPLATE_COMMENT);
    end = 0;
    TEMPLATE_STRING
        .matcher(source)
        .results()
        .filter(found -> prose.substring(found.start(), found.end()).isBlank())
        .filter(found -> WORDS.matcher(found.group()).find())
        .forEach(found -> keep(found, found.group(1) == null ? 2 : 1));
    end = 0;
    script();
  }

  /** NOTES.txt: everything outside of actions. */
  private void notes() {
    keep(0, source.length());
    TEMPLATE_ACTION.matcher(source).results().forEach(this::mask);
  }

  private void keepAll(Pattern pattern) {
    pattern.matcher(source).results().forEach(found -> keepLines(found.start(1), found.end(1)));
  }

  private void keep(MatchResult found, int group) {
    keep(found.start(group), found.end(group));
  }

  /** A comment of several lines, without the asterisks that begin them. */
  private void keepLines(int from, int to) {
    Pattern.compile("(?m)^(?:\\s*\\*+(?: |$))?(.*)$")
        .matcher(source)
        .region(from, to)
        .results()
        .filter(line -> !line.group(1).isBlank())
        .forEach(line -> keep(line, 1));
  }

  private void keep(int from, int to) {
    if (from > end && !JOIN.matcher(source).region(end, from).matches()) {
      // Neither directly behind the last word nor directly before the next one.
      for (int i = end + 1; i < from - 1; i++) {
        if (source.charAt(i) != '\n') {
          prose.setCharAt(i, '*');
          break;
        }
      }
    }
    prose.replace(from, to, source.substring(from, to));
    end = to;
  }

  private void maskCode() {
    COLUMNS.matcher(prose.toString()).results().forEach(gap -> prose.setCharAt(gap.start(), '*'));
    for (Pattern code : CODE) {
      code.matcher(prose.toString()).results().forEach(this::mask);
    }
    TOKEN
        .matcher(prose.toString())
        .results()
        .filter(token -> !PLAIN_TOKEN.matcher(token.group()).matches())
        .forEach(this::mask);
  }

  private void mask(MatchResult code) {
    prose.replace(code.start(), code.end(), code.group().replaceAll("[^\n]", "*"));
  }
}
