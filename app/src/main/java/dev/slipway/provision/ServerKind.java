package dev.slipway.provision;

import dev.slipway.db.Dsn;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.provision.Unwanted.Sessions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How one kind of database server is told. Every call may be made again after a failure. */
interface ServerKind {
  /** How often, and how far apart, one looks for sessions that do not go away. */
  int LOOKS_MAX = 20;

  Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /** Opens an administrator's connection. */
  interface Opening {
    Link open(Dsn dsn);
  }

  /** Refuses what cannot be, before anything is changed. */
  void check(Wanted wanted);

  /** The same. */
  void check(Unwanted unwanted);

  /** Makes what is not there yet, and tells of each thing. */
  void create(Wanted wanted, Changes changes) throws SQLException;

  /** Drops all that is there, or nothing while something may not be, and tells of each thing. */
  default void drop(Unwanted unwanted, Changes changes) throws SQLException {
    try (Link link = open()) {
      for (String login : unwanted.logins()) {
        refuseNeeded(link, login, unwanted.names());
      }
      for (String name : unwanted.names()) {
        refuseUsed(link, name, unwanted.sessions());
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
  Link open();

  /** Refuses to drop an administrator's login, and one that other databases need. */
  void refuseNeeded(Link link, String login, List<String> databases) throws SQLException;

  /** Refuses to drop the DSN's own database, and one in use unless its sessions are ended. */
  void refuseUsed(Link link, String database, Sessions sessions) throws SQLException;

  /** Drops one, and tells of it, also when it is not there. */
  void dropDatabase(Link link, String database, Sessions sessions, Changes changes)
      throws SQLException;

  /** The same. */
  void dropLogin(Link link, String login, Changes changes) throws SQLException;

  /**
   * Refuses names of encodings and collations that could be more than a name: they go into
   * statements as they are.
   *
   * @param example right ones, for the hint
   */
  static void checkEncoding(Wanted wanted, String pattern, String example) {
    for (Optional<String> word : List.of(wanted.encoding(), wanted.collation())) {
      if (word.isPresent() && !word.get().matches(pattern)) {
        throw Fault.usage("'" + word.get() + "' is no name of an encoding or a collation")
            .hint("as in " + example);
      }
    }
  }

  /** Asks the server how things are. */
  interface Look {
    List<List<String>> now() throws SQLException;
  }

  /**
   * The sessions that still use a database. A client that has just gone away is seen for a moment
   * longer, so what is seen has to last.
   */
  static List<List<String>> lasting(Look sessions) throws SQLException {
    List<List<String>> seen = sessions.now();
    try {
      for (int looks = 1; !seen.isEmpty() && looks < LOOKS_MAX; looks++) {
        Thread.sleep(BETWEEN_LOOKS);
        seen = sessions.now();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return seen;
  }

  /** Why nothing is dropped, with who is in the way: the last column of each session. */
  static Fault inUse(String database, List<List<String>> sessions) {
    String who =
        String.join(
            ", ",
            sessions.stream()
                .map(List::getLast)
                .filter(each -> !each.isEmpty())
                .distinct()
                .sorted()
                .toList());
    return Fault.of(
            ExitCode.RETRY,
            "database "
                + database
                + " is in use by "
                + sessions.size()
                + (sessions.size() == 1 ? " session" : " sessions")
                + (who.isEmpty() ? "" : ": " + who))
        .hint("end them first, or let --force end them");
  }

  static Fault noPassword(Login login) {
    return Fault.usage("login " + login.name() + " does not exist, and no password is given for it")
        .hint(
            "give --password-file or --password-env; --no-password if it logs in by a"
                + " certificate or the like");
  }

  static Fault notOurs(String login) {
    return Fault.usage(
            "login "
                + login
                + " is an administrator's: its password and existence are"
                + " not touched")
        .hint("give the database a role of its own with --user, or leave the password out");
  }

  static Fault needed(String login, String elsewhere) {
    return Fault.usage(login + " is not dropped: it has rights in " + elsewhere)
        .hint("drop the databases there first, or leave the login out");
  }

  static Fault connectedTo(String database) {
    return Fault.usage("database " + database + " is the one that the DSN connects to")
        .hint("name another database of the server in the DSN, such as /postgres");
  }
}
