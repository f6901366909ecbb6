package dev.slipway.driver.postgres;

import dev.slipway.driver.AdminConnection;
import dev.slipway.driver.Change.Outcome;
import dev.slipway.driver.ChangeLog;
import dev.slipway.driver.DatabaseDropRequest;
import dev.slipway.driver.DatabaseDropRequest.OpenSessions;
import dev.slipway.driver.DatabaseSpec;
import dev.slipway.driver.Login;
import dev.slipway.driver.ServerAdministration;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.SlipwayException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Databases and roles of PostgreSQL. {@link PostgresGrants} owns the rights in a database. */
public class PostgresAdministration implements ServerAdministration {
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

  /** Connects only when a method needs it. */
  public PostgresAdministration(Dsn admin, ConnectionOpener opening) {
    this.admin = admin;
    this.opening = opening;
  }

  @Override
  public void check(DatabaseSpec wanted) {
    name("database", wanted.name());
    wanted.logins().forEach(login -> name("role", login.name()));
    ServerAdministration.checkEncoding(
        wanted, "[A-Za-z0-9_.@-]{1,60}", "--encoding UTF8 --collation C");
  }

  @Override
  public void check(DatabaseDropRequest unwanted) {
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
  public String privilegesHint() {
    return "the user of the DSN needs CREATEDB and CREATEROLE, and"
        + " for roles and databases of others what their owners may";
  }

  /**
   * Another session has created or changed the same database, role, or row of the catalog (which
   * PostgreSQL calls an internal error), or copies the template.
   */
  @Override
  public boolean isConcurrentChange(SQLException e) {
    return Set.of("42P04", "42710", "23505", "XX000", "55006")
        .contains(String.valueOf(e.getSQLState()));
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
      PostgresGrants rights = grants(inside, wanted, changes);
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

  /** The version of PostgreSQL, as in 160000; 0 where rules of later versions do not apply. */
  protected int version(AdminConnection link) throws SQLException {
    return Integer.parseInt(link.string("SHOW server_version_num"));
  }

  /** The rights in one database. */
  protected PostgresGrants grants(AdminConnection inside, DatabaseSpec wanted, ChangeLog changes) {
    return new PostgresGrants(inside, wanted.name(), wanted.owner().name(), changes);
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
  public String loginKind() {
    return "role";
  }

  @Override
  public boolean isAdministrator(AdminConnection link, String role) throws SQLException {
    return link.row(
            "SELECT 1 FROM pg_roles WHERE rolname = ?"
                + " AND (rolsuper OR rolcreaterole OR rolname = current_user)",
            role)
        .isPresent();
  }

  @Override
  public List<String> databasesWithRights(AdminConnection link, String role) throws SQLException {
    return link
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
        .toList();
  }

  @Override
  public boolean isConnectedTo(AdminConnection link, String database) throws SQLException {
    return link.isTrue("SELECT current_database() = ?", database);
  }

  @Override
  public List<List<String>> sessions(AdminConnection link, String database) throws SQLException {
    return link.rows(
        """
        SELECT pid, application_name
        FROM pg_stat_activity
        WHERE datname = ? AND backend_type = 'client backend' AND pid <> pg_backend_pid()
        """,
        database);
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
            + (sessions == OpenSessions.TERMINATE ? terminateClause() : ""));
    changes.add("database " + name, Outcome.DROPPED, "");
  }

  /** The clause of DROP DATABASE that terminates sessions; empty where sessions do not matter. */
  protected String terminateClause() {
    return " WITH (FORCE)";
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
