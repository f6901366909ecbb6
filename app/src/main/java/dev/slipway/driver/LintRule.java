package dev.slipway.driver;

import java.util.List;
import java.util.Locale;

/**
 * A rule for migration files. The ids are an interface: files name them. A rule of one database is
 * a constant of that driver's rules.
 *
 * @param id the name in reports and in files
 * @param severity what a violation does to the exit code
 * @param rationale what happens otherwise, one sentence
 * @param remedy what to do instead, one sentence
 * @param isGeneral whether the rule applies to every database
 * @param isSuppressible whether a comment in the file can accept a violation; what {@code up}
 *     rejects stays rejected
 */
public record LintRule(
    String id,
    Severity severity,
    String rationale,
    String remedy,
    boolean isGeneral,
    boolean isSuppressible) {
  public static final LintRule FILE_NAME =
      unsuppressible(
          "file-name",
          Severity.ERROR,
          "`up` refuses the folder as long as a name is almost a migration's.",
          "Name it as the other files in its folder; the finding has the right name.");

  public static final LintRule DUPLICATE_VERSION =
      unsuppressible(
          "duplicate-version",
          Severity.ERROR,
          "`up` refuses the folder: which of the two a database has would be chance.",
          "Give the newer one the next version; `slipway migrate sql create` finds it.");

  public static final LintRule REFUSED =
      unsuppressible(
          "refused",
          Severity.ERROR,
          "`up` refuses the file before anything runs.",
          "Do what stands with the finding.");

  public static final LintRule UNTERMINATED =
      unsuppressible(
          "unterminated",
          Severity.ERROR,
          "A string, a quoted name or a comment has no end, so the rest of the file is part of it.",
          "Close it.");

  public static final LintRule EMPTY_FILE =
      general(
          "empty-file",
          Severity.ERROR,
          "There is no statement in it, so it is recorded as applied and has done nothing.",
          "Write it; where there is nothing to do, say why in a comment: in an up file above `SELECT 1;`.");

  public static final LintRule DOWN_MISSING =
      general(
          "down-missing",
          Severity.ERROR,
          "This version has no down migration: `down` stops here.",
          "Write the down file; if the change cannot be reverted, accept this, with the reason.");

  /** Judged by {@code test}, which runs the migrations, and not by {@code lint}. */
  public static final LintRule DOWN_INCOMPLETE =
      general(
          "down-incomplete",
          Severity.ERROR,
          "The down migration does not restore the schema; only `test` finds this.",
          "Revert everything that the up migration did; if the database cannot, as with a value of an"
              + " enum, accept this, with the reason.");

  public static final LintRule UP_MISSING =
      unsuppressible(
          "up-missing",
          Severity.ERROR,
          "A down migration without its up migration never runs.",
          "Write the up file, or remove this one.");

  public static final LintRule NAME_DIFFERS =
      general(
          "name-differs",
          Severity.WARNING,
          "One version has files of different names: one may be a leftover, or have the wrong version.",
          "Name them alike.");

  public static final LintRule VERSION_GAP =
      general(
          "version-gap",
          Severity.WARNING,
          "A number is missing between counted versions: a file was lost, or is still to come and will"
              + " be late.",
          "Bring the file, or count on from the last.");

  public static final LintRule DIALECT_MISSING =
      general(
          "dialect-missing",
          Severity.WARNING,
          "Other databases have this version and this one does not, so their schemas differ after it.",
          "Write the file for this database too, or one for all.");

  public static final LintRule NOT_IN_TRANSACTION =
      new LintRule(
          "not-in-transaction",
          Severity.ERROR,
          "The database rejects or ignores it in a transaction, and the file runs in one, so `up` and"
              + " `down` reject the file.",
          "Put it into a file of its own that runs outside a transaction; each format has a mark for that,"
              + " such as `.autocommit` in the name or `-- +goose NO TRANSACTION`.",
          false,
          false);

  public static final LintRule NOT_NULL_WITHOUT_DEFAULT =
      general(
          "not-null-without-default",
          Severity.ERROR,
          "The release before does not fill the column, so its INSERTs fail; where there are rows, so"
              + " does the migration.",
          "Add it with a constant DEFAULT, or with NULL, and NOT NULL in a later release.");

  public static final LintRule VOLATILE_DEFAULT =
      specific(
          "volatile-default",
          Severity.ERROR,
          "Each row gets a value of its own, so the table is rewritten while nobody may read or write"
              + " it.",
          "Add the column without it, set the default in a second ALTER, and fill old rows in parts.");

  public static final LintRule TYPE_CHANGE =
      specific(
          "type-change",
          Severity.ERROR,
          "The table may be rewritten while nobody may use it, and the release before still writes the"
              + " old type.",
          "Add a second column, write both, fill it, change over, drop the old one a release later.");

  public static final LintRule RENAME =
      general(
          "rename",
          Severity.ERROR,
          "The release before, which still serves, asks for the old name.",
          "Add a second column, write both, fill it, change over, drop the old one a release later.");

  public static final LintRule DROP =
      general(
          "drop",
          Severity.ERROR,
          "The release before may still use it, and no `down` brings the rows back.",
          "Drop it when no release that runs, or may come back, uses it, and accept this with that as"
              + " the reason.");

  public static final LintRule DROP_DEFAULT =
      specific(
          "drop-default",
          Severity.ERROR,
          "The running release may leave the column out of its INSERTs, which then fail or write NULL.",
          "Drop it when no release that runs, or may come back, relies on it, and accept this with that"
              + " as the reason.");

  public static final LintRule REVOKE =
      specific(
          "revoke",
          Severity.ERROR,
          "Statements of the running release fail when it loses a privilege that it uses.",
          "Revoke it when no release that runs, or may come back, uses it, and accept this with that as"
              + " the reason.");

  public static final LintRule ROW_SECURITY =
      specific(
          "row-security",
          Severity.ERROR,
          "The running release no longer sees rows that no policy allows, and cannot write them.",
          "Create the policies first, test them with the login of the service, and accept this with"
              + " that as the reason.");

  public static final LintRule EXPLICIT_LOCK =
      specific(
          "explicit-lock",
          Severity.ERROR,
          "The service waits for the lock until the file ends.",
          "Leave the lock out: each statement takes the locks that it needs.");

  public static final LintRule TABLE_REWRITE =
      specific(
          "table-rewrite",
          Severity.ERROR,
          "The table or index is rewritten while nobody may read or write it.",
          "Do it outside of the traffic, or create a new table, fill it in parts, and change over.");

  public static final LintRule ALL_ROWS =
      specific(
          "all-rows",
          Severity.WARNING,
          "Every row is locked until the last one is changed.",
          "Change them in parts, by WHERE, in a file that runs outside a transaction.");

  public static final LintRule HALF_APPLIED =
      specific(
          "half-applied",
          Severity.WARNING,
          "Each change of the schema is committed by itself: when a later one fails, the file is half"
              + " applied.",
          "One statement for each file, or IF [NOT] EXISTS in each, so that it can run again.");

  public static final LintRule ALLOW_INVALID =
      unsuppressible(
          "allow-invalid",
          Severity.ERROR,
          "It accepts nothing as it stands.",
          "Write `-- slipway:allow RULE reason`, with a rule of this list.");

  public static final LintRule ALLOW_UNUSED =
      unsuppressible(
          "allow-unused",
          Severity.WARNING,
          "What it accepts is not there (any more).",
          "Remove the comment, or move it to the statement that it is about.");

  public static final LintRule ACCEPT_INVALID =
      unsuppressible(
          "accept-invalid",
          Severity.ERROR,
          "The entry of `slipway-accept.yaml` accepts nothing as it stands.",
          "Give it `rule`, `file` or `version`, `reason`, and `expires`.");

  public static final LintRule ACCEPT_EXPIRED =
      unsuppressible(
          "accept-expired",
          Severity.ERROR,
          "The date in `expires` has passed, so the entry of `slipway-accept.yaml` accepts nothing.",
          "Resolve the finding, or decide again and set a later date.");

  public static final LintRule ACCEPT_UNUSED =
      unsuppressible(
          "accept-unused",
          Severity.WARNING,
          "No file has the finding that the entry of `slipway-accept.yaml` accepts.",
          "Remove the entry, or correct its rule and its file.");

  /** The rules that apply to every database, in the order of the documentation. */
  public static final List<LintRule> GENERAL =
      List.of(
          FILE_NAME,
          DUPLICATE_VERSION,
          REFUSED,
          UNTERMINATED,
          EMPTY_FILE,
          DOWN_MISSING,
          DOWN_INCOMPLETE,
          UP_MISSING,
          NAME_DIFFERS,
          VERSION_GAP,
          DIALECT_MISSING,
          NOT_NULL_WITHOUT_DEFAULT,
          RENAME,
          DROP,
          ALLOW_INVALID,
          ALLOW_UNUSED,
          ACCEPT_INVALID,
          ACCEPT_EXPIRED,
          ACCEPT_UNUSED);

  /** What a violation does to the exit code. */
  public enum Severity {
    /** The command exits with 2. */
    ERROR,
    /** The command exits with 2 only on request. */
    WARNING;

    /** The name in reports. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static LintRule general(String id, Severity severity, String rationale, String remedy) {
    return new LintRule(id, severity, rationale, remedy, true, true);
  }

  private static LintRule unsuppressible(
      String id, Severity severity, String rationale, String remedy) {
    return new LintRule(id, severity, rationale, remedy, true, false);
  }

  /** A rule for the databases whose drivers name it. */
  public static LintRule specific(String id, Severity severity, String rationale, String remedy) {
    return new LintRule(id, severity, rationale, remedy, false, true);
  }
}
