package dev.slipway.provision;

import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.provision.DropRequest.OpenSessions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How one kind of database server is told. Every call may be made again after a failure. */
interface ServerAdministration {
  /** How often, and how far apart, one looks for sessions that do not go away. */
  int QUERIES_MAX = 20;

  Duration QUERY_INTERVAL = Duration.ofMillis(100);

  /** Opens an administrator's connection. */
  interface ConnectionOpener {
    AdminConnection open(Dsn dsn);
  }

  /** Refuses what cannot be, before anything is changed. */
  void check(DatabaseSpec wanted);

  /** The same. */
  void check(DropRequest unwanted);

  /** Makes what is not there yet, and tells of each thing. */
  void create(DatabaseSpec wanted, ChangeLog changes) throws SQLException;

  /** Drops all that is there, or nothing while something may not be, and tells of each thing. */
  default void drop(DropRequest unwanted, ChangeLog changes) throws SQLException {
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

  /** Refuses to drop an administrator's login, and one that other databases need. */
  void rejectLoginInUse(AdminConnection link, String login, List<String> databases)
      throws SQLException;

  /** Refuses to drop the DSN's own database, and one in use unless its sessions are ended. */
  void rejectDatabaseInUse(AdminConnection link, String database, OpenSessions sessions)
      throws SQLException;

  /** Drops one, and tells of it, also when it is not there. */
  void dropDatabase(AdminConnection link, String database, OpenSessions sessions, ChangeLog changes)
      throws SQLException;

  /** The same. */
  void dropLogin(AdminConnection link, String login, ChangeLog changes) throws SQLException;

  /**
   * Refuses names of encodings and collations that could be more than a name: they go into
   * statements as they are.
   *
   * @param example right ones, for the hint
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

  /** Asks the server how things are. */
  interface SessionQuery {
    List<List<String>> run() throws SQLException;
  }

  /**
   * The sessions that still use a database. A client that has just gone away is seen for a moment
   * longer, so what is seen has to last.
   */
  static List<List<String>> persistentSessions(SessionQuery sessions) throws SQLException {
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

  /** Why nothing is dropped, with who is in the way: the last column of each session. */
  static SlipwayException databaseInUse(String database, List<List<String>> sessions) {
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

  static SlipwayException connectedDatabase(String database) {
    return SlipwayException.usageError(
            "database " + database + " is the one that the DSN connects to")
        .hint("name another database of the server in the DSN, such as /postgres");
  }
}
