package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The properties in the texts of SHOW CREATE for views, functions, and procedures. */
final class CreateBodyText {
  private static final String NAME = "`(?:[^`]|``)*`";

  private static final Pattern VIEW =
      Pattern.compile(
          "CREATE ALGORITHM=(?<algorithm>\\w+) DEFINER=(?<definer>"
              + NAME
              + "@"
              + NAME
              + ") SQL SECURITY (?<security>\\w+) (?<type>[A-Z ]*?)VIEW "
              + NAME
              + " (?<body>.*?)(?: WITH (?<check>LOCAL|CASCADED) CHECK OPTION)?",
          Pattern.DOTALL);

  private static final Pattern ROUTINE =
      Pattern.compile(
          "CREATE DEFINER=(?<definer>"
              + NAME
              + "@"
              + NAME
              + ") (?:FUNCTION|PROCEDURE) "
              + NAME
              + "(?<rest>.*)",
          Pattern.DOTALL);

  private CreateBodyText() {}

  /** A body without the semicolon that a message with several statements leaves at its end. */
  static String body(String text) {
    return text.replaceFirst("[\\s;]+$", "");
  }

  /**
   * The properties of a view.
   *
   * @param database its database, which the server writes in front of functions
   */
  static Map<String, String> view(String text, String database) {
    Map<String, String> properties = new HashMap<>();
    Matcher view = VIEW.matcher(text);
    if (!view.matches()) {
      properties.put("definition", text);
      return properties;
    }
    properties.put("algorithm", view.group("algorithm"));
    properties.put(SchemaObject.DEFINER, account(view.group("definer")));
    properties.put("sql security", view.group("security"));
    properties.put("definition", withoutDatabase(view.group("body"), database));
    if (!view.group("type").isEmpty()) {
      properties.put("type", view.group("type").strip());
    }
    if (view.group("check") != null) {
      properties.put("check option", view.group("check"));
    }
    return properties;
  }

  private static String withoutDatabase(String body, String database) {
    return CreateText.withoutQualifier(body, MysqlQuoting.name(database) + ".", "(");
  }

  /** {@code `user`@`host`} as information_schema has it. */
  private static String account(String quoted) {
    List<String> parts = new ArrayList<>();
    Matcher name = Pattern.compile(NAME).matcher(quoted);
    while (name.find()) {
      parts.add(CreateText.unquoted(name.group()));
    }
    return String.join("@", parts);
  }

  /** The properties of a function or a procedure. */
  static Map<String, String> routine(String text) {
    Map<String, String> properties = new HashMap<>();
    Matcher routine = ROUTINE.matcher(text);
    if (!routine.matches()) {
      properties.put("definition", body(text));
      return properties;
    }
    properties.put(SchemaObject.DEFINER, account(routine.group("definer")));
    String rest = routine.group("rest");
    int parameters = CreateText.closing(rest);
    properties.put("parameters", rest.substring(0, parameters).strip());
    int line = rest.indexOf('\n', parameters);
    if (line < 0) {
      properties.put("body", body(rest.substring(parameters)));
      return properties;
    }
    String returns = rest.substring(parameters, line).strip();
    if (!returns.isEmpty()) {
      properties.put("returns", returns.replaceFirst("^RETURNS ", ""));
    }
    // Each characteristic has a line, which is indented; the body starts with its first word.
    while (rest.startsWith("\n    ", line)) {
      int end = rest.indexOf('\n', line + 1);
      characteristic(rest.substring(line, end < 0 ? rest.length() : end).strip(), properties);
      line = end < 0 ? rest.length() : end;
    }
    properties.put("body", body(rest.substring(line).strip()));
    return properties;
  }

  private static void characteristic(String text, Map<String, String> properties) {
    if (text.startsWith("COMMENT ")) {
      properties.put("comment", text.substring("COMMENT ".length()));
    } else if (text.startsWith("SQL SECURITY ")) {
      properties.put("sql security", text.substring("SQL SECURITY ".length()));
    } else {
      properties.merge("characteristics", text, (before, more) -> before + ", " + more);
    }
  }
}
