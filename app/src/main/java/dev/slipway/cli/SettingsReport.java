package dev.slipway.cli;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.dsn.Dsn;
import dev.slipway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a run is set to, each value with where it comes from. As YAML it is a configuration file
 * that sets the same again: whatever is secret, not set or overruled stands in a comment.
 *
 * @param dsn the DSN in use, where it can be read
 */
record SettingsReport(Settings settings, Optional<Dsn> dsn) {
  /** Texts that YAML reads as themselves without quotes. */
  private static final Pattern PLAIN =
      Pattern.compile("(?!(?i:true|false|yes|no|on|off|null|y|n)$)/?[A-Za-z][A-Za-z0-9_./-]*");

  private static final Pattern DURATION = Pattern.compile("([0-9]+(ms|s|m|h))+");

  private static final String HEAD =
      """
      # The settings of slipway serve. Each line ends with where its value comes from; what is
      # secret, not set or not used is commented out.
      """;

  /** For people, and for {@code --config}. */
  String yaml() {
    StringBuilder text = new StringBuilder(HEAD);
    dsn.ifPresent(
        each ->
            text.append("# Database: ")
                .append(each)
                .append(", by ")
                .append(settings.dsnOrigin().orElse(""))
                .append('\n'));
    List<String> open = List.of();
    for (Settings.Entry entry : settings.entries()) {
      List<String> words = List.of(entry.setting().key().split("\\."));
      List<String> sections = words.subList(0, words.size() - 1);
      for (int depth = shared(open, sections); depth < sections.size(); depth++) {
        text.append("  ".repeat(depth)).append(sections.get(depth)).append(":\n");
      }
      open = sections;
      lines(words.getLast(), entry)
          .forEach(line -> text.append("  ".repeat(sections.size())).append(line).append('\n'));
    }
    return text.toString();
  }

  /** For programs. */
  String json() {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (Settings.Entry entry : settings.entries()) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("key", entry.setting().key());
      object.put("value", shown(entry).orElse(null));
      object.put("source", entry.source());
      object.put("used", entry.used());
      objects.add(object);
    }
    return Json.pretty(objects) + "\n";
  }

  private static int shared(List<String> one, List<String> other) {
    int depth = 0;
    while (depth < Math.min(one.size(), other.size()) && one.get(depth).equals(other.get(depth))) {
      depth++;
    }
    return depth;
  }

  private List<String> lines(String name, Settings.Entry entry) {
    String source =
        (entry.value().isPresent() && !entry.used() ? "not used: " : "")
            + entry.source().replaceAll("\\p{Cntrl}", "?");
    String end = "  # " + source;
    Optional<Object> value = shown(entry);
    boolean comment = value.isEmpty() || !entry.used() || masked(entry, value.get());
    List<String> lines = new ArrayList<>();
    switch (value.orElse("")) {
      case List<?> list -> {
        lines.add(name + ":" + end);
        list.forEach(each -> lines.addAll(item(each)));
      }
      case Map<?, ?> map -> {
        lines.add(name + ":" + end);
        map.forEach((key, each) -> lines.add("  " + scalar(key) + ": " + scalar(each)));
      }
      case Object scalar ->
          lines.add(name + ":" + (value.isEmpty() ? "" : " " + scalar(scalar)) + end);
    }
    return comment ? lines.stream().map(line -> "# " + line).toList() : lines;
  }

  private static List<String> item(Object item) {
    if (!(item instanceof Map<?, ?> map)) {
      return List.of("  - " + scalar(item));
    }
    List<String> lines = new ArrayList<>();
    map.forEach(
        (key, value) ->
            lines.add((lines.isEmpty() ? "  - " : "    ") + scalar(key) + ": " + scalar(value)));
    return lines;
  }

  /** A text in JSON's quotes is a text in YAML too. */
  private static String scalar(Object value) {
    String text = String.valueOf(value);
    return value instanceof Number
            || PLAIN.matcher(text).matches()
            || DURATION.matcher(text).matches()
        ? text
        : Json.write(text);
  }

  /** The DSN is shown but for its secrets. */
  private Optional<Object> shown(Settings.Entry entry) {
    return entry.setting() == Setting.DSN && entry.used() && dsn.isPresent()
        ? Optional.of(dsn.get().toString())
        : entry.value();
  }

  private boolean masked(Settings.Entry entry, Object shown) {
    return entry.setting().secret()
        && !(entry.setting() == Setting.DSN
            && dsn.isPresent()
            && settings.database().equals(DatabaseConfig.of(shown.toString())));
  }
}
