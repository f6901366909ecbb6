package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import dev.slipway.json.Yaml;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The settings in a configuration file: YAML, of which JSON is a part. */
final class ConfigFile {
  /** What an entry in the list of schemas holds. */
  static final List<String> SCHEMA_KEYS = List.of("id", "url");

  private ConfigFile() {}

  /**
   * Reads it.
   *
   * @throws SlipwayException (usage) when it cannot be read, or names a key that no setting has
   */
  static Map<Setting, String> read(Path file) {
    Object document = Yaml.read(text(file), file.toString());
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    if (document instanceof Map<?, ?> map) {
      collect(file, "", map, values);
    } else if (document != null) {
      throw SlipwayException.usageError(
          file + " holds no settings: its top level must be a map, as in dsn: memory");
    }
    return values;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw SlipwayException.usageError("the configuration file " + file + " does not exist")
          .hint("check the path after --config")
          .cause(e);
    } catch (MalformedInputException e) {
      throw SlipwayException.usageError("the configuration file " + file + " is not UTF-8")
          .cause(e);
    } catch (IOException e) {
      throw SlipwayException.usageError(
              "the configuration file " + file + " cannot be read: " + IoErrors.describe(e))
          .cause(e);
    }
  }

  private static void collect(
      Path file, String prefix, Map<?, ?> map, Map<Setting, String> values) {
    map.forEach(
        (name, value) -> {
          String key = prefix + name;
          Setting setting = Setting.withKey(key).orElse(null);
          if (setting != null) {
            if (value != null) {
              values.put(setting, text(file, setting, value));
            }
          } else if (value instanceof Map<?, ?> section && isSection(key)) {
            collect(file, key + ".", section, values);
          } else if (!key.equals("$schema") && !(value == null && isSection(key))) {
            throw unknown(file, key);
          }
        });
  }

  private static boolean isSection(String key) {
    return Arrays.stream(Setting.values()).anyMatch(each -> each.key().startsWith(key + "."));
  }

  private static SlipwayException unknown(Path file, String key) {
    if (isSection(key)) {
      return SlipwayException.usageError(
          "the key " + key + " in " + file + " must hold further keys");
    }
    List<String> known = Arrays.stream(Setting.values()).map(Setting::key).toList();
    return SlipwayException.usageError(
            "unknown key " + key + " in " + file + Suggestions.didYouMean(key, known))
        .hint("the settings table in the documentation lists every key");
  }

  /** Lists and maps become lines, as {@link SettingType#lines} reads them. */
  private static String text(Path file, Setting setting, Object value) {
    return switch (setting.kind()) {
      case SettingType.FilePaths _ when value instanceof List<?> list -> lines(file, setting, list);
      case SettingType.Globs _ when value instanceof List<?> list -> lines(file, setting, list);
      case SettingType.Affixes _ when value instanceof List<?> list -> lines(file, setting, list);
      case SettingType.KeyValuePairs _ when value instanceof Map<?, ?> map ->
          map.entrySet().stream()
              .map(each -> pair(file, setting, each.getKey(), each.getValue()))
              .collect(Collectors.joining("\n"));
      case SettingType.IdentitySchemas _ when value instanceof Map<?, ?> map ->
          map.entrySet().stream()
              .map(
                  each -> pair(file, setting, each.getKey(), words(file, setting, each.getValue())))
              .collect(Collectors.joining("\n"));
      case SettingType.IdentitySchemas _ when value instanceof List<?> list ->
          IntStream.range(0, list.size())
              .mapToObj(i -> schema(file, setting, i, list.get(i)))
              .collect(Collectors.joining("\n"));
      case SettingType.FreeText _,
          SettingType.Url _,
          SettingType.Token _,
          SettingType.Identifier _,
          SettingType.TableName _,
          SettingType.FilePath _,
          SettingType.FilePaths _,
          SettingType.Globs _,
          SettingType.KeyValuePairs _,
          SettingType.Affix _,
          SettingType.Affixes _,
          SettingType.Choice _ ->
          words(file, setting, value);
      case SettingType.IdentitySchemas _ ->
          throw SlipwayException.usageError(
              "the key "
                  + setting.key()
                  + " in "
                  + file
                  + " must be a list of schemas, each with the keys id and url");
      case SettingType.IntegerRange _, SettingType.TimeSpan _, SettingType.Toggle _ ->
          scalar(file, setting, value);
    };
  }

  private static String lines(Path file, Setting setting, List<?> list) {
    return list.stream().map(each -> scalar(file, setting, each)).collect(Collectors.joining("\n"));
  }

  private static String pair(
      Path file, Setting setting, @Nullable Object name, @Nullable Object value) {
    if (String.valueOf(name).indexOf('=') >= 0) {
      throw SlipwayException.usageError(
          "the key "
              + setting.key()
              + " in "
              + file
              + " holds the name '"
              + name
              + "': a name must hold no =");
    }
    return scalar(file, setting, name) + "=" + scalar(file, setting, value);
  }

  /** One entry of the list {@code identity.schemas}. */
  private static String schema(Path file, Setting setting, int index, Object entry) {
    String place = setting.key() + "[" + index + "]";
    if (!(entry instanceof Map<?, ?> map)) {
      throw SlipwayException.usageError(
          "the key " + place + " in " + file + " must hold the keys id and url");
    }
    for (Object name : map.keySet()) {
      if (!SCHEMA_KEYS.contains(name)) {
        throw SlipwayException.usageError(
            "unknown key "
                + place
                + "."
                + name
                + " in "
                + file
                + Suggestions.didYouMean(String.valueOf(name), SCHEMA_KEYS));
      }
    }
    for (String name : SCHEMA_KEYS) {
      if (map.get(name) == null) {
        throw SlipwayException.usageError(
            "the key " + place + "." + name + " is missing in " + file);
      }
    }
    return pair(
        file, setting, words(file, setting, map.get("id")), words(file, setting, map.get("url")));
  }

  /** The entry of that list for one schema. */
  static Map<String, String> schema(String id, String url) {
    Map<String, String> entry = new LinkedHashMap<>();
    entry.put(SCHEMA_KEYS.getFirst(), id);
    entry.put(SCHEMA_KEYS.getLast(), url);
    return entry;
  }

  /** YAML has read {@code 0123} as the number 83 by now: only quotes keep a text. */
  private static String words(Path file, Setting setting, @Nullable Object value) {
    if (value instanceof Number || value instanceof Boolean) {
      throw SlipwayException.usageError(
              "the key " + setting.key() + " in " + file + " must be a text")
          .hint("put its value in quotes");
    }
    return scalar(file, setting, value);
  }

  private static String scalar(Path file, Setting setting, @Nullable Object value) {
    if (value == null || value instanceof Map<?, ?> || value instanceof List<?>) {
      throw SlipwayException.usageError(
          "the key " + setting.key() + " in " + file + " must be " + setting.range());
    }
    String text = String.valueOf(value);
    if (setting.kind().isList() && text.indexOf('\n') >= 0) {
      throw SlipwayException.usageError(
          "the key " + setting.key() + " in " + file + " must hold no line break");
    }
    return text;
  }
}
