package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.RETRY;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.OwnServer;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers, databases, roles, and DSNs that reject writes. */
class ReadOnlyIT extends RealProcesses {
  private static final String SETTING = "default_transaction_read_only";

  private Ran upWith(String dsn) {
    return Slipway.on(database).with("DSN", dsn).run(words("up", "--yes"));
  }

  private Ran statusWith(String dsn) {
    return Slipway.on(database).with("DSN", dsn).run(words("status"));
  }

  @Test
  void aStandbyIsNamedAndAnotherHostIsUsedInstead(@TempDir Path data)
      throws SQLException, IOException {
    only(Family.POSTGRES);
    tables("1");
    try (OwnServer primary = OwnServer.of(Family.POSTGRES, data.resolve("primary"));
        OwnServer standby = OwnServer.of(Family.POSTGRES, data.resolve("standby"))) {
      primary.start();
      upWith(primary.dsn()).exits(DONE);
      table("2");
      primary.stop();
      copy(data.resolve("primary"), data.resolve("standby"));
      Files.createFile(data.resolve("standby/postgres/standby.signal"));
      primary.start();
      standby.start();

      upWith(standby.dsn()).exits(RETRY).tells("is a standby", "hint: name the primary");
      statusWith(standby.dsn()).exits(DONE).answersWith("2\ttable\tPending");
      String both = both(standby.dsn(), primary.dsn());
      statusWith(both).exits(DONE).answersWith("2\ttable\tPending");
      upWith(both).exits(DONE).tells("applied 2_table");
      statusWith(both).exits(DONE).answersWith("2\ttable\tApplied");
      upWith(both + "&target_session_attrs=standby").exits(RETRY).tells("is a standby");
      primary.stop();
      statusWith(both).exits(DONE).answersWith("2\ttable\tPending");
    }
  }

  private static String both(String first, String second) {
    return first.replaceFirst(
        "@([^/]+)/", "@$1," + second.replaceFirst(".*@([^/]+)/.*", "$1") + "/");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      all.forEach(
          path -> {
            try {
              Files.copy(path, to.resolve(from.relativize(path)));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  @Test
  void aReadOnlyRoleDatabaseOrDsnIsNamed() {
    onlyWithLogins();
    only(Family.POSTGRES);
    tables("1");
    database.execute("ALTER DATABASE " + database.name() + " SET " + SETTING + " = on");
    up().exits(USAGE).tells("the database sets " + SETTING);
    database.execute(
        "SET " + SETTING + " = off",
        "ALTER DATABASE " + database.name() + " RESET " + SETTING,
        "ALTER ROLE slipway IN DATABASE " + database.name() + " SET " + SETTING + " = on");
    up().exits(USAGE).tells("the role slipway sets " + SETTING + " in this database");
    database.execute(
        "SET " + SETTING + " = off",
        "ALTER ROLE slipway IN DATABASE " + database.name() + " RESET " + SETTING);
    upWith(database.dsn(SETTING + "=on")).exits(USAGE).tells("the DSN sets " + SETTING);
    assertEquals(List.of(), database.tables());
    status().exits(DONE);
    up().exits(DONE);
    up().exits(DONE);
  }

  @Test
  void aConfigurationOfTheServerCanChange(@TempDir Path data) throws SQLException {
    only(Family.POSTGRES);
    tables("1");
    try (OwnServer server = OwnServer.of(Family.POSTGRES, data)) {
      server.start();
      execute(server, "ALTER SYSTEM SET " + SETTING + " = on", "SELECT pg_reload_conf()");
      upWith(server.dsn()).exits(RETRY).tells("the configuration of the server sets " + SETTING);
    }
  }

  private static void execute(OwnServer server, String... statements) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void aReadOnlyMysqlIsNamed() throws SQLException {
    only(Family.MYSQL);
    tables("1");
    try (OwnServer server = OwnServer.of(Family.MYSQL, folder)) {
      server.start();
      upWith(server.dsn() + "?transaction_read_only=1")
          .exits(USAGE)
          .tells("the DSN sets transaction_read_only");
      execute(server, "SET GLOBAL super_read_only = ON");
      upWith(server.dsn()).exits(RETRY).tells("super_read_only = ON");
      statusWith(server.dsn()).exits(DONE).answersWith("1\ttable\tPending");
      execute(
          server,
          "SET GLOBAL super_read_only = OFF",
          "CREATE USER app IDENTIFIED BY 'app'",
          "GRANT ALL ON *.* TO app",
          "REVOKE SUPER, CONNECTION_ADMIN ON *.* FROM app",
          "SET GLOBAL read_only = ON");
      upWith(server.dsn().replaceFirst("//[^@]*@", "//app:app@"))
          .exits(RETRY)
          .tells("the server has read_only = ON");
      // Some logins are exempt from it.
      upWith(server.dsn()).exits(DONE);
    }
  }

  @Test
  void aReadOnlyFileIsNamed() {
    only(Family.SQLITE);
    tables("1");
    up().exits(DONE);
    table("2");
    upWith(database.dsn("mode=ro")).exits(USAGE).tells("is read-only");
    upWith(database.dsn("_query_only=true")).exits(USAGE).tells("the DSN sets query_only");
    statusWith(database.dsn("mode=ro")).exits(DONE).answersWith("2\ttable\tPending");
    assertEquals(List.of("1 ok"), history());
    up().exits(DONE);
  }

  @Test
  void aReadOnlyCockroachIsNamed() {
    only(Family.COCKROACH);
    tables("1");
    upWith(database.dsn(SETTING + "=on")).exits(USAGE).tells("read-only");
    assertEquals(List.of(), database.tables());
  }
}
