package dev.slipway.migration;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Migration files and history rows from short notations. A file is {@code version} or {@code
 * R:name}. A row is {@code version} with a suffix: {@code b} baseline, {@code f} failed, {@code c}
 * another checksum, {@code d} another description, {@code n} no checksum, {@code -} deleted; or
 * {@code R:name}.
 */
final class MigrationFixture {
  static final DatabaseDriver SQLITE = Drivers.require("sqlite3");

  private final Path folder;

  MigrationFixture(Path folder) {
    this.folder = folder;
  }

  /** Writes each file, and a down file for each version. */
  void write(String files) throws IOException {
    for (String word : files.split(" ")) {
      String name = word.startsWith("R:") ? "R__" + word.substring(2) + ".sql" : word + "_x.up.sql";
      if (word.contains(".")) {
        name = "V" + word + "__x.sql";
      }
      write(name, "SELECT '" + word + "';");
      if (!word.startsWith("R:")) {
        write(word.contains(".") ? "U" + word + "__x.sql" : word + "_x.down.sql", "SELECT 'back';");
      }
    }
  }

  Path write(String name, String sql) throws IOException {
    return Files.writeString(folder.resolve(name), sql);
  }

  Settings.Migrate settings() {
    return Settings.load(
            Map.of(Setting.MIGRATE_PATH, folder.toString()), Map.of(), Optional.empty())
        .migrate();
  }

  ResolvedMigrations load() {
    return ResolvedMigrations.load(settings(), SQLITE);
  }

  MigrationInfo info(List<HistoryRow> rows) {
    return info(rows, _ -> false);
  }

  MigrationInfo info(List<HistoryRow> rows, Predicate<MigrationFile> retryable) {
    return MigrationInfo.of(load(), rows, retryable, reader()::checksum);
  }

  /** The rows of a history, with the checksums of the files. */
  List<HistoryRow> rows(String words) throws IOException {
    Map<String, Integer> checksums = new HashMap<>();
    ResolvedMigrations files = load();
    files
        .versioned()
        .forEach(one -> checksums.put(one.version().toString(), one.up().read().checksum()));
    files.repeatable().forEach(one -> checksums.put("R:" + one.name(), one.read().checksum()));
    List<HistoryRow> rows = new ArrayList<>();
    for (String word : words.isBlank() ? new String[0] : words.strip().split(" ")) {
      boolean repeatable = word.startsWith("R:");
      String version = repeatable ? word : word.replaceAll("[a-z-]", "");
      String marks = word.substring(version.length());
      String type = marks.contains("b") ? "BASELINE" : marks.contains("-") ? "DELETE" : "SQL";
      Optional<Integer> checksum = Optional.of(checksums.getOrDefault(version, 5));
      rows.add(
          new HistoryRow(
              rows.size() + 1,
              repeatable ? Optional.empty() : Optional.of(MigrationVersion.of(version)),
              repeatable ? word.substring(2) : marks.contains("d") ? "another" : "x",
              type,
              version + "_x.up.sql",
              marks.contains("n") || marks.contains("b")
                  ? Optional.empty()
                  : marks.contains("c") ? checksum.map(number -> number + 1) : checksum,
              !marks.contains("f"),
              marks.contains("f") ? -1 : 0));
    }
    return rows;
  }

  /** A row that is not complete, of a script that stopped at a failure point. */
  static HistoryRow incomplete(int rank, String version, String script, int failurePoint) {
    return new HistoryRow(
        rank,
        Optional.of(MigrationVersion.of(version)),
        "x",
        "SQL",
        script,
        Optional.of(5),
        false,
        failurePoint);
  }

  static StepReader reader() {
    return new StepReader(SQLITE, placeholders(""));
  }

  /** Flyway's names with its own prefixes. */
  static FlywayFileName flywayNames() {
    return new FlywayFileName(
        Settings.load(Map.of(), Map.of(), Optional.empty()).migrate().flyway());
  }

  /** What a name is, by Flyway's own prefixes. */
  static MigrationFileName name(String name) {
    return MigrationFileName.of(name, flywayNames());
  }

  /** Placeholders with the settings of a command line; each is {@code name=value}, in a line. */
  static Placeholders placeholders(String lines) {
    return Placeholders.of(
        Settings.load(Map.of(Setting.MIGRATE_PLACEHOLDERS, lines), Map.of(), Optional.empty())
            .migrate());
  }

  /** The versions of a plan's steps, in order. */
  static String steps(MigrationPlan plan) {
    return String.join(
        " ",
        plan.steps().stream()
            .map(
                step ->
                    step.file()
                        .version()
                        .map(MigrationVersion::toString)
                        .orElse("R:" + step.file().name()))
            .toList());
  }
}
