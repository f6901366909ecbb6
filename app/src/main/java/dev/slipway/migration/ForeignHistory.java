package dev.slipway.migration;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The tables in which other tools keep their history. */
public final class ForeignHistory {
  private static final Map<String, String> TABLES =
      Map.ofEntries(
          Map.entry("schema_migration", "Ory (popx)"),
          Map.entry("schema_migrations", "golang-migrate, dbmate, Rails, or Ecto"),
          Map.entry("goose_db_version", "goose"),
          Map.entry("flyway_schema_history", "Flyway, whose table is not the one in migrate.table"),
          Map.entry("schema_version", "tern, or an old Flyway"),
          Map.entry("ar_internal_metadata", "Rails"),
          Map.entry("migrations_typeorm", "TypeORM"),
          Map.entry("typeorm_metadata", "TypeORM"),
          Map.entry("databasechangelog", "Liquibase"),
          Map.entry("databasechangeloglock", "Liquibase"),
          Map.entry("atlas_schema_revisions", "Atlas"),
          Map.entry("_prisma_migrations", "Prisma"),
          Map.entry("_sqlx_migrations", "sqlx"),
          Map.entry("__diesel_schema_migrations", "Diesel"),
          Map.entry("seaql_migrations", "SeaORM"),
          Map.entry("gorp_migrations", "sql-migrate"),
          Map.entry("pgmigrations", "node-pg-migrate"),
          Map.entry("knex_migrations", "Knex"),
          Map.entry("knex_migrations_lock", "Knex"),
          Map.entry("sequelizemeta", "Sequelize"),
          Map.entry("__drizzle_migrations", "Drizzle"),
          Map.entry("mikro_orm_migrations", "MikroORM"),
          Map.entry("kysely_migration", "Kysely"),
          Map.entry("kysely_migration_lock", "Kysely"),
          Map.entry("django_migrations", "Django"),
          Map.entry("alembic_version", "Alembic"),
          Map.entry("_yoyo_migration", "yoyo"),
          Map.entry("__efmigrationshistory", "Entity Framework Core"),
          Map.entry("schemaversions", "DbUp"),
          Map.entry("doctrine_migration_versions", "Doctrine"),
          Map.entry("phinxlog", "Phinx"),
          Map.entry("play_evolutions", "Play"));

  private ForeignHistory() {}

  /**
   * The tool whose history a table is, by its name or its columns; empty for any other table.
   *
   * @param columns the names of its columns, in lower case
   */
  public static Optional<String> toolOf(String table, Set<String> columns) {
    return Optional.of(tool(table))
        .filter(tool -> !tool.isEmpty())
        .or(
            () ->
                Arrays.stream(ForeignTool.values())
                    .filter(tool -> tool != ForeignTool.RAILS && tool.hasShape(columns))
                    .map(ForeignTool::label)
                    .findFirst());
  }

  /** The names of the tables, in lower case. */
  static List<String> tables() {
    return List.copyOf(TABLES.keySet());
  }

  /** The tool whose table is among these. */
  static Optional<String> toolOf(Collection<String> tables) {
    return histories(tables).stream().map(ForeignHistory::tool).findFirst();
  }

  /** These of the tables that are histories, each with its tool; empty if none is. */
  static Optional<String> describe(Collection<String> tables) {
    List<String> histories = histories(tables);
    return histories.isEmpty()
        ? Optional.empty()
        : Optional.of(
            histories.stream()
                .map(table -> table + " (" + tool(table) + ")")
                .collect(Collectors.joining(", ")));
  }

  private static List<String> histories(Collection<String> tables) {
    return tables.stream()
        .filter(table -> TABLES.containsKey(table.toLowerCase(Locale.ROOT)))
        .toList();
  }

  private static String tool(String table) {
    return TABLES.getOrDefault(table.toLowerCase(Locale.ROOT), "");
  }
}
