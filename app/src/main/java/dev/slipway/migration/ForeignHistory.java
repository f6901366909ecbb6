package dev.slipway.migration;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The tables in which other tools keep their history. */
final class ForeignHistory {
  private static final Map<String, String> TABLES =
      Map.of(
          "schema_migration", "Ory (popx)",
          "schema_migrations", "golang-migrate or dbmate",
          "goose_db_version", "goose",
          "flyway_schema_history", "Flyway, whose table is not the one in migrate.table",
          "databasechangelog", "Liquibase");

  private ForeignHistory() {}

  /** The tool whose table is among these. */
  static Optional<String> toolOf(Collection<String> tables) {
    return tables.stream()
        .map(table -> TABLES.get(table.toLowerCase(Locale.ROOT)))
        .filter(Objects::nonNull)
        .findFirst();
  }
}
