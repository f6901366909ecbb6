package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.ServerInfo;
import dev.slipway.driver.StatementLimit;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationFile.Content;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.migration.TransactionCheck.Reason;
import dev.slipway.sql.QuotingSettings;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.StatementReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files to steps: reads, replaces placeholders where Flyway would and variables where goose would,
 * and rejects what would break the promise of one transaction, before anything runs.
 */
public final class StepReader {
  private static final Pattern NO_TRANSACTION =
      Pattern.compile("--\\s*(?:no-transaction\\b|atlas:txmode\\s+none\\b)");

  private static final Pattern ATLAS_DIRECTIVE =
      Pattern.compile("^-- atlas:(checkpoint|delimiter)\\b", Pattern.MULTILINE);

  /** The largest file that is kept in memory until it runs. */
  private static final long WHOLE_BYTES_MAX = 1_000_000;

  private final DatabaseDriver dialect;

  /** The rules at the start of a file: those of the session where the steps run on a server. */
  private final SqlSyntax syntax;

  private final Placeholders placeholders;
  private final boolean applied;

  /** What may be sent; empty if nothing is sent. Then every file is read into memory. */
  private final Optional<StatementLimit> limit;

  /** The variables of the environment whose values are in the text of files. */
  private final Map<String, String> variables = new HashMap<>();

  private long wholeBytes;

  /**
   * Nothing is read yet.
   *
   * @param placeholders values for files in Flyway's format
   */
  public StepReader(DatabaseDriver dialect, Placeholders placeholders) {
    this(dialect, dialect.syntax(), placeholders, false, Optional.empty());
  }

  private StepReader(
      DatabaseDriver dialect,
      SqlSyntax syntax,
      Placeholders placeholders,
      boolean applied,
      Optional<StatementLimit> limit) {
    this.dialect = dialect;
    this.syntax = syntax;
    this.placeholders = placeholders;
    this.applied = applied;
    this.limit = limit;
  }

  /** Creates a reader of files that are applied elsewhere, which a down marker does not stop. */
  public static StepReader ofApplied(DatabaseDriver dialect, Placeholders placeholders) {
    return new StepReader(dialect, dialect.syntax(), placeholders, true, Optional.empty());
  }

  /**
   * The same for steps that run on a server: large files stay on the disk until then.
   *
   * @param database the database of the connection, if it has one
   */
  StepReader forServer(ServerInfo server, Optional<String> database) {
    return new StepReader(
        dialect,
        QuotingSettings.ofSession(syntax, server.quoting()),
        placeholders.on(server, database),
        applied,
        Optional.of(dialect.statementLimit(server).min(MemoryLimits.statement())));
  }

  /** A new check of the transactions of files that this reader reads. */
  public TransactionCheck transactionCheck() {
    return new TransactionCheck(dialect, this::mask);
  }

  /** A part of a file for a message, with placeholders and variables in place of their values. */
  public String mask(String text) {
    Map<String, String> values = new HashMap<>(placeholders.given());
    values.putAll(variables);
    return new PlaceholderMask(values).apply(text);
  }

  /**
   * Reads a migration without its state in a database.
   *
   * @throws SlipwayException (usage) naming file and line if it cannot be run as its name promises,
   *     or is too large
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
    long bytes = file.size();
    if (limit.isPresent()
        && (bytes > WHOLE_BYTES_MAX || wholeBytes + bytes > MemoryLimits.wholeFiles())) {
      MemoryLimits.requireStreamable(file.path(), bytes);
      return readOutline(
          withTransactionMode(file, start(file)), direction, row, transactions, limit.get());
    }
    if (limit.isEmpty()) {
      MemoryLimits.requireWhole(file.path(), bytes);
    }
    wholeBytes += bytes;
    Content content = file.read();
    return readWhole(
        withTransactionMode(file, content.text()), content, bytes, direction, row, transactions);
  }

  /**
   * Prisma opens no transaction: a file that controls transactions itself, or whose only statement
   * cannot run in one, runs outside.
   */
  private MigrationFile asPrismaRuns(MigrationFile file, SqlScript script) {
    if (file.format() != MigrationFormat.PRISMA) {
      return file;
    }
    TransactionCheck transactions = transactionCheck();
    transactions.check(file, withoutTransactionFrame(script), true);
    return !transactions.violations(file, Reason.CONTROLS_TRANSACTION).isEmpty()
            || (script.statements().size() == 1
                && !transactions.violations(file, Reason.NOT_IN_TRANSACTION).isEmpty())
        ? file.withAutocommit()
        : file;
  }

  private MigrationStep readWhole(
      MigrationFile named,
      Content content,
      long bytes,
      Direction direction,
      Optional<HistoryRow> row,
      TransactionCheck transactions) {
    String text = replacePlaceholders(named, content.text());
    SqlScript script = SqlScript.parse(text, syntax);
    MigrationFile file = asPrismaRuns(named, script);
    boolean together = runsInTransaction(file, script);
    SqlScript statements = check(file, direction, row, script, together, transactions);
    limit.ifPresent(most -> ScriptOutline.requireSizes(file, statements, most));
    return step(
        file,
        checksum(file, content.checksum(), () -> new StringReader(text)),
        new WholeScript(
            statements, bytes, text.equals(content.text()) ? Optional.empty() : Optional.of(file)),
        direction,
        together,
        row);
  }

  private MigrationStep readOutline(
      MigrationFile named,
      Direction direction,
      Optional<HistoryRow> row,
      TransactionCheck transactions,
      StatementLimit most) {
    StreamedScript.Source source = text -> withPlaceholders(named, text);
    try (MigrationFileReader reader = named.open()) {
      ScriptOutline outline = ScriptOutline.read(named, reader, source.open(reader), syntax, most);
      MigrationFile file = asPrismaRuns(named, outline.script());
      boolean together = runsInTransaction(file, outline.script());
      SqlScript statements = check(file, direction, row, outline.script(), together, transactions);
      return step(
          file,
          checksum(file, outline.checksum(), () -> source.open(file.open())),
          new StreamedScript(file, dialect, source, outline, statements),
          direction,
          together,
          row);
    }
  }

  private MigrationStep step(
      MigrationFile file,
      int checksum,
      MigrationScript statements,
      Direction direction,
      boolean together,
      Optional<HistoryRow> row) {
    return new MigrationStep(
        file,
        checksum,
        statements,
        direction,
        together && dialect.transactionalDdl(),
        row,
        1,
        false);
  }

  private boolean runsInTransaction(MigrationFile file, SqlScript script) {
    return !file.autocommit()
        && (!file.flyway()
            || dialect
                .flywayParser()
                .map(parser -> FlywayParser.runsInTransaction(file.script(), script.text(), parser))
                .orElse(true));
  }

  /** Refuses what cannot run, and returns the statements that Slipway sends. */
  private SqlScript check(
      MigrationFile file,
      Direction direction,
      Optional<HistoryRow> row,
      SqlScript script,
      boolean together,
      TransactionCheck transactions) {
    rejectClientCommands(file, script);
    if (direction == Direction.UP && row.isEmpty() && !applied) {
      DownMarker.reject(file, script, dialect);
      rejectDirectives(file, script);
    }
    SqlScript statements = together ? withoutTransactionFrame(script) : script;
    transactions.check(file, statements, together);
    return statements;
  }

  /** Refuses what Atlas reads in a file and Slipway does not. */
  private static void rejectDirectives(MigrationFile file, SqlScript script) {
    Matcher directive = ATLAS_DIRECTIVE.matcher(script.text());
    if (file.format() == MigrationFormat.PLAIN && directive.find()) {
      throw SlipwayException.usageErrorAt(
              file.path(),
              script.position(directive.start()).line(),
              "Slipway does not read `" + directive.group() + "`")
          .hint(
              directive.group(1).equals("checkpoint")
                  ? "the file repeats the versions before it: leave it out with --exclude"
                  : "end the statements with semicolons, and remove the line");
    }
  }

  /** Whether the only statement of a file is a CREATE INDEX CONCURRENTLY. */
  boolean isConcurrentIndex(MigrationFile file) {
    try (MigrationFileReader reader = file.open()) {
      StatementReader statements =
          new StatementReader(reader, syntax, MemoryLimits.statement().bytes());
      return statements
              .next()
              .filter(statement -> statement.kind() == StatementKind.CONCURRENT_INDEX)
              .isPresent()
          && statements.next().isEmpty();
    }
  }

  /** The same step, to go on where the history says that it stopped. */
  MigrationStep resume(MigrationStep step, HistoryRow row) {
    HistoryRow.FailurePoint standstill = row.failurePoint();
    int last = step.statements().count();
    int first = Math.max(1, Math.min(standstill.statement(), last + 1));
    return new MigrationStep(
        step.file(),
        step.checksum(),
        step.statements(),
        step.direction(),
        step.transactional(),
        Optional.of(row),
        first,
        standstill.statement() > 0 && first <= last && !standstill.failed());
  }

  /** The first characters of a file. */
  private static String start(MigrationFile file) {
    try (MigrationFileReader reader = file.open()) {
      char[] start = new char[100];
      return new String(start, 0, Math.max(0, reader.read(start, 0, start.length)));
    }
  }

  /**
   * A file that says in its first line, as sqlx and Atlas read it, that it needs no transaction.
   */
  private static MigrationFile withTransactionMode(MigrationFile file, String text) {
    return !file.flyway() && NO_TRANSACTION.matcher(text).lookingAt()
        ? file.withAutocommit()
        : file;
  }

  private String replacePlaceholders(MigrationFile file, String text) {
    boolean mayChange =
        switch (file.format()) {
          case FLYWAY -> file.placeholders() && placeholders.mayBeIn(text);
          case GOOSE -> text.contains("$");
          case PAIRS, DBMATE, PLAIN, PRISMA, DIESEL -> false;
        };
    if (!mayChange) {
      return text;
    }
    try (Reader reader = withPlaceholders(file, new StringReader(text))) {
      return reader.readAllAsString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Reader withPlaceholders(MigrationFile file, Reader text) {
    return switch (file.format()) {
      case FLYWAY -> placeholders.replace(file, text);
      case GOOSE -> new EnvironmentReader(text, file.path(), System.getenv(), variables);
      case PAIRS, DBMATE, PLAIN, PRISMA, DIESEL -> text;
    };
  }

  /** The variables of the environment whose values are in the steps that were read. */
  Map<String, String> variables() {
    return variables;
  }

  /**
   * The checksum of a file in the history. As in Flyway, that of a repeatable migration includes
   * the values of its placeholders, so that a new value is a reason to run it.
   */
  int checksum(MigrationFile file) {
    return checksum(file, file.checksum(), () -> placeholders.replace(file, file.open()));
  }

  private int checksum(MigrationFile file, int ofFile, Supplier<Reader> replaced) {
    if (file.kind() != MigrationKind.REPEATABLE || !file.placeholders()) {
      return ofFile;
    }
    try (Reader text = replaced.get()) {
      return LineChecksum.of(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
            "`" + mask(script.excerpt(statement)) + "` " + why)
        .hint(hint);
  }
}
