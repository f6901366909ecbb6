package dev.slipway.provision;

import dev.slipway.db.Dsn;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.sql.SQLException;

/** How one kind of database server is told. Every call may be made again after a failure. */
interface ServerKind {
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

  /** Drops what is there, and tells of each thing. */
  void drop(Unwanted unwanted, Changes changes) throws SQLException;

  static Fault noPassword(Login login) {
    return Fault.usage("role " + login.name() + " does not exist, and no password is given for it")
        .hint("give --password-file or --password-env; --no-password if it logs in by a"
            + " certificate or the like");
  }

  static Fault notOurs(String role) {
    return Fault.usage("role " + role + " is an administrator: its password and existence are not"
            + " touched")
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

  static Fault inUse(String database, String sessions, String who) {
    return Fault.of(ExitCode.RETRY, "database " + database + " is in use by " + sessions
            + (sessions.equals("1") ? " session" : " sessions")
            + (who.isEmpty() ? "" : ": " + who))
        .hint("end them first, or let --force end them");
  }
}
