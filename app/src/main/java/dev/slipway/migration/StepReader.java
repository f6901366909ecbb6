package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationFile.Content;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files to steps: reads, replaces placeholders where Flyway would, and refuses what would break the
 * promise of one transaction, before anything runs.
 */
public final class StepReader {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}\\s]+)}");

  private final DatabaseDriver dialect;
  private final Map<String, String> placeholders;
  private final boolean applied;

  /**
   * Nothing is read yet.
   *
   * @param placeholders values for files with Flyway's names
   */
  public StepReader(DatabaseDriver dialect, Map<String, String> placeholders) {
    this(dialect, placeholders, false);
  }

  private StepReader(DatabaseDriver dialect, Map<String, String> placeholders, boolean applied) {
    this.dialect = dialect;
    this.placeholders = placeholders;
    this.applied = applied;
  }

  /** Creates a reader of files that are applied elsewhere, which a down marker does not stop. */
  public static StepReader ofApplied(DatabaseDriver dialect, Map<String, String> placeholders) {
    return new StepReader(dialect, placeholders, true);
  }

  /** A new check of the transactions of files that this reader reads. */
  public TransactionCheck transactionCheck() {
    return new TransactionCheck(dialect);
  }

  /**
   * Reads a migration without its state in a database.
   *
   * @throws SlipwayException (usage) naming file and line if it cannot be run as its name promises
   */
  public MigrationStep read(MigrationFile file, Direction direction) {
    TransactionCheck transactions = transactionCheck();
    MigrationStep step = read(file, direction, transactions);
    transactions.requireNone();
    return step;
  }

  /**
   * The same, except that the check collects what cannot be part of a transaction.
   *
   * @throws SlipwayException (usage) naming file and line if it cannot be run for another reason
   */
  public MigrationStep read(
      MigrationFile file, Direction direction, TransactionCheck transactions) {
    return read(file, direction, Optional.empty(), transactions);
  }

  /** The same for a migration that may have a row in the history. */
  MigrationStep read(
      MigrationFile file,
      Direction direction,
      Optional<HistoryRow> row,
      TransactionCheck transactions) {
    Content content = file.read();
    String text = file.flyway() ? replacePlaceholders(file, content.text()) : content.text();
    SqlScript script = SqlScript.parse(text, dialect.syntax());
    boolean together =
        !file.autocommit()
            && (!file.flyway()
                || dialect
                    .flywayParser()
                    .map(parser -> FlywayParser.runsInTransaction(file.script(), text, parser))
                    .orElse(true));
    rejectClientCommands(file, script);
    if (direction == Direction.UP && row.isEmpty() && !applied) {
      DownMarker.reject(file, script, dialect);
    }
    if (together) {
      script = withoutTransactionFrame(script);
    }
    transactions.check(file, script, together);
    return new MigrationStep(
        file, content, script, direction, together && dialect.transactionalDdl(), row, 1, false);
  }

  /** The same step, to go on where the history says that it stopped. */
  MigrationStep resume(MigrationStep step, HistoryRow row) {
    HistoryRow.FailurePoint standstill = row.failurePoint();
    int last = step.script().statements().size();
    int first = Math.max(1, Math.min(standstill.statement(), last + 1));
    return new MigrationStep(
        step.file(),
        step.content(),
        step.script(),
        step.direction(),
        step.transactional(),
        Optional.of(row),
        first,
        standstill.statement() > 0 && first <= last && !standstill.failed());
  }

  private String replacePlaceholders(MigrationFile file, String text) {
    if (!text.contains("${")) {
      return text;
    }
    Matcher matcher = PLACEHOLDER.matcher(text);
    StringBuilder replaced = new StringBuilder(text.length());
    while (matcher.find()) {
      String value = placeholders.get(matcher.group(1));
      if (value == null) {
        SqlScript.SourcePosition place =
            new SqlScript(text, dialect.syntax(), List.of(), true).position(matcher.start());
        throw SlipwayException.usageErrorAt(
                file.path(), place.line(), "no value for the placeholder `" + matcher.group() + "`")
            .hint(
                "add `"
                    + matcher.group(1)
                    + "` to migrate.placeholders; in a file named as "
                    + "Ory's or golang-migrate's are, nothing is replaced");
      }
      matcher.appendReplacement(replaced, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(replaced).toString();
  }

  /** Takes out one BEGIN at the start and one COMMIT at the end: ours stand in their place. */
  private static SqlScript withoutTransactionFrame(SqlScript script) {
    List<Statement> statements = new ArrayList<>(script.statements());
    if (!statements.isEmpty() && statements.getFirst().kind() == StatementKind.BEGIN) {
      statements.removeFirst();
      if (!statements.isEmpty() && statements.getLast().kind() == StatementKind.COMMIT) {
        statements.removeLast();
      }
    } else if (!statements.isEmpty()
        && statements.getLast().kind() == StatementKind.COMMIT
        && statements.stream().filter(statement -> statement.kind() == StatementKind.COMMIT).count()
            == 1) {
      statements.removeLast();
    }
    return new SqlScript(
        script.text(), script.syntax(), List.copyOf(statements), script.terminated());
  }

  private void rejectClientCommands(MigrationFile file, SqlScript script) {
    for (Statement statement : script.statements()) {
      switch (statement.kind()) {
        case SHELL ->
            throw rejection(
                file,
                script,
                statement,
                "is a command of the database's shell, which no server understands",
                "remove the line, or dump in plain SQL");
        case CLIENT_ENCODING ->
            throw rejection(
                file,
                script,
                statement,
                "changes how text or dates travel to the client, which would close the connection",
                "remove the statement: migrations are sent as UTF-8, with ISO dates");
        case PLAIN,
            ROWS,
            BEGIN,
            COMMIT,
            TRANSACTION_CONTROL,
            COPY,
            CONCURRENT_INDEX,
            LOCK_TABLES,
            UNLOCK_TABLES -> {}
      }
    }
  }

  private SlipwayException rejection(
      MigrationFile file, SqlScript script, Statement statement, String why, String hint) {
    return SlipwayException.usageErrorAt(
            file.path(),
            script.position(statement.start()).line(),
            "`" + script.excerpt(statement) + "` " + why)
        .hint(hint);
  }
}
