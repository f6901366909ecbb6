import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes out of the chart's values.yaml and its comments what would otherwise drift from it: {@code
 * java ChartValues.java generate} writes values.schema.json and the table in the chart's README.
 * {@code … verify} reports differences, keys that no template reads, and unknown keys that a template
 * reads. Run it in its own folder.
 *
 * <p>values.yaml is written in a small part of YAML: maps as blocks, all else on the key's line. A
 * comment above a key is its description; a line of it that begins with {@code type:} says what it
 * takes, in the words of {@link Type#named}, or with {@code schema:} in JSON; such a line goes on in
 * the next one where that begins with three spaces.
 */
final class ChartValues {
  private static final Path CHART = Path.of("slipway");
  private static final Path SETTINGS = Path.of("../app/src/main/resources/config.schema.json");
  private static final Path POM = Path.of("../pom.xml");

  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z][\\w./-]*):(?: (.*))?");
  private static final Pattern COMMENT = Pattern.compile(" *# ?(.*)");

  private ChartValues() {}

  static void main(String... arguments) throws IOException {
    List<String> faults = new ArrayList<>();
    List<Value> values = read(CHART.resolve("values.yaml"), faults);
    boolean write = arguments.length == 1 && arguments[0].equals("generate");
    for (Map.Entry<Path, String> made : made(values).entrySet()) {
      if (write) {
        Files.writeString(made.getKey(), made.getValue());
      } else if (!Files.exists(made.getKey())
          || !Files.readString(made.getKey()).equals(made.getValue())) {
        faults.add("charts/" + made.getKey() + " is not what it is made from: make generate");
      }
    }
    faults.addAll(reads(values));
    faults.addAll(versions());
    faults.forEach(fault -> System.err.println("chart-values: " + fault));
    if (!faults.isEmpty()) {
      System.exit(1);
    }
    System.out.println("chart-values: " + values.stream().filter(Value::leaf).count()
        + " values, each described, typed and read by a template");
  }

  private static Map<Path, String> made(List<Value> values) throws IOException {
    Map<Path, String> made = new LinkedHashMap<>();
    made.put(CHART.resolve("values.schema.json"), schema(values));
    made.put(CHART.resolve("README.md"), readme(values));
    made.put(CHART.resolve("templates/_defaults.tpl"), defaults(values));
    return made;
  }

  // --- values.yaml ------------------------------------------------------------------------------

  /** One key: a branch, or a leaf with a default. */
  private record Value(
      String path,
      String section,
      String description,
      Type type,
      String text,
      List<String> below,
      boolean leaf) {
    String name() {
      return path.substring(path.lastIndexOf('.') + 1);
    }

    String parent() {
      return path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
    }
  }

  /** A branch that is being read. */
  private record Branch(int indent, String path) {}

  private static List<Value> read(Path file, List<String> faults) throws IOException {
    List<Value> values = new ArrayList<>();
    Deque<Branch> open = new ArrayDeque<>();
    List<String> comment = new ArrayList<>();
    String section = "";
    List<String> lines = Files.readAllLines(file);
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      Matcher said = COMMENT.matcher(line);
      if (line.startsWith("## ")) {
        section = line.substring(3);
      } else if (line.isBlank()) {
        comment.clear();
      } else if (said.matches()) {
        if (said.group(1).startsWith("  ") && !comment.isEmpty()) {
          comment.add(comment.removeLast() + " " + said.group(1).strip());
        } else {
          comment.add(said.group(1));
        }
      } else {
        Matcher key = KEY.matcher(line);
        if (!key.matches()) {
          throw new IllegalStateException("values.yaml:" + (at + 1) + " is not understood: " + line);
        }
        int indent = key.group(1).length();
        while (!open.isEmpty() && open.peek().indent >= indent) {
          open.pop();
        }
        String path = open.isEmpty() ? key.group(2) : open.peek().path + "." + key.group(2);
        List<String> below = new ArrayList<>();
        while (key.group(3) == null && at + 1 + below.size() < lines.size()
            && lines.get(at + 1 + below.size()).startsWith(" ".repeat(indent + 2))) {
          below.add(lines.get(at + 1 + below.size()));
        }
        Type type = Type.of(comment, key.group(3), below);
        boolean leaf = type != null;
        String description = comment.stream().filter(text -> !Type.says(text))
            .collect(Collectors.joining(" ")).strip();
        if (leaf && description.isEmpty()) {
          faults.add("values.yaml:" + (at + 1) + ": " + path + " has no comment that describes it");
        }
        String text = key.group(3) != null ? key.group(3)
            : below.stream().map(String::strip).collect(Collectors.joining("; "));
        values.add(new Value(path, section, description, type, text, below, leaf));
        if (leaf) {
          at += below.size();
        } else {
          open.push(new Branch(indent, path));
        }
        comment.clear();
      }
    }
    return values;
  }

  /** What a leaf takes: as JSON Schema, and in a word for people where its default does not say. */
  private record Type(String schema, String word) {
    private static final String TEXT = "{\"type\": \"string\"}";
    private static final Pattern NUMBER =
        Pattern.compile("numbers? from (\\d+)(?: to (\\d+))?(, or empty)?");
    private static final Pattern KUBERNETES =
        Pattern.compile("Kubernetes (\\w+)(?:: ([\\w, ]+))?");
    private static final String PROBE = "enabled, httpGet, tcpSocket, exec, grpc, "
        + "initialDelaySeconds, periodSeconds, timeoutSeconds, successThreshold, failureThreshold, "
        + "terminationGracePeriodSeconds";

    boolean nullable() {
      return schema.contains("\"null\"");
    }

    static boolean says(String comment) {
      return comment.startsWith("type: ") || comment.startsWith("schema: ");
    }

    /** Of a key's comment and its default; null for a branch. */
    static Type of(List<String> comment, String text, List<String> below) {
      for (String line : comment) {
        if (line.startsWith("schema: ")) {
          return new Type(line.substring("schema: ".length()), "");
        }
        if (line.startsWith("type: ")) {
          return named(line.substring("type: ".length()));
        }
      }
      if (text == null) {
        return null;
      }
      if (text.matches("true|false")) {
        return new Type("{\"type\": \"boolean\"}", "");
      }
      if (text.matches("null|\\d+|[\\[{].*")) {
        throw new IllegalStateException("a comment has to say the type of what is " + text);
      }
      return new Type(TEXT, "");
    }

    private static Type named(String words) {
      Matcher number = NUMBER.matcher(words);
      Matcher kubernetes = KUBERNETES.matcher(words);
      if (words.startsWith("list of ") && !words.equals("list of Kubernetes objects")) {
        Type one = named(words.substring("list of ".length()));
        return new Type("{\"type\": \"array\", \"items\": " + one.schema + "}",
            one.word.isEmpty() ? "" : "list of " + one.word);
      } else if (words.equals("list of Kubernetes objects")) {
        return new Type("{\"type\": \"array\", \"items\": {\"type\": \"object\"}}", words);
      } else if (words.startsWith("text like ")) {
        return new Type("{\"type\": \"string\", \"pattern\": "
            + quote(words.substring("text like ".length())) + "}", "");
      } else if (words.equals("texts")) {
        return new Type(TEXT, "");
      } else if (words.equals("map of texts")) {
        return new Type("{\"type\": \"object\", \"additionalProperties\": " + TEXT + "}", "");
      } else if (words.startsWith("one of ")) {
        return new Type("{\"enum\": [" + Stream.of(words.substring("one of ".length()).split(", "))
            .map(word -> word.startsWith("\"") ? word : quote(word))
            .collect(Collectors.joining(", ")) + "]}", words.replace("\"\", ", ""));
      } else if (number.matches()) {
        String maximum = number.group(2) == null ? "" : ", \"maximum\": " + number.group(2);
        return new Type("{\"type\": " + (number.group(3) == null ? "\"integer\""
            : "[\"integer\", \"null\"]") + ", \"minimum\": " + number.group(1) + maximum + "}", "");
      } else if (words.equals("number, empty, or null")) {
        return new Type(
            "{\"type\": [\"integer\", \"string\", \"null\"], \"minimum\": 0, \"maxLength\": 0}", "");
      } else if (words.equals("number or percents")) {
        return new Type("{\"type\": [\"integer\", \"string\", \"null\"], \"minimum\": 0, "
            + "\"pattern\": \"^[0-9]+%$\"}", "");
      } else if (words.equals("settings")) {
        return new Type(settings(), "");
      } else if (words.equals("Probe")) {
        return new Type(closed(PROBE), "Kubernetes' Probe, and enabled");
      } else if (kubernetes.matches()) {
        return new Type(kubernetes.group(2) == null ? "{\"type\": \"object\"}"
            : closed(kubernetes.group(2)), "Kubernetes' " + kubernetes.group(1));
      }
      throw new IllegalStateException("no type is named: " + words);
    }

    private static String closed(String keys) {
      return "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
          + Stream.of(keys.split(", ")).map(key -> quote(key) + ": {}")
              .collect(Collectors.joining(", ")) + "}}";
    }

    /** The schema of the configuration file, without what only a document of its own may say. */
    private static String settings() {
      try {
        return Files.readAllLines(SETTINGS).stream()
            .filter(line -> !line.matches("  \"(\\$schema|title)\" : .*\",?"))
            .map(String::strip).collect(Collectors.joining(" "))
            // Helm's regular expressions repeat at most 1000 times.
            .replaceAll("\\{1,\\d{4,}}", "+")
            .replaceFirst("\"\\$schema\" : \\{ \"type\" : \"string\" }, ", "");
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  // --- values.schema.json -----------------------------------------------------------------------

  private static String schema(List<Value> values) throws IOException {
    Set<String> moved = moved();
    var json = new StringBuilder("{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n");
    json.append("  \"title\": \"Values of the chart slipway\",\n");
    branch(json, "", "  ", values, moved);
    return json.append("}\n").toString();
  }

  private static void branch(
      StringBuilder json, String path, String indent, List<Value> values, Set<String> moved) {
    json.append(indent).append("\"type\": \"object\",\n");
    // Other charts of the release have their own keys in `global`.
    if (!path.equals("global")) {
      json.append(indent).append("\"additionalProperties\": false,\n");
    }
    json.append(indent).append("\"properties\": {");
    String inner = indent + "  ";
    var properties = new StringJoiner(",");
    for (Value value : values) {
      if (value.parent().equals(path)) {
        var one = new StringBuilder("\n" + inner + quote(value.name()) + ": {\n");
        if (!value.description.isEmpty()) {
          one.append(inner).append("  \"description\": ").append(quote(value.description))
              .append(",\n");
        }
        if (value.leaf) {
          one.append(inner).append("  ")
              .append(value.type.schema, 1, value.type.schema.length() - 1).append("\n");
        } else {
          branch(one, value.path, inner + "  ", values, moved);
        }
        properties.add(one.append(inner).append("}"));
      }
    }
    // Taken, so that the chart can say what to write instead.
    for (String key : moved) {
      String parent = key.contains(".") ? key.substring(0, key.lastIndexOf('.')) : "";
      if (parent.equals(path)) {
        properties.add("\n" + inner + quote(key.substring(key.lastIndexOf('.') + 1)) + ": {}");
      }
    }
    if (path.isEmpty()) {
      // What the `condition` of a parent chart usually names.
      properties.add("\n" + inner + "\"enabled\": {\"type\": \"boolean\"}");
    }
    json.append(properties).append("\n").append(indent).append("}\n");
  }

  private static Set<String> moved() throws IOException {
    Set<String> keys = new TreeSet<>();
    for (String line : Files.readAllLines(CHART.resolve("moved.yaml"))) {
      Matcher key = KEY.matcher(line);
      if (key.matches()) {
        keys.add(key.group(2));
      }
    }
    return keys;
  }

  // --- README.md --------------------------------------------------------------------------------

  private static String readme(List<Value> values) throws IOException {
    String mark = "<!-- What follows is made from values.yaml by `make generate`. -->\n";
    String text = Files.readString(CHART.resolve("README.md"));
    if (!text.contains(mark)) {
      throw new IllegalStateException("README.md has no line: " + mark);
    }
    var made = new StringBuilder(text.substring(0, text.indexOf(mark))).append(mark);
    String section = "";
    Map<String, String> about = new TreeMap<>();
    for (Value value : values) {
      if (!value.section.equals(section)) {
        section = value.section;
        made.append("\n### ").append(section).append("\n\n| key | default | meaning |\n|---|---|---|\n");
      }
      if (!value.leaf) {
        about.put(value.path, value.description);
        if (!value.description.isEmpty()) {
          made.append("| **`").append(value.path).append("`** || ").append(cell(value.description))
              .append(" |\n");
        }
      } else {
        String word = value.type.word.isEmpty() ? "" : " (" + value.type.word + ")";
        String text1 = value.text.replaceAll("^\"\"$", "");
        made.append("| `").append(value.path).append("` |")
            .append(text1.isEmpty() || text1.equals("null") ? "" : " `" + cell(text1) + "` ")
            .append("| ").append(cell(value.description + word)).append(" |\n");
      }
    }
    return made.toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  // --- templates/_defaults.tpl --------------------------------------------------------------------

  /** The defaults, for values that {@code helm upgrade --reuse-values} takes from an older chart. */
  private static String defaults(List<Value> values) {
    var made = new StringBuilder(
        """
        {{/*
        Made from values.yaml by `make generate`.
        slipway.defaults: each value's path and default, except where empty has a meaning of its own.
        Out: YAML of a map.
        */}}
        {{- define "slipway.defaults" -}}
        """);
    for (Value value : values) {
      if (value.leaf && !value.type.nullable() && !value.path.startsWith("global.")) {
        made.append(value.path).append(":");
        if (value.below.isEmpty()) {
          made.append(" ").append(value.text).append("\n");
        } else {
          made.append("\n");
          int indent = indent(value.below.getFirst());
          value.below.forEach(
              line -> made.append("  ").append(line.substring(indent)).append("\n"));
        }
      }
    }
    return made.append("{{- end }}\n").toString();
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  // --- templates --------------------------------------------------------------------------------

  private static final Pattern READ =
      Pattern.compile("(\\$\\w+|(?<![\\w$])(?:\\$root|\\$|\\.root)?\\.Values)((?:\\.\\w+)*)");
  private static final Pattern ALIAS = Pattern.compile("(\\$\\w+) :?= ([^{}]*)");

  /** Keys that no template reads, and reads of what is no key. */
  private static List<String> reads(List<Value> values) throws IOException {
    Set<String> alive = new TreeSet<>();
    List<String> faults = new ArrayList<>();
    Map<String, Value> known = new LinkedHashMap<>();
    values.forEach(value -> known.put(value.path, value));
    try (Stream<Path> files = Files.walk(CHART.resolve("templates"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        // What is only judged or told is not used.
        boolean uses = !file.getFileName().toString().matches("validate\\.yaml|NOTES\\.txt");
        String text = Files.readString(file).replaceAll("(?s)\\{\\{-? ?/\\*.*?\\*/ ?-?}}", "");
        each(text, path -> {
          String leaf = path;
          while (!leaf.isEmpty() && !known.containsKey(leaf)) {
            leaf = leaf.contains(".") ? leaf.substring(0, leaf.lastIndexOf('.')) : "";
          }
          if (leaf.isEmpty() || !leaf.equals(path) && !known.get(leaf).leaf) {
            faults.add(file + " reads " + path + ", which is no key of values.yaml");
          } else if (uses) {
            alive.add(leaf);
          }
        });
      }
    }
    known.values().stream()
        .filter(value -> value.leaf && !alive.contains(value.path))
        .forEach(value -> faults.add("no template reads " + value.path));
    return faults;
  }

  /** Each path below .Values that a template names, by itself or by a variable. */
  private static void each(String text, Consumer<String> path) {
    Map<String, Set<String>> aliases = new LinkedHashMap<>();
    for (String define : text.split("(?=\\{\\{-? define )")) {
      aliases.clear();
      Matcher alias = ALIAS.matcher(define);
      while (alias.find()) {
        Set<String> paths = aliases.computeIfAbsent(alias.group(1), name -> new LinkedHashSet<>());
        // `$x := .Values.a`, and the branches of a ternary; not what is compared or included.
        Matcher read = READ.matcher(alias.group(2));
        while (read.find()) {
          below(aliases, read).forEach(paths::add);
        }
      }
      Matcher read = READ.matcher(define);
      while (read.find()) {
        below(aliases, read).stream().filter(found -> !found.isEmpty()).forEach(path);
      }
    }
  }

  private static Set<String> below(Map<String, Set<String>> aliases, Matcher read) {
    String rest = read.group(2);
    if (read.group(1).endsWith("Values")) {
      return Set.of(rest.isEmpty() ? "" : rest.substring(1));
    }
    if (rest.startsWith(".Values")) {
      return Set.of(rest.length() > 8 ? rest.substring(8) : "");
    }
    return aliases.getOrDefault(read.group(1), Set.of()).stream()
        .map(path -> rest.isEmpty() ? path : path.isEmpty() ? rest.substring(1) : path + rest)
        .collect(Collectors.toSet());
  }

  // --- versions ---------------------------------------------------------------------------------

  private static List<String> versions() throws IOException {
    Matcher pom = Pattern.compile("<artifactId>slipway-parent</artifactId>\\s*<version>([^<]+)<")
        .matcher(Files.readString(POM));
    if (!pom.find()) {
      return List.of("pom.xml says no version");
    }
    List<String> faults = new ArrayList<>();
    for (String line : Files.readAllLines(CHART.resolve("Chart.yaml"))) {
      if (line.matches("(appV|v)ersion: .*") && !line.endsWith(" " + pom.group(1))) {
        faults.add("Chart.yaml: " + line + ", but pom.xml has " + pom.group(1));
      }
    }
    return faults;
  }
}
