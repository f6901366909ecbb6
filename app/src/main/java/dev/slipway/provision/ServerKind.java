package dev.slipway.provision;

import dev.slipway.db.Dsn;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

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
  void drop(Unwanted unwanted, Changes changes) throws SQLException;

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
    String who = String.join(", ", sessions.stream()
        .map(List::getLast).filter(each -> !each.isEmpty()).distinct().sorted().toList());
    return Fault.of(ExitCode.RETRY, "database " + database + " is in use by " + sessions.size()
            + (sessions.size() == 1 ? " session" : " sessions")
            + (who.isEmpty() ? "" : ": " + who))
        .hint("end them first, or let --force end them");
  }

  static Fault noPassword(Login login) {
    return Fault.usage("login " + login.name() + " does not exist, and no password is given for it")
        .hint("give --password-file or --password-env; --no-password if it logs in by a"
            + " certificate or the like");
  }

  static Fault notOurs(String login) {
    return Fault.usage("login " + login + " is an administrator's: its password and existence are"
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
