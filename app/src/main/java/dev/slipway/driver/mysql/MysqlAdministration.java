package dev.slipway.driver.mysql;

import dev.slipway.driver.AdminConnection;
import dev.slipway.driver.Change.Outcome;
import dev.slipway.driver.ChangeLog;
import dev.slipway.driver.DatabaseDropRequest;
import dev.slipway.driver.DatabaseDropRequest.OpenSessions;
import dev.slipway.driver.DatabaseSpec;
import dev.slipway.driver.Login;
import dev.slipway.driver.ServerAdministration;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.SlipwayException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Databases and users of MySQL. A login is the account {@code name@%}: from every host. */
final class MysqlAdministration implements ServerAdministration {
  private static final int DATABASE_CHARACTERS_MAX = 64;
  private static final int USER_CHARACTERS_MAX = 32;
  private static final int NO_SUCH_SESSION = 1094;

  private static final Set<String> SYSTEM =
      Set.of("mysql", "sys", "information_schema", "performance_schema");

  private static final String WRITE = "SELECT, INSERT, UPDATE, DELETE, EXECUTE, SHOW VIEW";
  private static final String READ = "SELECT, SHOW VIEW";

  private final Dsn admin;
  private final ConnectionOpener opening;

  MysqlAdministration(Dsn admin, ConnectionOpener opening) {
    this.admin = admin;
    this.opening = opening;
  }

  @Override
  public void check(DatabaseSpec wanted) {
    database(wanted.name());
    wanted.logins().forEach(login -> user(login.name()));
    if (!wanted.extensions().isEmpty()) {
      throw SlipwayException.usageError("MySQL has no extensions").hint("leave out --extension");
    }
    ServerAdministration.checkEncoding(
        wanted, "[A-Za-z0-9_]{1,60}", "--encoding utf8mb4 --collation utf8mb4_bin");
  }

  @Override
  public void check(DatabaseDropRequest unwanted) {
    unwanted.names().forEach(MysqlAdministration::database);
    unwanted.logins().forEach(MysqlAdministration::user);
  }

  private static void database(String name) {
    if (SYSTEM.contains(name.toLowerCase(Locale.ROOT))) {
      throw SlipwayException.usageError("database " + name + " is the server's own")
          .hint("give another --name");
    }
    name("database", name, DATABASE_CHARACTERS_MAX);
  }

  private static void user(String name) {
    name("user", name, USER_CHARACTERS_MAX);
  }

  private static void name(String kind, String name, int max) {
    int length = name.codePointCount(0, name.length());
    if (length == 0 || length > max || name.endsWith(" ") || name.indexOf('\0') >= 0) {
      throw SlipwayException.usageError(
          "the name of a "
              + kind
              + " must have 1 to "
              + max
              + " characters and not end with a space: '"
              + name.replace("\0", "")
              + "' has "
              + length);
    }
  }

  @Override
  public String privilegesHint() {
    return "the user of the DSN needs CREATE, DROP and CREATE USER, all that it"
        + " grants WITH GRANT OPTION, and SELECT on mysql.user";
  }

  @Override
  public void create(DatabaseSpec wanted, ChangeLog changes) throws SQLException {
    try (AdminConnection link = open()) {
      Optional<List<String>> found =
          link.row(
              "SELECT default_character_set_name, default_collation_name"
                  + " FROM information_schema.schemata WHERE schema_name = ?",
              wanted.name());
      if (found.isPresent()) {
        same(wanted, "encoding", wanted.encoding(), found.get().getFirst());
        same(wanted, "collation", wanted.collation(), found.get().get(1));
      }
      for (Login login : wanted.logins()) {
        user(link, login, changes);
      }
      if (found.isPresent()) {
        changes.add("database " + wanted.name(), Outcome.UNCHANGED, "");
      } else {
        database(link, wanted, changes);
      }
      grant(
          link,
          wanted.name(),
          wanted.owner().name(),
          "ALL PRIVILEGES",
          "may do everything",
          changes);
      if (wanted.writer().isPresent()) {
        grant(
            link,
            wanted.name(),
            wanted.writer().get().name(),
            WRITE,
            "may read and write rows",
            changes);
      }
      if (wanted.reader().isPresent()) {
        grant(link, wanted.name(), wanted.reader().get().name(), READ, "may read rows", changes);
      }
    }
  }

  private static void user(AdminConnection link, Login login, ChangeLog changes)
      throws SQLException {
    String object = "user " + login.name();
    if (login.passwordless()) {
      throw SlipwayException.usageError("a MySQL user without a password is open to everybody")
          .hint("give --password-file or --password-env in place of --no-password");
    }
    String proof =
        login
            .password()
            .map(
                each ->
                    " IDENTIFIED WITH caching_sha2_password AS '"
                        + CachingSha2Password.of(each)
                        + "'")
            .orElse("");
    boolean exists = exists(link, login.name());
    if (exists && login.password().isEmpty()) {
      changes.add(object, Outcome.UNCHANGED, "");
      return;
    }
    if (login.password().isEmpty()) {
      throw ServerAdministration.passwordMissing(login);
    }
    if (administers(link, login.name())) {
      throw ServerAdministration.administratorLogin(login.name());
    }
    link.run(
        (exists ? "ALTER USER " : "CREATE USER IF NOT EXISTS ") + account(login.name()) + proof);
    changes.add(object, exists ? Outcome.CHANGED : Outcome.CREATED, "password set");
  }

  private static boolean exists(AdminConnection link, String user) throws SQLException {
    return link.isTrue("SELECT COUNT(*) FROM mysql.user WHERE User = ? AND Host = '%'", user);
  }

  /** Whether any account of this name may manage others, or is the administrator's own. */
  private static boolean administers(AdminConnection link, String user) throws SQLException {
    return link.isTrue(
        "SELECT COUNT(*) > 0 FROM mysql.user WHERE User = ? AND (Super_priv = 'Y'"
            + " OR Create_user_priv = 'Y' OR CURRENT_USER() = CONCAT(User, '@', Host))",
        user);
  }

  private static void database(AdminConnection link, DatabaseSpec wanted, ChangeLog changes)
      throws SQLException {
    link.run(
        "CREATE DATABASE IF NOT EXISTS "
            + MysqlQuoting.name(wanted.name())
            + wanted.encoding().map(each -> " CHARACTER SET " + each).orElse("")
            + wanted.collation().map(each -> " COLLATE " + each).orElse(""));
    changes.add("database " + wanted.name(), Outcome.CREATED, "");
  }

  private static void same(DatabaseSpec wanted, String what, Optional<String> asked, String found) {
    if (asked.isPresent() && !asked.get().equalsIgnoreCase(found)) {
      throw SlipwayException.usageError(
              "database "
                  + wanted.name()
                  + " exists with the "
                  + what
                  + " "
                  + found
                  + " and not "
                  + asked.get()
                  + "; its tables would keep theirs")
          .hint("leave out --" + what + ", or say ALTER DATABASE yourself");
    }
  }

  /** Rights on a database are on all its tables, existing and future. */
  private static void grant(
      AdminConnection link,
      String database,
      String user,
      String rights,
      String meaning,
      ChangeLog changes)
      throws SQLException {
    List<List<String>> before = grants(link, user);
    link.run("GRANT " + rights + " ON " + pattern(link, database) + ".* TO " + account(user));
    changes.add(
        "rights of " + user,
        grants(link, user).equals(before) ? Outcome.UNCHANGED : Outcome.CHANGED,
        meaning);
  }

  private static List<List<String>> grants(AdminConnection link, String user) throws SQLException {
    return link.rows(
        "SELECT table_schema, privilege_type FROM information_schema.schema_privileges"
            + " WHERE grantee = ? ORDER BY 1, 2",
        "'" + user + "'@'%'");
  }

  /**
   * GRANT takes the name for a pattern, in which {@code _} would let the user into other databases
   * too, unless the server allows partial revokes.
   */
  private static String pattern(AdminConnection link, String database) throws SQLException {
    boolean literal = link.isTrue("SELECT @@partial_revokes");
    return MysqlQuoting.name(literal ? database : escaped(database));
  }

  private static String escaped(String database) {
    return database.replaceAll("([\\\\_%])", "\\\\$1");
  }

  @Override
  public AdminConnection open() {
    return opening.open(admin);
  }

  @Override
  public String loginKind() {
    return "user";
  }

  @Override
  public boolean isAdministrator(AdminConnection link, String user) throws SQLException {
    return administers(link, user);
  }

  @Override
  public List<String> databasesWithRights(AdminConnection link, String user) throws SQLException {
    return grants(link, user).stream()
        .map(List::getFirst)
        .distinct()
        .map(each -> each.replaceAll("\\\\(.)", "$1"))
        .toList();
  }

  @Override
  public boolean isConnectedTo(AdminConnection link, String database) throws SQLException {
    return link.isTrue("SELECT COALESCE(DATABASE() = ?, 0)", database);
  }

  @Override
  public List<List<String>> sessions(AdminConnection link, String database) throws SQLException {
    return link.rows(
        "SELECT id, user FROM information_schema.processlist"
            + " WHERE db = ? AND id <> CONNECTION_ID()",
        database);
  }

  @Override
  public void dropDatabase(
      AdminConnection link, String name, OpenSessions sessions, ChangeLog changes)
      throws SQLException {
    if (link.row("SELECT 1 FROM information_schema.schemata WHERE schema_name = ?", name)
        .isEmpty()) {
      changes.add("database " + name, Outcome.MISSING, "");
      return;
    }
    for (List<String> session : sessions(link, name)) {
      end(link, session.getFirst());
    }
    link.run("DROP DATABASE IF EXISTS " + MysqlQuoting.name(name));
    changes.add("database " + name, Outcome.DROPPED, "");
    forgetRights(link, name, changes);
  }

  /** The server keeps rights on a database that is gone, and gives them on the next of its name. */
  private static void forgetRights(AdminConnection link, String database, ChangeLog changes)
      throws SQLException {
    for (List<String> grant :
        link.rows(
            "SELECT User, Host, Db, Grant_priv FROM mysql.db WHERE Db IN (?, ?) ORDER BY User, Host",
            database,
            escaped(database))) {
      String rights =
          " ON "
              + MysqlQuoting.name(grant.get(2))
              + ".* FROM "
              + MysqlQuoting.name(grant.getFirst())
              + "@"
              + MysqlQuoting.name(grant.get(1));
      link.run("REVOKE ALL PRIVILEGES" + rights);
      if (grant.getLast().equals("Y")) {
        link.run("REVOKE GRANT OPTION" + rights);
      }
      changes.add("rights of " + grant.getFirst(), Outcome.DROPPED, "");
    }
  }

  private static void end(AdminConnection link, String session) throws SQLException {
    try {
      link.run("KILL " + session);
    } catch (SQLException e) {
      if (e.getErrorCode() != NO_SUCH_SESSION) {
        throw e;
      }
    }
  }

  @Override
  public void dropLogin(AdminConnection link, String user, ChangeLog changes) throws SQLException {
    String object = "user " + user;
    if (!exists(link, user)) {
      changes.add(object, Outcome.MISSING, "");
      return;
    }
    link.run("DROP USER IF EXISTS " + account(user));
    changes.add(object, Outcome.DROPPED, "");
  }

  private static String account(String user) {
    return MysqlQuoting.name(user) + "@`%`";
  }
}
