package dev.slipway.driver.postgres;

import dev.slipway.dsn.DsnParameter;
import dev.slipway.error.SlipwayException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The {@code options} of a connection's start: {@code -c name=value}, several of them, with spaces
 * and backslashes in values escaped by a backslash. What is set so outlives RESET ALL.
 */
public final class StartupOptions {
  public static final String SEARCH_PATH = "search_path";

  /** Neon's proxy finds the database by these, and does not pass them on to the server. */
  private static final Pattern PROXY_OPTION = Pattern.compile("(endpoint|project)=\\S+");

  /** Whether a setting is for a proxy before the server. */
  static boolean isForProxy(String name) {
    return name.equals("endpoint") || name.equals("project");
  }

  private StartupOptions() {}

  /** Reads what a DSN gives: {@code -c name=value}, {@code -cname=value}, {@code --name=value}. */
  public static Map<String, String> read(DsnParameter parameter) {
    Map<String, String> settings = new LinkedHashMap<>();
    List<String> words = words(parameter.value());
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String pair;
      if (word.equals("-c") && i + 1 < words.size()) {
        i++;
        pair = words.get(i);
      } else if (word.startsWith("-c")) {
        pair = word.substring(2);
      } else if (word.startsWith("--")) {
        pair = word.substring(2);
      } else if (PROXY_OPTION.matcher(word).matches()) {
        pair = word;
      } else {
        throw parameter.mustBe("-c name=value, once or several times");
      }
      int equals = pair.indexOf('=');
      if (equals < 1 || !pair.substring(0, equals).matches("[A-Za-z_][A-Za-z0-9_.-]*")) {
        throw parameter.mustBe("-c name=value, once or several times");
      }
      // The server takes dashes for underscores after "--", so we do.
      String name = pair.substring(0, equals).replace('-', '_');
      // Case does not count in a setting's name; this one is looked for.
      settings.put(
          name.equalsIgnoreCase(SEARCH_PATH) ? SEARCH_PATH : name, pair.substring(equals + 1));
    }
    return settings;
  }

  /** The text for the server; empty for no settings. */
  static String write(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(each -> "-c " + each.getKey() + "=" + escape(each.getValue()))
        .collect(Collectors.joining(" "));
  }

  private static String escape(String value) {
    return value.replace("\\", "\\\\").replaceAll("(\\s)", "\\\\$1");
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        word.append(text.charAt(i));
      } else if (Character.isWhitespace(c)) {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
      } else {
        word.append(c);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  /** The search path among options; empty if they do not set it. */
  static String searchPath(String options) {
    try {
      return read(new DsnParameter("options", options)).getOrDefault(SEARCH_PATH, "");
    } catch (SlipwayException e) {
      // The server reads more forms than Slipway, and none of them sets a search path.
      return "";
    }
  }
}
