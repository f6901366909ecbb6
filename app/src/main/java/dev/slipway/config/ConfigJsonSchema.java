package dev.slipway.config;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The JSON Schema of the configuration file, made from {@link Setting}. Editors find it in the
 * resource {@code config.schema.json}.
 */
public final class ConfigJsonSchema {
  private static final String DURATION = "^(0|([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)$";

  private ConfigJsonSchema() {}

  /** The schema as plain values, for a JSON writer. */
  public static Map<String, Object> document() {
    Map<String, Object> root = object();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    document.put("title", "Configuration of Slipway");
    document.putAll(root);
    properties(document).put("$schema", Map.of("type", "string"));
    for (Setting setting : Setting.values()) {
      String[] words = setting.key().split("\\.", -1);
      Map<String, Object> section = document;
      for (int i = 0; i + 1 < words.length; i++) {
        section = section(properties(section), words[i]);
      }
      properties(section).put(words[words.length - 1], value(setting));
    }
    return document;
  }

  private static Map<String, Object> object() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("type", "object");
    object.put("additionalProperties", false);
    object.put("properties", new LinkedHashMap<String, Object>());
    return object;
  }

  @SuppressWarnings("unchecked") // only what object() has put there
  private static Map<String, Object> properties(Map<String, Object> object) {
    return (Map<String, Object>) Objects.requireNonNull(object.get("properties"));
  }

  @SuppressWarnings("unchecked") // only what object() has made
  private static Map<String, Object> section(Map<String, Object> properties, String name) {
    return (Map<String, Object>) properties.computeIfAbsent(name, _ -> object());
  }

  private static Map<String, Object> value(Setting setting) {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put(
        "description",
        setting.description()
            + " Environment: "
            + setting.variable()
            + setting.flag().map(flag -> ", flag: " + flag).orElse("")
            + ".");
    switch (setting.kind()) {
      case SettingType.FreeText _, SettingType.FilePath _ -> value.put("type", "string");
      case SettingType.TableName _ -> {
        value.put("type", "string");
        value.put("minLength", 1);
        value.put("maxLength", SettingType.TableName.LENGTH_MAX);
      }
      case SettingType.Identifier _ -> pattern(value, SettingType.Identifier.PATTERN);
      case SettingType.Url _ -> pattern(value, SettingType.Url.PATTERN);
      case SettingType.Token _ -> pattern(value, SettingType.Token.PATTERN);
      case SettingType.TimeSpan time -> {
        value.put("type", List.of("string", "integer"));
        value.put("pattern", DURATION);
        // A number without a unit can only be zero.
        value.put("minimum", 0);
        value.put("maximum", 0);
        value.put("$comment", "it must be " + time.range());
      }
      case SettingType.IntegerRange whole -> {
        value.put("type", "integer");
        value.put("minimum", whole.min());
        value.put("maximum", whole.max());
      }
      case SettingType.Toggle _ -> value.put("type", "boolean");
      case SettingType.Choice choice -> value.put("enum", choice.words());
      case SettingType.Affix _ -> pattern(value, SettingType.Affix.PATTERN);
      case SettingType.FilePaths _, SettingType.Globs _, SettingType.Affixes _ -> {
        value.put("type", List.of("string", "array"));
        value.put("items", Map.of("type", "string"));
      }
      case SettingType.KeyValuePairs _ -> {
        value.put("type", "object");
        value.put("additionalProperties", Map.of("type", List.of("string", "number", "boolean")));
      }
      case SettingType.IdentitySchemas _ -> {
        value.put("type", List.of("array", "object"));
        value.put("items", schema());
        value.put("additionalProperties", Map.of("type", "string"));
      }
    }
    if (!setting.defaultText().isEmpty()) {
      value.put(
          "default",
          switch (setting.kind()) {
            case SettingType.IntegerRange _ -> new BigDecimal(setting.defaultText());
            case SettingType.Toggle _ -> Boolean.valueOf(setting.defaultText());
            default -> setting.defaultText();
          });
    }
    return value;
  }

  private static void pattern(Map<String, Object> value, String pattern) {
    value.put("type", "string");
    value.put("pattern", pattern);
  }

  private static Map<String, Object> schema() {
    Map<String, Object> schema = object();
    for (String name : ConfigFile.SCHEMA_KEYS) {
      properties(schema).put(name, Map.of("type", "string"));
    }
    schema.put("required", ConfigFile.SCHEMA_KEYS);
    return schema;
  }
}
