package dev.slipway.migration;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the migrations of a folder are named, and where their two directions are: the conventions of
 * one tool, or of several tools that share them.
 */
public enum MigrationFormat {
  /** Two files for each version, as golang-migrate and Ory have them. */
  PAIRS("pairs", "<version>_<name>[.<dialect>][.autocommit].up.sql (or .down.sql)"),
  FLYWAY(
      "flyway",
      "V<version>__<name>.sql, U<version>__<name>.sql, B<version>__<name>.sql, R__<name>.sql"),
  GOOSE("goose", "<version>_<name>.sql with `-- +goose Up`"),
  DBMATE("dbmate", "<version>_<name>.sql with `-- migrate:up`"),
  /** One file for each version, as sqlx, Supabase, Atlas, and Drizzle have them. */
  PLAIN("plain", "<version>_<name>.sql"),
  PRISMA("prisma", "<version>_<name>/migration.sql"),
  DIESEL("diesel", "<version>_<name>/up.sql (and down.sql)");

  private static final Pattern MARK = Pattern.compile("--\\s*(?:\\+goose\\b|migrate:)");

  private final String label;
  private final String pattern;

  MigrationFormat(String label, String pattern) {
    this.label = label;
    this.pattern = pattern;
  }

  /** The name in settings and messages. */
  public String label() {
    return label;
  }

  /** The names of its files, for messages. */
  String pattern() {
    return pattern;
  }

  /** The format with this name. */
  static Optional<MigrationFormat> of(String label) {
    return Arrays.stream(values()).filter(format -> format.label.equals(label)).findFirst();
  }

  /** Whether one file holds both directions, each below a comment that begins it. */
  public boolean hasSections() {
    return this == GOOSE || this == DBMATE;
  }

  /** Whether each version is a folder. */
  boolean hasFolders() {
    return this == PRISMA || this == DIESEL;
  }

  /** Whether the tool reads subfolders of any depth. */
  boolean isRecursive() {
    return this == FLYWAY;
  }

  /** Whether a version is a file whose name says no direction. */
  boolean isSingleFile() {
    return hasSections() || this == PLAIN;
  }

  /** Whether a comment is one of the tool's marks, and no words of the author. */
  public boolean isMark(String comment) {
    return hasSections() && MARK.matcher(comment).lookingAt();
  }

  /** Whether the format has a place for the statements that revert a migration. */
  public boolean hasDown() {
    return this != PLAIN && this != PRISMA;
  }

  /** What a migration that cannot be reverted lacks, and where. */
  public String missingDown() {
    return switch (this) {
      case GOOSE -> "no `-- +goose Down` section in";
      case DBMATE -> "no `-- migrate:down` section in";
      case PLAIN, PRISMA -> "no down migration in the format " + label + ":";
      case PAIRS, FLYWAY, DIESEL -> "no down file for";
    };
  }
}
