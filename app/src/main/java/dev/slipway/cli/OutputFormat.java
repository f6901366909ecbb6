package dev.slipway.cli;

import dev.slipway.json.Json;
import dev.slipway.json.Yaml;
import java.util.Arrays;
import java.util.Optional;

/** The formats of {@code --format}. */
enum OutputFormat {
  /** For people. */
  TABLE("table"),
  JSON("json"),
  JSON_PRETTY("json-pretty"),
  YAML("yaml");

  private final String word;

  OutputFormat(String word) {
    this.word = word;
  }

  /** The format that a user calls by this word. */
  static Optional<OutputFormat> of(String word) {
    return Arrays.stream(values()).filter(format -> format.word.equals(word)).findFirst();
  }

  /** Maps, lists, and values as text in this format, which is not {@link #TABLE}. */
  String write(Object value) {
    return switch (this) {
      case TABLE -> throw new IllegalArgumentException("a table has its own columns");
      case JSON -> Json.write(value) + "\n";
      case JSON_PRETTY -> Json.pretty(value) + "\n";
      case YAML -> Yaml.write(value);
    };
  }
}
