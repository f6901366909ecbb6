package dev.slipway.driver;

import dev.slipway.sql.SqlScript;
import java.util.List;

/**
 * SQL that applies several migrations in one message, so that the latency of the network or the
 * wait of a commit for the disk does not count per migration.
 */
public interface MigrationBatchSql {
  /** The longest message, in characters. */
  int MESSAGE_CHARS_MAX = 500_000;

  /** A result with this one column contains durations in milliseconds, one row per migration. */
  String TIME_COLUMN = "slipway_milliseconds";

  /**
   * What is equal for all messages of a run.
   *
   * @param server the connection
   * @param table the history table with its schema, as SQL
   * @param transactionSettings the settings of each transaction, each ending in a semicolon
   * @param reset restores the session's settings after a migration
   */
  record Context(ServerInfo server, String table, String transactionSettings, String reset) {}

  /** One migration, and the SQL for its row in the history. */
  interface Step {
    /** Its statements. */
    SqlScript script();

    /** Its statements as one text. */
    String sql();

    /** Whether its statements and its row are one transaction. */
    boolean transactional();

    /** Whether its file demands to run outside transactions. */
    boolean autocommit();

    /** Whether it is applied; otherwise it is reverted. */
    boolean isUp();

    /** Whether it adds a row to the history; otherwise it changes or deletes one. */
    boolean insertsRow();

    /** The rank of its row; only in a message, where the ranks of the steps before it are known. */
    int rank();

    /**
     * SQL that records it as complete.
     *
     * @param milliseconds its duration, as an SQL expression
     */
    String record(String milliseconds);

    /** The values of its row before its first statement, as in {@link #insertRows}. */
    String startedValues();

    /** The values of its row after its last statement, as in {@link #insertRows}. */
    String completedValues(String milliseconds);

    /** SQL that inserts rows. */
    String insertRows(String... values);

    /** SQL that records which statement is under way, from 1. */
    String recordProgress(int statement);

    /** SQL that makes its row, which exists, complete. */
    String complete(String milliseconds);

    /** An SQL expression for the time at which its row was written. */
    String recordedAt();
  }

  /** Whether a migration can be one of several in a message. */
  boolean accepts(Step step);

  /** The longest text of the migrations in a message, in characters. */
  default int charsMax() {
    return MESSAGE_CHARS_MAX;
  }

  /** How many migrations the first message has, and the first one after a failure. */
  default int firstSteps() {
    return 8;
  }

  /**
   * Whether the migrator encloses the message in one transaction, and reads the durations from the
   * history. Otherwise the message contains its transactions, and returns the durations in {@link
   * #TIME_COLUMN}.
   */
  default boolean isOneTransaction() {
    return false;
  }

  /** Whether a message can be canceled without leaving a migration incomplete. */
  default boolean isCancellable() {
    return true;
  }

  /** SQL after which everything that a failed message has committed is durable; may be empty. */
  default String flushSql() {
    return "";
  }

  /** The message for these migrations, at least one. */
  String message(List<? extends Step> steps);
}
