package dev.slipway.driver;

import dev.slipway.driver.DatabaseDropRequest.OpenSessions;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Creates and drops the databases and logins of a server. Every call can be repeated after a
 * failure: it first reads what exists, and changes only what is missing.
 */
public interface ServerAdministration {
  /** How many queries, and at which interval, decide that a session persists. */
  int QUERIES_MAX = 20;

  Duration QUERY_INTERVAL = Duration.ofMillis(100);

  /** Opens an administrator's connection. */
  interface ConnectionOpener {
    AdminConnection open(Dsn dsn);
  }

  /**
   * Rejects a specification that the server cannot have, without connecting.
   *
   * @throws SlipwayException (usage) naming the part
   */
  void check(DatabaseSpec wanted);

  /**
   * Rejects names that the server cannot have, and the server's own databases, without connecting.
   *
   * @throws SlipwayException (usage) naming them
   */
  void check(DatabaseDropRequest unwanted);

  /** The privileges that the administrator's login needs, as a hint. */
  String privilegesHint();

  /**
   * Whether a failure means that another administrator changed the same object at the same time.
   */
  default boolean isConcurrentChange(SQLException e) {
    return false;
  }

  /** Creates what is missing, and records each object. */
  void create(DatabaseSpec wanted, ChangeLog changes) throws SQLException;

  /**
   * Drops everything that exists, or nothing if one object must not be dropped, and records each.
   */
  default void drop(DatabaseDropRequest unwanted, ChangeLog changes) throws SQLException {
    try (AdminConnection link = open()) {
      for (String login : unwanted.logins()) {
        rejectLoginInUse(link, login, unwanted.names());
      }
      for (String name : unwanted.names()) {
        rejectDatabaseInUse(link, name, unwanted.sessions());
      }
      for (String name : unwanted.names()) {
        dropDatabase(link, name, unwanted.sessions(), changes.of(name));
      }
      for (String login : unwanted.logins()) {
        dropLogin(link, login, changes);
      }
    }
  }

  /** A connection of the administrator to the DSN's own database. */
  AdminConnection open();

  /** The server's word for a login: {@code role} or {@code user}. */
  String loginKind();

  /** Whether a login may manage others, or is the administrator's own. */
  boolean isAdministrator(AdminConnection link, String login) throws SQLException;

  /** The databases in which a login owns objects or has rights, as far as the server knows them. */
  List<String> databasesWithRights(AdminConnection link, String login) throws SQLException;

  /** Whether the connection is to this database. */
  boolean isConnectedTo(AdminConnection link, String database) throws SQLException;

  /**
   * The sessions in a database, as far as they are known: of each its number and, last, the name of
   * its user or application.
   */
  List<List<String>> sessions(AdminConnection link, String database) throws SQLException;

  /** Rejects dropping an administrator's login, and one that other databases need. */
  private void rejectLoginInUse(AdminConnection link, String login, List<String> databases)
      throws SQLException {
    if (isAdministrator(link, login)) {
      throw administratorLogin(login);
    }
    List<String> elsewhere =
        databasesWithRights(link, login).stream()
            .filter(each -> !databases.contains(each))
            .toList();
    if (!elsewhere.isEmpty()) {
      throw loginInUse(loginKind() + " " + login, String.join(", ", elsewhere));
    }
  }

  /** Rejects dropping the DSN's own database, and one in use unless its sessions are ended. */
  private void rejectDatabaseInUse(AdminConnection link, String database, OpenSessions open)
      throws SQLException {
    if (isConnectedTo(link, database)) {
      throw connectedDatabase(database);
    }
    if (open == OpenSessions.TERMINATE) {
      return;
    }
    List<List<String>> sessions = persistentSessions(() -> sessions(link, database));
    if (!sessions.isEmpty()) {
      throw databaseInUse(database, sessions);
    }
  }

  /** Drops a database, and records it, also if it does not exist. */
  void dropDatabase(AdminConnection link, String database, OpenSessions sessions, ChangeLog changes)
      throws SQLException;

  /** Drops a login, and records it, also if it does not exist. */
  void dropLogin(AdminConnection link, String login, ChangeLog changes) throws SQLException;

  /**
   * Rejects names of encodings and collations that contain more than a name, because statements
   * contain them unquoted.
   *
   * @param example valid names, for the hint
   */
  static void checkEncoding(DatabaseSpec wanted, String pattern, String example) {
    for (Optional<String> word : List.of(wanted.encoding(), wanted.collation())) {
      if (word.isPresent() && !word.get().matches(pattern)) {
        throw SlipwayException.usageError(
                "'" + word.get() + "' is no name of an encoding or a collation")
            .hint("as in " + example);
      }
    }
  }

  /** Queries the sessions of a database. */
  interface SessionQuery {
    List<List<String>> run() throws SQLException;
  }

  /**
   * The sessions that still use a database. The server shows a client that has disconnected for a
   * moment longer, so only sessions that persist count.
   */
  private static List<List<String>> persistentSessions(SessionQuery sessions) throws SQLException {
    List<List<String>> seen = sessions.run();
    try {
      for (int looks = 1; !seen.isEmpty() && looks < QUERIES_MAX; looks++) {
        Thread.sleep(QUERY_INTERVAL);
        seen = sessions.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return seen;
  }

  /** The error for a database in use, with its users: the last column of each session. */
  private static SlipwayException databaseInUse(String database, List<List<String>> sessions) {
    String who =
        String.join(
            ", ",
            sessions.stream()
                .map(List::getLast)
                .filter(each -> !each.isEmpty())
                .distinct()
                .sorted()
                .toList());
    return SlipwayException.of(
            ExitCode.RETRY,
            "database "
                + database
                + " is in use by "
                + sessions.size()
                + (sessions.size() == 1 ? " session" : " sessions")
                + (who.isEmpty() ? "" : ": " + who))
        .hint("end them first, or let --force end them");
  }

  static SlipwayException passwordMissing(Login login) {
    return SlipwayException.usageError(
            "login " + login.name() + " does not exist, and no password is given for it")
        .hint(
            "give --password-file or --password-env; --no-password if it logs in by a"
                + " certificate or the like");
  }

  static SlipwayException administratorLogin(String login) {
    return SlipwayException.usageError(
            "login "
                + login
                + " is an administrator's: its password and existence are"
                + " not touched")
        .hint("give the database a role of its own with --user, or leave the password out");
  }

  static SlipwayException loginInUse(String login, String elsewhere) {
    return SlipwayException.usageError(login + " is not dropped: it has rights in " + elsewhere)
        .hint("drop the databases there first, or leave the login out");
  }

  private static SlipwayException connectedDatabase(String database) {
    return SlipwayException.usageError(
            "database " + database + " is the one that the DSN connects to")
        .hint("name another database of the server in the DSN, such as /postgres");
  }
}
