package dev.slipway.provision;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Recording;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** `slipway database` by an administrator as managed services have them: no superuser. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
@Timeout(120)
class AdministratorIT extends DatabaseSuite {
  private String manager;
  private String managed;

  static Stream<Server> servers() {
    return Server.available()
        .filter(
            server ->
                server.family() == Server.Family.POSTGRES
                    || server.family() == Server.Family.MYSQL);
  }

  @BeforeEach
  void makeTheManager() {
    manager = admin.name() + "_manager";
    String password = Recording.secret();
    managed = dsn(admin.name(), manager, password);
    if (mysql()) {
      admin.execute(
          "CREATE USER `" + manager + "`@`%` IDENTIFIED BY '" + password + "'",
          "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX,"
              + " ALTER, SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE,"
              + " CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT,"
              + " TRIGGER ON *.* TO `"
              + manager
              + "`@`%` WITH GRANT OPTION");
    } else {
      admin.execute(
          "CREATE ROLE " + manager + " LOGIN CREATEDB CREATEROLE PASSWORD '" + password + "'");
    }
  }

  private Ran byManager(String... words) {
    return Slipway.bare().with("DSN", managed).run(words(words));
  }

  private String[] create(String password) {
    return new String[] {
      "create",
      "--name",
      name,
      "--password-file",
      password,
      "--reader",
      "{name}_r",
      "--reader-password-file",
      password,
      "--writer",
      "{name}_w",
      "--writer-password-file",
      password
    };
  }

  @Test
  void createsAgainAndDrops() throws SQLException {
    String password = passwordFile("password");
    String other = passwordFile("other");
    byManager(create(password)).exits(DONE);
    try (Connection owner = login(name, name, read(password))) {
      execute(owner, "CREATE TABLE a (id INT)", "INSERT INTO a VALUES (1)");
    }
    byManager(create(other)).exits(DONE).answersWith("changed, password set");
    try (Connection reader = login(name, name + "_r", read(other))) {
      assertEquals(List.of("1"), query(reader, "SELECT id FROM a"));
      assertThrows(SQLException.class, () -> execute(reader, "INSERT INTO a VALUES (2)"));
    }
    String[] drop = {
      "drop",
      "--name",
      name,
      "--user",
      name,
      "--reader",
      name + "_r",
      "--writer",
      name + "_w",
      "--yes"
    };
    byManager(drop).exits(DONE).never("not there");
    byManager(drop).exits(DONE).never("dropped");
  }

  @Test
  void severalAtOnceAllSucceed() throws Exception {
    String password = passwordFile("password");
    List<Callable<Ran>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(() -> byManager(create(password)));
    }
    try (ExecutorService all = Executors.newFixedThreadPool(4)) {
      for (Future<Ran> ran : all.invokeAll(calls)) {
        ran.get().exits(DONE);
      }
    }
    login(name, name, read(password)).close();
  }

  @Test
  void keepsOthersOutOfTheDatabase() throws SQLException {
    String password = passwordFile("password");
    byManager(create(password)).exits(DONE);
    String stranger = admin.name() + "_stranger";
    byManager("create", "--name", stranger, "--password-file", password).exits(DONE);
    assertThrows(SQLException.class, () -> login(name, stranger, read(password)).close());
  }

  @Test
  void saysWhatItsRightsAreWhenTheServerRefuses() {
    String password = passwordFile("password");
    String secret = Recording.secret();
    if (mysql()) {
      admin.execute(
          "CREATE USER `" + admin.name() + "_weak`@`%` IDENTIFIED BY '" + secret + "'",
          "GRANT ALL ON " + admin.name() + ".* TO `" + admin.name() + "_weak`@`%`");
    } else {
      admin.execute("CREATE ROLE " + admin.name() + "_weak LOGIN PASSWORD '" + secret + "'");
    }
    Slipway.bare()
        .with("DSN", dsn(admin.name(), admin.name() + "_weak", secret))
        .run(words("create", "--name", name, "--password-file", password))
        .exits(MIGRATION)
        .tells("cannot create database " + name, mysql() ? "CREATE USER" : "CREATEROLE");
  }

  @Test
  void aSuperusersPasswordIsNotItsToSet() {
    String password = passwordFile("password");
    byManager(
            "create",
            "--name",
            name,
            "--user",
            mysql() ? "root" : "slipway",
            "--password-file",
            password)
        .exits(USAGE)
        .tells("administrator");
    Ran self =
        byManager("create", "--name", name, "--user", manager, "--password-file", password)
            .exits(USAGE)
            .tells("administrator");
    assertFalse(self.out().contains("password set"));
  }
}
