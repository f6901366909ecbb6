package dev.slipway.driver;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;

/** What is looked for in migration files. The ids are an interface: files name them. */
public enum LintRule {
  FILE_NAME(
      Severity.ERROR,
      "`up` refuses the folder as long as a name is almost a migration's.",
      "Name it `<version>_<name>[.<dialect>][.autocommit].{up,down}.sql`, or as Flyway does."),
  DUPLICATE_VERSION(
      Severity.ERROR,
      "`up` refuses the folder: which of the two a database has would be chance.",
      "Give the newer one the next version; `slipway migrate sql create` finds it."),
  REFUSED(
      Severity.ERROR,
      "`up` refuses the file before anything runs.",
      "Do what stands with the finding."),
  UNTERMINATED(
      Severity.ERROR,
      "A string, a quoted name or a comment has no end, so the rest of the file is part of it.",
      "Close it."),
  EMPTY_FILE(
      Severity.ERROR,
      "There is no statement in it, so it is recorded as applied and has done nothing.",
      "Write it; where there is nothing to do, say why in a comment above `SELECT 1;`."),
  DOWN_MISSING(
      Severity.ERROR,
      "There is no way back from this version: `down` stops here.",
      "Write the down file; where nothing can be taken back, accept this, with the reason."),
  UP_MISSING(
      Severity.ERROR,
      "A way back without its way there is never run.",
      "Write the up file, or remove this one."),
  NAME_DIFFERS(
      Severity.WARNING,
      "One version has files of different names: one may be a leftover, or have the wrong version.",
      "Name them alike."),
  VERSION_GAP(
      Severity.WARNING,
      "A number is missing between counted versions: a file was lost, or is still to come and will"
          + " be late.",
      "Bring the file, or count on from the last."),
  DIALECT_MISSING(
      Severity.WARNING,
      "Other databases have this version and this one does not, so their schemas differ after it.",
      "Write the file for this database too, or one for all."),
  INDEX_LOCKS(
      Scope.SPECIFIC,
      Severity.ERROR,
      "Nobody may write to the table while the index is built.",
      "CREATE INDEX CONCURRENTLY, alone in a file named `.autocommit`; for UNIQUE and PRIMARY KEY"
          + " then ADD CONSTRAINT … USING INDEX."),
  CONCURRENTLY_ALONE(
      Scope.SPECIFIC,
      Severity.ERROR,
      "When it fails it leaves an invalid index, which the next `up` cleans up by itself only where"
          + " the file holds nothing else.",
      "Give each CREATE INDEX CONCURRENTLY a file of its own."),
  NOT_IN_TRANSACTION(
      Scope.SPECIFIC,
      Severity.ERROR,
      "The database refuses or ignores it in a transaction, and the file runs in one.",
      "Put it into a file of its own named `.autocommit`."),
  NOT_NULL_WITHOUT_DEFAULT(
      Severity.ERROR,
      "The release before does not fill the column, so its INSERTs fail; where there are rows, so"
          + " does the migration.",
      "Add it with a constant DEFAULT, or with NULL, and NOT NULL in a later release."),
  SET_NOT_NULL(
      Scope.SPECIFIC,
      Severity.ERROR,
      "All rows are read while nobody may read or write the table.",
      "ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in the next file, then SET NOT"
          + " NULL, which trusts it."),
  CONSTRAINT_LOCKS(
      Scope.SPECIFIC,
      Severity.ERROR,
      "All rows are checked while nobody may write to the table.",
      "Add it NOT VALID, and VALIDATE CONSTRAINT in a file of its own."),
  VALIDATE_APART(
      Scope.SPECIFIC,
      Severity.WARNING,
      "In one transaction with its ADD CONSTRAINT, VALIDATE reads all rows under the lock that NOT"
          + " VALID was to spare.",
      "Put VALIDATE CONSTRAINT into the next file."),
  VOLATILE_DEFAULT(
      Scope.SPECIFIC,
      Severity.ERROR,
      "Each row gets a value of its own, so the table is rewritten while nobody may read or write"
          + " it.",
      "Add the column without it, set the default in a second ALTER, and fill old rows in parts."),
  TYPE_CHANGE(
      Scope.SPECIFIC,
      Severity.ERROR,
      "The table may be rewritten while nobody may use it, and the release before still writes the"
          + " old type.",
      "Add a second column, write both, fill it, change over, drop the old one a release later."),
  RENAME(
      Severity.ERROR,
      "The release before, which still serves, asks for the old name.",
      "Add a second column, write both, fill it, change over, drop the old one a release later."),
  DROP(
      Severity.ERROR,
      "The release before may still use it, and no `down` brings the rows back.",
      "Drop it when no release that runs, or may come back, uses it, and accept this with that as"
          + " the reason."),
  ROWS_BEHIND_DDL(
      Scope.SPECIFIC,
      Severity.ERROR,
      "The lock of the ALTER above it is held until all these rows are changed.",
      "Put it into a file of its own, after this one."),
  ALL_ROWS(
      Scope.SPECIFIC,
      Severity.WARNING,
      "Every row is locked until the last one is changed.",
      "Change them in parts, by WHERE, in a file named `.autocommit`."),
  SEVERAL_TABLES(
      Scope.SPECIFIC,
      Severity.WARNING,
      "The lock on the first table is held while the second is waited for: that is how deadlocks"
          + " with the service come about.",
      "One table for each file."),
  TABLE_COPY(
      Scope.SPECIFIC,
      Severity.ERROR,
      "MySQL may copy the table for this, and nobody may write to it meanwhile.",
      "Say ALGORITHM=INSTANT, or ALGORITHM=INPLACE, LOCK=NONE: MySQL refuses where it would copy or"
          + " lock."),
  HALF_APPLIED(
      Scope.SPECIFIC,
      Severity.WARNING,
      "Each change of the schema is committed by itself: when a later one fails, the file is half"
          + " applied.",
      "One statement for each file, or IF [NOT] EXISTS in each, so that it can run again."),
  COCKROACH_TRANSACTION(
      Scope.SPECIFIC,
      Severity.ERROR,
      "In a transaction that also changes rows, CockroachDB may fail to change the schema at"
          + " COMMIT, with the rows changed.",
      "Take out BEGIN and COMMIT, or use one file for the schema and one for the rows."),
  SQLITE_ALTER(
      Scope.SPECIFIC,
      Severity.ERROR,
      "SQLite's ALTER TABLE does one of four things at a time: RENAME TO, RENAME, ADD or DROP"
          + " COLUMN.",
      "One ALTER TABLE for each; for anything else make the table anew."),
  SQLITE_ADD_COLUMN(
      Scope.SPECIFIC,
      Severity.ERROR,
      "SQLite adds such a column to an empty table at most, so it fails where there are rows.",
      "Use a constant default; PRIMARY KEY, UNIQUE and STORED need the table made anew."),
  ALLOW_INVALID(
      Severity.ERROR,
      "It accepts nothing as it stands.",
      "Write `-- slipway:allow RULE reason`, with a rule of this list."),
  ALLOW_UNUSED(
      Severity.WARNING,
      "What it accepts is not there (any more).",
      "Remove the comment, or move it to the statement that it is about.");

  /** Where a rule applies. */
  private enum Scope {
    /** On every database. */
    GENERAL,
    /** On the databases whose drivers name it. */
    SPECIFIC
  }

  /** What a finding does to the end of the command. */
  public enum Severity {
    /** Ends it with exit 2. */
    ERROR,
    /** Is printed, and ends it with exit 2 when that is asked for. */
    WARNING;

    /** The word for people and machines. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Scope scope;
  private final Severity severity;
  private final String why;
  private final String instead;

  LintRule(Severity severity, String why, String instead) {
    this(Scope.GENERAL, severity, why, instead);
  }

  LintRule(Scope scope, Severity severity, String why, String instead) {
    this.scope = scope;
    this.severity = severity;
    this.why = why;
    this.instead = instead;
  }

  /** The rule of this id. */
  public static Optional<LintRule> of(String id) {
    return Arrays.stream(values()).filter(rule -> rule.id().equals(id)).findFirst();
  }

  /** The name in reports and in files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What a finding does to the end of the command. */
  public Severity severity() {
    return severity;
  }

  /** What happens otherwise, one sentence. */
  public String rationale() {
    return why;
  }

  /** What to do instead, one sentence. */
  public String remedy() {
    return instead;
  }

  /** Whether the rule applies on every database. */
  public boolean isGeneral() {
    return scope == Scope.GENERAL;
  }

  /** Whether a comment in the file can accept it: what `up` refuses stays refused. */
  public boolean isSuppressible() {
    return !EnumSet.of(
            FILE_NAME,
            DUPLICATE_VERSION,
            REFUSED,
            UNTERMINATED,
            UP_MISSING,
            ALLOW_INVALID,
            ALLOW_UNUSED)
        .contains(this);
  }
}
