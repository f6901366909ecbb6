package dev.slipway.migrate;

import dev.slipway.db.Dialect;
import dev.slipway.db.Mysql;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.MigrationFile.Content;
import dev.slipway.migrate.SqlScript.Kind;
import dev.slipway.migrate.SqlScript.Statement;
import dev.slipway.migrate.Step.Direction;
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

  private final Dialect dialect;
  private final Map<String, String> placeholders;

  /**
   * Nothing is read yet.
   *
   * @param placeholders values for files with Flyway's names
   */
  public StepReader(Dialect dialect, Map<String, String> placeholders) {
    this.dialect = dialect;
    this.placeholders = placeholders;
  }

  /** The same of a migration of which no database is asked what has become of it. */
  public Step read(MigrationFile file, Direction direction) {
    return read(file, direction, Optional.empty());
  }

  /**
   * Reads a migration that has not been begun.
   *
   * @throws Fault (usage) naming file and line if it cannot be run as its name promises
   */
  Step read(MigrationFile file, Direction direction, Optional<HistoryRow> row) {
    Content content = file.read();
    String text = file.flyway() ? replacePlaceholders(file, content.text()) : content.text();
    SqlScript script = SqlScript.parse(text, dialect);
    boolean together =
        !file.autocommit()
            && (!file.flyway()
                || dialect instanceof Mysql
                || FlywayBridge.runsInTransaction(file.script(), text, dialect));
    refuseWhatNoServerTakes(file, script);
    if (together) {
      script = withoutFrame(script);
      refuseTransactionControl(file, script);
    }
    return new Step(
        file, content, script, direction, together && dialect.transactionalDdl(), row, 1, false);
  }

  /** The same step, to go on where the history says that it stopped. */
  Step resume(Step step, HistoryRow row) {
    HistoryRow.Standstill standstill = row.standstill();
    int last = step.script().statements().size();
    int first = Math.max(1, Math.min(standstill.statement(), last + 1));
    return new Step(
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
        SqlScript.Place place = new SqlScript(text, List.of(), true).place(matcher.start());
        throw Fault.usage(
                file.path()
                    + ":"
                    + place.line()
                    + ": no value for the placeholder `"
                    + matcher.group()
                    + "`")
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
  private static SqlScript withoutFrame(SqlScript script) {
    List<Statement> statements = new ArrayList<>(script.statements());
    if (!statements.isEmpty() && statements.getFirst().kind() == Kind.BEGIN) {
      statements.removeFirst();
      if (!statements.isEmpty() && statements.getLast().kind() == Kind.COMMIT) {
        statements.removeLast();
      }
    } else if (!statements.isEmpty()
        && statements.getLast().kind() == Kind.COMMIT
        && statements.stream().filter(statement -> statement.kind() == Kind.COMMIT).count() == 1) {
      statements.removeLast();
    }
    return new SqlScript(script.text(), List.copyOf(statements), script.terminated());
  }

  private void refuseWhatNoServerTakes(MigrationFile file, SqlScript script) {
    for (Statement statement : script.statements()) {
      switch (statement.kind()) {
        case SHELL ->
            throw refusal(
                file,
                script,
                statement,
                "is a command of the database's shell, which no server understands",
                "remove the line, or dump in plain SQL");
        case CLIENT_ENCODING ->
            throw refusal(
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

  private void refuseTransactionControl(MigrationFile file, SqlScript script) {
    for (Statement statement : script.statements()) {
      switch (statement.kind()) {
        case BEGIN, COMMIT, TRANSACTION_CONTROL ->
            throw refusal(
                file,
                script,
                statement,
                "controls a transaction inside one that Slipway opens and closes",
                autocommitHint(file));
        case CONCURRENT_INDEX ->
            throw refusal(
                file, script, statement, "cannot run inside a transaction", autocommitHint(file));
        case PLAIN, ROWS, COPY, LOCK_TABLES, UNLOCK_TABLES, CLIENT_ENCODING, SHELL -> {}
      }
    }
  }

  private String autocommitHint(MigrationFile file) {
    String name = file.path().getFileName().toString();
    return file.flyway()
        ? "say executeInTransaction=false in " + name + ".conf, or split the file"
        : "name the file "
            + name.replaceFirst("\\.(up|down)\\.sql$", ".autocommit.$1.sql")
            + ", and it runs outside a transaction; or split it";
  }

  private Fault refusal(
      MigrationFile file, SqlScript script, Statement statement, String why, String hint) {
    return Fault.usage(
            file.path()
                + ":"
                + script.place(statement.start()).line()
                + ": `"
                + script.excerpt(statement)
                + "` "
                + why)
        .hint(hint);
  }
}
