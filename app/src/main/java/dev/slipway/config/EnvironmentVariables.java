package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings in the environment. */
final class EnvironmentVariables {
  private EnvironmentVariables() {}

  /**
   * Reads them; an empty variable counts as not set.
   *
   * @param warnings gets one for each variable that is ignored
   * @throws SlipwayException (usage) on a variable that looks like a setting's and is not read, and
   *     on a value that is not UTF-8
   */
  static Map<Setting, String> read(Map<String, String> environment, List<String> warnings) {
    Map<Setting, String> variables = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      setting
          .commonMisspelling()
          .filter(environment::containsKey)
          .ifPresent(
              name -> {
                throw SlipwayException.usageError(
                        "the environment variable " + name + " is not read")
                    .hint("set " + setting.variable() + " instead");
              });
      String text = environment.get(setting.variable());
      if (text == null) {
        continue;
      }
      Utf8.check("the environment variable " + setting.variable(), text);
      if (text.isEmpty()) {
        checkMayBeEmpty(setting);
        continue;
      }
      if (setting.variable().endsWith("_PORT") && text.startsWith("tcp://")) {
        warnings.add(
            "the environment variable "
                + setting.variable()
                + " is ignored: its value starts with"
                + " tcp://, so Kubernetes set it for a service of that name");
        continue;
      }
      variables.put(setting, listed(setting, text));
    }
    return variables;
  }

  /** Who meant to give a token and gave none must not get a server that asks for none. */
  private static void checkMayBeEmpty(Setting setting) {
    if (setting == Setting.SERVE_ADMIN_TOKEN || setting == Setting.SERVE_ADMIN_TOKEN_FILE) {
      throw SlipwayException.usageError(
              "the environment variable " + setting.variable() + " is empty")
          .hint("give it a value, or unset it to serve without a token");
    }
  }

  /** A list in one variable is separated by commas; we keep lists as lines. */
  private static String listed(Setting setting, String text) {
    return setting.kind().isList()
        ? Arrays.stream(text.split(",")).map(String::strip).collect(Collectors.joining("\n"))
        : text;
  }
}
