package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.NonTransactionalStatements;
import dev.slipway.error.SlipwayException;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Collects the statements that cannot be part of the transaction that Slipway opens for their file,
 * over all files of a plan, so that one message names all of them. Files are checked in the order
 * in which they run. For one thread.
 */
public final class TransactionCheck {
  private static final Pattern NAME = Pattern.compile("\\.(up|down)\\.sql$");

  private final NonTransactionalStatements nonTransactional;
  private final UnaryOperator<String> mask;
  private final List<Violation> violations = new ArrayList<>();

  /** Why a statement cannot be part of the transaction. */
  public enum Reason {
    CONTROLS_TRANSACTION("controls a transaction inside one that Slipway opens and closes"),
    NOT_IN_TRANSACTION("cannot run inside a transaction");

    private final String description;

    Reason(String description) {
      this.description = description;
    }
  }

  /** A statement that cannot be part of the transaction of its file. */
  public record Violation(
      MigrationFile file,
      SqlScript script,
      Statement statement,
      Reason reason,
      UnaryOperator<String> mask) {
    private int line() {
      return script.position(statement.start()).line();
    }

    private String problem() {
      return "`" + mask.apply(script.excerpt(statement)) + "` " + reason.description;
    }

    /** The error for this statement alone. */
    public SlipwayException rejection() {
      return SlipwayException.usageErrorAt(file.path(), line(), problem())
          .hint(remedy(List.of(file)));
    }
  }

  /** A check that shows statements as this mask leaves them. */
  TransactionCheck(DatabaseDriver driver, UnaryOperator<String> mask) {
    this.nonTransactional = driver.nonTransactionalStatements();
    this.mask = mask;
  }

  /**
   * Checks a file.
   *
   * @param transactional whether the file runs in a transaction; other files may contain anything
   */
  void check(MigrationFile file, SqlScript script, boolean transactional) {
    Set<Statement> rejected = new HashSet<>(nonTransactional.in(script));
    if (!transactional) {
      return;
    }
    for (Statement statement : script.statements()) {
      switch (statement.kind()) {
        case BEGIN, COMMIT, TRANSACTION_CONTROL ->
            violations.add(
                new Violation(file, script, statement, Reason.CONTROLS_TRANSACTION, mask));
        case PLAIN,
            ROWS,
            COPY,
            CONCURRENT_INDEX,
            LOCK_TABLES,
            UNLOCK_TABLES,
            CLIENT_ENCODING,
            SHELL -> {
          if (rejected.contains(statement)) {
            violations.add(new Violation(file, script, statement, Reason.NOT_IN_TRANSACTION, mask));
          }
        }
      }
    }
  }

  /** What was found in a file for this reason, in the order of its statements. */
  public List<Violation> violations(MigrationFile file, Reason reason) {
    return violations.stream()
        .filter(one -> one.file().equals(file) && one.reason() == reason)
        .toList();
  }

  /**
   * Rejects what was found.
   *
   * @throws SlipwayException (usage) that names each statement with its file and line
   */
  public void requireNone() {
    if (violations.isEmpty()) {
      return;
    }
    List<MigrationFile> files = violations.stream().map(Violation::file).distinct().toList();
    Stream<String> places =
        violations.stream().map(one -> one.file().path() + ":" + one.line() + ": " + one.problem());
    if (files.size() == 1) {
      Violation first = violations.getFirst();
      String others = places.skip(1).map(place -> "\n" + place).collect(Collectors.joining());
      throw SlipwayException.usageErrorAt(
              first.file().path(), first.line(), first.problem() + others)
          .hint(remedy(files));
    }
    throw SlipwayException.usageError(
            files.size()
                + " files contain statements that cannot be part of a transaction\n"
                + places.collect(Collectors.joining("\n")))
        .hint(remedy(files));
  }

  /** How files of each format run outside a transaction. */
  static String remedy(List<MigrationFile> files) {
    return files.stream()
            .collect(
                Collectors.groupingBy(
                    TransactionCheck::instruction,
                    LinkedHashMap::new,
                    Collectors.mapping(TransactionCheck::target, Collectors.toList())))
            .entrySet()
            .stream()
            .map(each -> each.getKey() + NameList.of(each.getValue().stream()))
            .collect(Collectors.joining("; "))
        + (files.size() == 1
            ? ", and it runs outside a transaction; or split it"
            : ", and they run outside a transaction; or split them");
  }

  private static String instruction(MigrationFile file) {
    return switch (file.format()) {
      case PAIRS -> "rename ";
      case FLYWAY -> "write executeInTransaction=false into ";
      case GOOSE -> "write `-- +goose NO TRANSACTION` into ";
      case DBMATE ->
          "write `-- migrate:"
              + (file.kind() == MigrationKind.UP ? "up" : "down")
              + " transaction:false` into ";
      case PLAIN, PRISMA -> "write `-- no-transaction` into the first line of ";
      case DIESEL -> "write run_in_transaction = false into ";
    };
  }

  private static String target(MigrationFile file) {
    String name = file.fileName();
    return switch (file.format()) {
      case PAIRS -> name + " to " + NAME.matcher(name).replaceFirst(".autocommit$0");
      case FLYWAY -> name + ".conf";
      case DIESEL -> name.substring(0, name.lastIndexOf('/') + 1) + "metadata.toml";
      case GOOSE, DBMATE, PLAIN, PRISMA -> name;
    };
  }
}
