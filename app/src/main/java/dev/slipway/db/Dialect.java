package dev.slipway.db;

import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One of the four databases, and what is true of it. All of one database is in its own file. There
 * is one instance of each; they have no state.
 */
public sealed interface Dialect permits Postgres, Cockroach, Mysql, Sqlite {
  /**
   * For a switch. One over the types themselves would be a class of its own, made when it first
   * runs: each takes every start some milliseconds.
   */
  enum Kind {
    POSTGRES,
    COCKROACH,
    MYSQL,
    SQLITE
  }

  /** Which of the four it is. */
  Kind kind();

  /** The four, in the order in which they are listed to people. */
  static List<Dialect> all() {
    return List.of(Postgres.DIALECT, Mysql.DIALECT, Cockroach.DIALECT, Sqlite.DIALECT);
  }

  /** The dialect that goes by this name in file names and DSN schemes; lower case only. */
  static Optional<Dialect> named(String segment) {
    return all().stream()
        .filter(each -> each.name().equals(segment) || each.synonyms().contains(segment))
        .findFirst();
  }

  /**
   * The dialect that somebody has named.
   *
   * @throws Fault (usage) if there is none of that name
   */
  static Dialect of(String name) {
    return named(name)
        .orElseThrow(
            () ->
                Fault.usage("unknown database `" + name + "`")
                    .hint("the databases are postgres, mysql, cockroach and sqlite3"));
  }

  /** Ory's name: {@code postgres}, {@code cockroach}, {@code mysql} or {@code sqlite3}. */
  String name();

  /** Other names for the same. */
  List<String> synonyms();

  /** Whether a rolled back transaction takes CREATE and ALTER back too. */
  boolean transactionalDdl();

  /**
   * What a failure means to whoever started the process: {@link ExitCode#RETRY} when trying again
   * can help, {@link ExitCode#USAGE} when the DSN is wrong, otherwise {@link ExitCode#MIGRATION}.
   * Causes and next exceptions count.
   *
   * <p>{@link ExitCode#USAGE} is meant for connecting: a statement of a migration that names a
   * missing database has the same error, and is a failed migration to its caller.
   */
  ExitCode exitCode(SQLException e);

  /** Whether the login may not do what it tried: it lacks a right on the server. */
  static boolean forbidden(SQLException e) {
    return "42501".equals(e.getSQLState())
        || Set.of(1044, 1142, 1227, 1410).contains(e.getErrorCode());
  }

  /**
   * Where in a statement the server saw an error, in characters from its start; empty where it does
   * not say.
   *
   * @param sql the statement as it was sent
   */
  OptionalInt position(SQLException e, String sql);

  /** Whether the driver takes several statements with values in one text, sent at once. */
  boolean pipelines();

  /** What ends a SELECT that is to hold its rows; nothing where a transaction holds everything. */
  String rowLock();

  /**
   * Whether a transaction was taken back for another's sake, so that the same again can succeed: a
   * serialization failure, a deadlock, a busy file.
   */
  boolean rolledBack(SQLException e);

  /**
   * The unique key that refused a row, as a name that starts with its table's; empty for any other
   * failure.
   */
  Optional<String> duplicateKey(SQLException e);

  /**
   * A value as the driver takes it.
   *
   * @param value one of the types that {@link Work} lists
   */
  Object bound(Object value);

  /** A time of the columns that our own tables have, to the microsecond. */
  Optional<Instant> time(ResultSet row, int column) throws SQLException;
}
