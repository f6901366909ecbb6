package dev.slipway.db;

import dev.slipway.fault.ExitCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One of the four databases, and what is true of it. All of one database is in its own file. There
 * is one instance of each; they have no state.
 */
public sealed interface Dialect permits Postgres, Cockroach, Mysql, Sqlite {
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

  /**
   * Where in a statement the server saw an error, in characters from its start; empty where it does
   * not say.
   *
   * @param sql the statement as it was sent
   */
  OptionalInt position(SQLException e, String sql);
}
