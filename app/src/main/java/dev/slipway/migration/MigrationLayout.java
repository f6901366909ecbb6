package dev.slipway.migration;

import dev.slipway.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which files a new migration has in each format, and how they mark what runs outside of one. */
final class MigrationLayout {
  private final MigrationFormat format;
  private final Settings.Flyway flyway;

  /** The layout of a format. */
  MigrationLayout(MigrationFormat format, Settings.Flyway flyway) {
    this.format = format;
    this.flyway = flyway;
  }

  /**
   * One direction of a migration.
   *
   * @param text the statements
   * @param autocommit whether they run outside a transaction
   */
  record Script(String text, boolean autocommit) {
    /** A script to be written by hand. */
    static Script empty(boolean autocommit) {
      return new Script("", autocommit);
    }
  }

  /**
   * The text of each file by its name, in the order of the names.
   *
   * @param dialects pairs for each of these databases; none: one pair for all
   * @param down left out in formats without down migrations
   */
  Map<String, String> files(
      String version, String name, List<String> dialects, Script up, Optional<Script> down) {
    String stem = version + "_" + name;
    Map<String, String> files = new TreeMap<>();
    switch (format) {
      case PAIRS -> {
        for (String dialect : dialects.isEmpty() ? List.of("") : dialects) {
          String start = stem + (dialect.isEmpty() ? "" : "." + dialect);
          files.put(start + autocommit(up) + ".up.sql", up.text());
          down.ifPresent(
              script -> files.put(start + autocommit(script) + ".down.sql", script.text()));
        }
      }
      case FLYWAY -> {
        FlywayFileName names = new FlywayFileName(flyway);
        addFlyway(files, names.of(MigrationKind.UP, version, name), up);
        down.ifPresent(
            script -> addFlyway(files, names.of(MigrationKind.DOWN, version, name), script));
      }
      case GOOSE ->
          files.put(
              stem + ".sql",
              (up.autocommit() || down.filter(Script::autocommit).isPresent()
                      ? "-- +goose NO TRANSACTION\n"
                      : "")
                  + "-- +goose Up\n"
                  + up.text()
                  + down.map(script -> "\n-- +goose Down\n" + script.text()).orElse(""));
      case DBMATE ->
          files.put(
              stem + ".sql",
              "-- migrate:up"
                  + dbmateMode(up)
                  + "\n"
                  + up.text()
                  + down.map(
                          script -> "\n-- migrate:down" + dbmateMode(script) + "\n" + script.text())
                      .orElse(""));
      case PLAIN -> files.put(stem + ".sql", noTransaction(up));
      case PRISMA -> files.put(stem + "/migration.sql", noTransaction(up));
      case DIESEL -> {
        down.ifPresent(script -> files.put(stem + "/down.sql", script.text()));
        if (up.autocommit() || down.filter(Script::autocommit).isPresent()) {
          files.put(stem + "/metadata.toml", "run_in_transaction = false\n");
        }
        files.put(stem + "/up.sql", up.text());
      }
    }
    return files;
  }

  private static String autocommit(Script script) {
    return script.autocommit() ? ".autocommit" : "";
  }

  private static String dbmateMode(Script script) {
    return script.autocommit() ? " transaction:false" : "";
  }

  private static String noTransaction(Script script) {
    return (script.autocommit() ? "-- no-transaction\n" : "") + script.text();
  }

  private void addFlyway(Map<String, String> files, String file, Script script) {
    files.put(file, script.text());
    boolean replaced =
        flyway.placeholderReplacement() && script.text().contains(flyway.placeholderPrefix());
    String configuration =
        (script.autocommit() ? "executeInTransaction=false\n" : "")
            + (replaced ? "placeholderReplacement=false\n" : "");
    if (!configuration.isEmpty()) {
      files.put(file + ".conf", configuration);
    }
  }
}
