package dev.slipway.provision;

import dev.slipway.driver.Drivers;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.driver.cockroach.CockroachDriver;
import dev.slipway.driver.postgres.PostgresDriver;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.SlipwayException;
import dev.slipway.provision.Change.Outcome;
import dev.slipway.provision.DropRequest.OpenSessions;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * PostgreSQL's way, and CockroachDB's, which speaks the same SQL but for a few words: databases and
 * roles. What is inside of a database is {@link PostgresGrants}'.
 */
final class PostgresAdministration implements ServerAdministration {
  private static final int NAME_BYTES_MAX = 63;
  private static final String NEEDED = "2BP01";

  private static final Set<String> SYSTEM =
      Set.of(
          "postgres",
          "template0",
          "template1",
          "system",
          "rdsadmin",
          "cloudsqladmin",
          "azure_sys",
          "azure_maintenance");

  private final Dsn admin;
  private final ConnectionOpener opening;
  private final boolean cockroach;

  PostgresAdministration(Dsn admin, ConnectionOpener opening) {
    this.admin = admin;
    this.opening = opening;
    this.cockroach = Drivers.of(admin) instanceof CockroachDriver;
  }

  @Override
  public void check(DatabaseSpec wanted) {
    name("database", wanted.name());
    wanted.logins().forEach(login -> name("role", login.name()));
    if (cockroach
        && (wanted.encoding().isPresent()
            || wanted.collation().isPresent()
            || !wanted.extensions().isEmpty())) {
      throw SlipwayException.usageError(
              "CockroachDB knows neither encodings nor collations of a database, nor"
                  + " extensions")
          .hint("leave out --encoding, --collation and --extension");
    }
    ServerAdministration.checkEncoding(
        wanted, "[A-Za-z0-9_.@-]{1,60}", "--encoding UTF8 --collation C");
  }

  @Override
  public void check(DropRequest unwanted) {
    unwanted.names().forEach(name -> name("database", name));
    unwanted.logins().forEach(login -> name("role", login));
  }

  /** The server would cut a longer name off, silently, and mean another database. */
  private static void name(String kind, String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > NAME_BYTES_MAX || name.indexOf('\0') >= 0) {
      throw SlipwayException.usageError(
          "the name of a "
              + kind
              + " must have 1 to "
              + NAME_BYTES_MAX
              + " bytes: '"
              + name.replace("\0", "")
              + "' has "
              + bytes);
    }
    if (kind.equals("database") && SYSTEM.contains(name)) {
      throw SlipwayException.usageError("database " + name + " is the server's own")
          .hint("give another --name");
    }
  }

  @Override
  public void create(DatabaseSpec wanted, ChangeLog changes) throws SQLException {
    try (AdminConnection link = open()) {
      Optional<List<String>> found =
          link.row(
              "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate"
                  + " FROM pg_database WHERE datname = ?",
              wanted.name());
      if (found.isPresent()) {
        same(wanted, "encoding", wanted.encoding(), found.get().get(1));
        same(wanted, "collation", wanted.collation(), found.get().get(2));
      }
      for (Login login : wanted.logins()) {
        role(link, login, changes);
      }
      membership(link, wanted.owner().name(), changes);
      if (found.isPresent()) {
        changes.add(
            "database " + wanted.name(), Outcome.UNCHANGED, "owned by " + found.get().getFirst());
      } else {
        database(link, wanted, changes);
      }
    }
    try (AdminConnection inside = opening.open(admin.withDatabase(wanted.name()))) {
      PostgresGrants rights =
          new PostgresGrants(inside, wanted.name(), wanted.owner().name(), cockroach, changes);
      for (String extension : wanted.extensions()) {
        rights.extension(extension);
      }
      rights.own();
      if (wanted.writer().isPresent()) {
        rights.rows(wanted.writer().get().name(), PostgresGrants.WRITE);
      }
      if (wanted.reader().isPresent()) {
        rights.rows(wanted.reader().get().name(), PostgresGrants.READ);
      }
    }
  }

  private void role(AdminConnection link, Login login, ChangeLog changes) throws SQLException {
    String object = "role " + login.name();
    String password =
        login
            .password()
            .map(each -> " PASSWORD '" + PostgresDriver.verifier(each) + "'")
            .orElse("");
    Optional<List<String>> role =
        link.row(
            "SELECT rolsuper OR rolcreaterole OR rolname = current_user, rolcanlogin"
                + " FROM pg_roles WHERE rolname = ?",
            login.name());
    if (role.isEmpty()) {
      if (login.password().isEmpty() && !login.passwordless()) {
        throw ServerAdministration.passwordMissing(login);
      }
      link.run("CREATE ROLE " + SqlQuoting.identifier(login.name()) + " WITH LOGIN" + password);
      changes.add(
          object, Outcome.CREATED, login.password().isPresent() ? "password set" : "no password");
      return;
    }
    boolean strong = role.get().getFirst().equals("t");
    boolean mayLogIn = role.get().get(1).equals("t");
    if (strong && login.password().isPresent()) {
      throw ServerAdministration.administratorLogin(login.name());
    }
    if (mayLogIn && login.password().isEmpty()) {
      changes.add(object, Outcome.UNCHANGED, "");
      return;
    }
    link.run("ALTER ROLE " + SqlQuoting.identifier(login.name()) + " WITH LOGIN" + password);
    changes.add(
        object, Outcome.CHANGED, login.password().isPresent() ? "password set" : "may log in");
  }

  /**
   * An administrator that is no superuser gives a database only to a role that it is a member of,
   * and from PostgreSQL 16 on it is no member of the roles that it creates.
   */
  private void membership(AdminConnection link, String role, ChangeLog changes)
      throws SQLException {
    boolean sets = version(link) >= 160_000;
    if (link.isTrue("SELECT pg_has_role(current_user, ?, 'USAGE')", role)
        && (!sets || link.isTrue("SELECT pg_has_role(current_user, ?, 'SET')", role))) {
      return;
    }
    link.run(
        "GRANT "
            + SqlQuoting.identifier(role)
            + " TO CURRENT_USER"
            + (sets ? " WITH INHERIT TRUE, SET TRUE" : ""));
    changes.add(
        "membership in " + role, Outcome.CREATED, "of " + link.string("SELECT current_user"));
  }

  private int version(AdminConnection link) throws SQLException {
    return cockroach ? 0 : Integer.parseInt(link.string("SHOW server_version_num"));
  }

  private void database(AdminConnection link, DatabaseSpec wanted, ChangeLog changes)
      throws SQLException {
    var sql =
        new StringBuilder(
            "CREATE DATABASE "
                + SqlQuoting.identifier(wanted.name())
                + " WITH OWNER = "
                + SqlQuoting.identifier(wanted.owner().name()));
    if (wanted.encoding().isPresent() || wanted.collation().isPresent()) {
      // Only the empty template may be copied with another encoding or order than its own.
      sql.append(" TEMPLATE = template0");
    }
    wanted.encoding().ifPresent(each -> sql.append(" ENCODING = '").append(each).append('\''));
    if (wanted.collation().isPresent()) {
      String collation = wanted.collation().get();
      sql.append(" LC_COLLATE = '")
          .append(collation)
          .append("' LC_CTYPE = '")
          .append(collation)
          .append('\'');
      if (version(link) >= 150_000) {
        sql.append(" LOCALE_PROVIDER = libc");
      }
    }
    link.run(sql.toString());
    changes.add("database " + wanted.name(), Outcome.CREATED, "owned by " + wanted.owner().name());
  }

  private static void same(DatabaseSpec wanted, String what, Optional<String> asked, String found) {
    if (asked.isPresent() && !plain(asked.get()).equals(plain(found))) {
      throw SlipwayException.usageError(
              "database "
                  + wanted.name()
                  + " exists with the "
                  + what
                  + " "
                  + found
                  + " and not "
                  + asked.get()
                  + ", which cannot be changed")
          .hint("leave out --" + what + ", or dump the database, drop it, and create it again");
    }
  }

  /** {@code utf-8} and {@code UTF8} are one encoding. */
  private static String plain(String name) {
    return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
  }

  @Override
  public AdminConnection open() {
    return opening.open(admin);
  }

  @Override
  public void rejectLoginInUse(AdminConnection link, String role, List<String> databases)
      throws SQLException {
    if (link.row(
            "SELECT 1 FROM pg_roles WHERE rolname = ?"
                + " AND (rolsuper OR rolcreaterole OR rolname = current_user)",
            role)
        .isPresent()) {
      throw ServerAdministration.administratorLogin(role);
    }
    // CockroachDB's table of dependencies is not complete; it refuses to drop such a role itself.
    List<String> elsewhere =
        cockroach
            ? List.of()
            : link
                .rows(
                    """
        SELECT DISTINCT coalesce(d.datname, 'the server')
        FROM pg_shdepend s
          JOIN pg_roles r ON r.oid = s.refobjid
          LEFT JOIN pg_database d ON d.oid =
            CASE WHEN s.classid = 'pg_database'::regclass THEN s.objid ELSE s.dbid END
        WHERE s.refclassid = 'pg_authid'::regclass
          AND s.classid <> 'pg_auth_members'::regclass
          AND r.rolname = ?
        ORDER BY 1
        """,
                    role)
                .stream()
                .map(List::getFirst)
                .filter(each -> !databases.contains(each))
                .toList();
    if (!elsewhere.isEmpty()) {
      throw ServerAdministration.loginInUse("role " + role, String.join(", ", elsewhere));
    }
  }

  /** CockroachDB does not say which database a session is in. */
  @Override
  public void rejectDatabaseInUse(AdminConnection link, String database, OpenSessions meaning)
      throws SQLException {
    if (link.isTrue("SELECT current_database() = ?", database)) {
      throw ServerAdministration.connectedDatabase(database);
    }
    if (cockroach || meaning == OpenSessions.TERMINATE) {
      return;
    }
    List<List<String>> sessions =
        ServerAdministration.persistentSessions(
            () ->
                link.rows(
                    """
        SELECT pid, application_name
        FROM pg_stat_activity
        WHERE datname = ? AND backend_type = 'client backend' AND pid <> pg_backend_pid()
        """,
                    database));
    if (!sessions.isEmpty()) {
      throw ServerAdministration.databaseInUse(database, sessions);
    }
  }

  @Override
  public void dropDatabase(
      AdminConnection link, String name, OpenSessions sessions, ChangeLog changes)
      throws SQLException {
    Optional<String> owner =
        link.row("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = ?", name)
            .map(List::getFirst);
    if (owner.isEmpty()) {
      changes.add("database " + name, Outcome.MISSING, "");
      return;
    }
    membership(link, owner.get(), changes);
    link.run(
        "DROP DATABASE IF EXISTS "
            + SqlQuoting.identifier(name)
            + (!cockroach && sessions == OpenSessions.TERMINATE ? " WITH (FORCE)" : ""));
    changes.add("database " + name, Outcome.DROPPED, "");
  }

  @Override
  public void dropLogin(AdminConnection link, String name, ChangeLog changes) throws SQLException {
    String object = "role " + name;
    if (link.row("SELECT 1 FROM pg_roles WHERE rolname = ?", name).isEmpty()) {
      changes.add(object, Outcome.MISSING, "");
      return;
    }
    try {
      link.run("DROP ROLE IF EXISTS " + SqlQuoting.identifier(name));
    } catch (SQLException e) {
      if (NEEDED.equals(e.getSQLState())) {
        throw ServerAdministration.loginInUse(object, "other databases").cause(e);
      }
      throw e;
    }
    changes.add(object, Outcome.DROPPED, "");
  }
}
