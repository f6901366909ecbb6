package dev.slipway.migration;

import dev.slipway.migration.ForeignRow.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A migration tool whose history can be imported. A table belongs to the first tool of which it has
 * all columns; a table with a tool's default name belongs to no tool with another default name.
 */
enum ForeignTool {
  FLYWAY(
      "Flyway",
      List.of("flyway_schema_history", "schema_version"),
      Set.of("installed_rank", "version", "description", "type", "script", "checksum", "success"),
      Set.of("installed_by", "installed_on", "execution_time"),
      "",
      "remove its row with `flyway repair`"),
  SQLX(
      "sqlx",
      List.of("_sqlx_migrations"),
      Set.of("version", "description", "success", "checksum"),
      Set.of("installed_on", "execution_time"),
      "SELECT version, success, checksum FROM %s ORDER BY version",
      "set its `success`, or delete its row"),
  PRISMA(
      "Prisma",
      List.of("_prisma_migrations"),
      Set.of("migration_name", "checksum", "finished_at", "rolled_back_at"),
      Set.of("id", "logs", "started_at", "applied_steps_count"),
      """
      SELECT migration_name, finished_at IS NOT NULL, rolled_back_at IS NOT NULL, checksum
      FROM %s ORDER BY started_at, finished_at IS NOT NULL""",
      "mark it with `prisma migrate resolve --applied` or `--rolled-back`"),
  GOOSE(
      "goose",
      List.of("goose_db_version"),
      Set.of("id", "version_id", "is_applied"),
      Set.of("tstamp"),
      "SELECT version_id, is_applied FROM %s ORDER BY id",
      ""),
  LIQUIBASE(
      "Liquibase",
      List.of("databasechangelog", "DATABASECHANGELOG"),
      Set.of("id", "author", "filename", "dateexecuted"),
      Set.of(
          "orderexecuted",
          "exectype",
          "md5sum",
          "description",
          "comments",
          "tag",
          "liquibase",
          "contexts",
          "labels",
          "deployment_id"),
      "SELECT id, author, filename FROM %s ORDER BY dateexecuted",
      ""),
  ALEMBIC(
      "Alembic",
      List.of("alembic_version"),
      Set.of("version_num"),
      Set.of(),
      "SELECT version_num FROM %s ORDER BY version_num",
      ""),
  TYPEORM(
      "TypeORM",
      List.of("migrations", "migrations_typeorm"),
      Set.of("id", "timestamp", "name"),
      Set.of(),
      "SELECT m.timestamp FROM %s m ORDER BY m.id",
      ""),
  GOLANG_MIGRATE(
      "golang-migrate",
      List.of("schema_migrations"),
      Set.of("version", "dirty"),
      Set.of(),
      "SELECT version, dirty FROM %s",
      "clear the mark with `migrate force VERSION`"),
  ORY(
      "Ory (popx)",
      List.of("schema_migration"),
      Set.of("version", "version_self"),
      Set.of(),
      "SELECT version FROM %s",
      ""),
  DIESEL(
      "Diesel",
      List.of("__diesel_schema_migrations"),
      Set.of("version", "run_on"),
      Set.of(),
      "SELECT version FROM %s",
      ""),
  ECTO(
      "Ecto",
      List.of("schema_migrations"),
      Set.of("version", "inserted_at"),
      Set.of(),
      "SELECT version FROM %s",
      ""),
  SUPABASE(
      "Supabase",
      List.of(),
      Set.of("version", "statements"),
      Set.of("name", "created_by", "idempotency_key", "rollback"),
      "SELECT version FROM %s",
      ""),
  RAILS(
      "Rails",
      List.of("schema_migrations"),
      Set.of("version"),
      Set.of(),
      "SELECT version FROM %s",
      "") {
    @Override
    boolean owns(Set<String> columns, Set<String> tables) {
      // dbmate's table has the same column.
      return super.owns(columns, tables) && tables.contains(RAILS_METADATA);
    }
  },
  DBMATE(
      "dbmate",
      List.of("schema_migrations"),
      Set.of("version"),
      Set.of(),
      "SELECT version FROM %s",
      ""),
  /** Ory's tool before popx. */
  POP(
      "pop",
      List.of("schema_migration"),
      Set.of("version"),
      Set.of(),
      "SELECT version FROM %s",
      "");

  /** The table next to Rails' history. */
  static final String RAILS_METADATA = "ar_internal_metadata";

  private final String label;
  private final List<String> tables;
  private final Set<String> columns;
  private final Set<String> otherColumns;
  private final String sql;
  private final String resolution;

  ForeignTool(
      String label,
      List<String> tables,
      Set<String> columns,
      Set<String> otherColumns,
      String sql,
      String resolution) {
    this.label = label;
    this.tables = tables;
    this.columns = columns;
    this.otherColumns = otherColumns;
    this.sql = sql;
    this.resolution = resolution;
  }

  /** The name of the tool. */
  String label() {
    return label;
  }

  /** The names that its table has by default. */
  List<String> tables() {
    return tables;
  }

  /** How to clear the row of an unfinished migration, as the end of a sentence. */
  String resolution() {
    return resolution;
  }

  /**
   * Whether a table with these columns can be the tool's history.
   *
   * @param columns in lower case
   * @param tables the other tables of the schema, as far as they belong to a tool
   */
  boolean owns(Set<String> columns, Set<String> tables) {
    return columns.containsAll(this.columns);
  }

  /**
   * Whether a table has the tool's columns and no others, whatever its name.
   *
   * @param columns in lower case
   */
  boolean hasShape(Set<String> columns) {
    return columns.containsAll(this.columns)
        && columns.stream()
            .allMatch(column -> this.columns.contains(column) || otherColumns.contains(column));
  }

  /** Whether the tool's IDs are the versions of its files. */
  boolean hasVersions() {
    return this != LIQUIBASE && this != ALEMBIC;
  }

  /** Whether the history holds only the newest version. */
  boolean holdsNewestOnly() {
    return this == GOLANG_MIGRATE;
  }

  /** Whether the first characters of a version stand for the whole. */
  boolean truncatesVersions() {
    return this == ORY || this == POP;
  }

  /** The digest of the tool's checksums; empty where they cannot be compared with a file. */
  Optional<String> digest() {
    return switch (this) {
      case SQLX -> Optional.of("SHA-384");
      case PRISMA -> Optional.of("SHA-256");
      default -> Optional.empty();
    };
  }

  /** Why files are not compared with the history; empty where they are. */
  Optional<String> uncheckedReason() {
    return switch (this) {
      case FLYWAY, SQLX, PRISMA -> Optional.empty();
      case LIQUIBASE -> Optional.of("its checksums are of changesets, not of files");
      default -> Optional.of("its history has no checksums");
    };
  }

  /** A query for the rows, oldest first; not for {@link #FLYWAY}, whose table is Slipway's. */
  String rowsQuery(String table) {
    return sql.formatted(table);
  }

  /** The current row of {@link #rowsQuery}. */
  ForeignRow row(ResultSet row) throws SQLException {
    String id = String.valueOf(row.getString(1)).strip();
    return switch (this) {
      case SQLX ->
          new ForeignRow(
              id,
              id,
              row.getBoolean(2) ? State.APPLIED : State.UNFINISHED,
              Optional.ofNullable(row.getBytes(3)).map(HexFormat.of()::formatHex));
      case PRISMA ->
          new ForeignRow(
              id.replaceFirst("^(\\d+).*$", "$1"),
              id,
              row.getBoolean(3)
                  ? State.REVERTED
                  : row.getBoolean(2) ? State.APPLIED : State.UNFINISHED,
              Optional.ofNullable(row.getString(4)));
      case GOOSE ->
          new ForeignRow(
              id, id, row.getBoolean(2) ? State.APPLIED : State.REVERTED, Optional.empty());
      case GOLANG_MIGRATE ->
          new ForeignRow(
              id, id, row.getBoolean(2) ? State.UNFINISHED : State.APPLIED, Optional.empty());
      case LIQUIBASE ->
          new ForeignRow(
              id,
              row.getString(3) + "::" + id + "::" + row.getString(2),
              State.APPLIED,
              Optional.empty());
      default -> new ForeignRow(id, id, State.APPLIED, Optional.empty());
    };
  }
}
