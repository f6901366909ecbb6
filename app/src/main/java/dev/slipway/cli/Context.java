package dev.slipway.cli;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.db.Dsn;
import dev.slipway.fault.Fault;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What a command is given beside its own words: the environment, the terminal, the signals.
 *
 * @param signals taken over only by the commands that run for long
 */
record Context(Map<String, String> environment, Terminal terminal, Supplier<Signals> signals) {

  /** The settings whose flag may be given several times. */
  private static final Set<Setting> LISTS =
      Set.of(Setting.MIGRATE_PATH, Setting.MIGRATE_PLACEHOLDERS);

  /** Adds a flag for each setting that has one; its words are the setting's own. */
  static void declare(CommandSpec spec, Setting... settings) {
    for (Setting setting : settings) {
      boolean list = LISTS.contains(setting);
      spec.addOption(OptionSpec.builder(setting.flag().orElseThrow())
          .type(list ? String[].class : String.class)
          .arity("1")
          .paramLabel(setting.key().replaceAll(".*\\.", "").toUpperCase(Locale.ROOT))
          .description(description(setting))
          .build());
    }
  }

  private static String description(Setting setting) {
    String preset = setting.defaultText().isEmpty() ? "" : ", default " + setting.defaultText();
    return (setting.sentence() + " [" + setting.variable() + preset + "]").replace("%", "%%")
        .replace("${", "$${");
  }

  /** The settings for a command: its flags, the environment, the file, the defaults. */
  Settings settings(CommandSpec spec, String dsnArgument) {
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    Path file = null;
    for (CommandSpec at = spec; at != null; at = at.parent()) {
      ParseResult given = at.commandLine().getParseResult();
      if (given == null) {
        continue;
      }
      for (Setting setting : Setting.values()) {
        String flag = setting.flag().orElse("");
        if (!flag.isEmpty() && given.hasMatchedOption(flag) && !flags.containsKey(setting)) {
          Object value = given.matchedOptionValue(flag, null);
          flags.put(setting, value instanceof String[] values
              ? String.join("\n", values)
              : String.valueOf(value));
        }
      }
      if (file == null && given.hasMatchedOption("--config")) {
        file = given.matchedOptionValue("--config", null);
      }
    }
    if (dsnArgument != null && !dsnArgument.equals(flags.getOrDefault(Setting.DSN, dsnArgument))) {
      throw Fault.usage("the DSN is given twice, and differently: as --dsn and as an argument")
          .hint("give one of them");
    }
    if (dsnArgument != null) {
      flags.put(Setting.DSN, dsnArgument);
    }
    return Settings.load(flags, environment, Optional.ofNullable(file));
  }

  /** The database that the settings name. */
  static Dsn dsn(Settings settings) {
    return Dsn.parse(settings.dsnText().reveal());
  }
}
