package dev.slipway.e2e;

import dev.slipway.testing.Command;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A database server: the one that the steps share, or one in a step's own namespace. */
record DatabaseServer(Namespace namespace) {
  /** The namespace of the server that the steps share. */
  static final String SHARED = "database";

  private static final String POD = "server-0";

  /** Starts the server that a file of {@code e2e/k8s} describes, and waits until it is ready. */
  static DatabaseServer start(Namespace namespace, String file) {
    namespace.kubectl("apply", "--filename", "e2e/k8s/" + file).output();
    namespace
        .kubectl("rollout", "status", "--timeout", "3m", "statefulset/server")
        .within(Duration.ofMinutes(4))
        .output();
    return new DatabaseServer(namespace);
  }

  private Database database() {
    return namespace.cluster().database();
  }

  /** The DSN of a database for a login. */
  String dsn(String database, String login) {
    return database().dsn("server." + namespace.name(), database, login);
  }

  /** Creates a database with a login of the same name, where there is a server; the DSN. */
  String newDatabase(String name) {
    if (database().hasServer()) {
      database().createDatabase(name).forEach(this::administrate);
    }
    return dsn(name, name);
  }

  /** Runs statements in the administrator's database. */
  String administrate(String statement) {
    return sql(database().adminDatabase(), statement);
  }

  /** Runs statements as the administrator; the rows. */
  String sql(String database, String statement) {
    return kubectl("exec", POD, "--")
        .with(database().client(database, statement))
        .within(Duration.ofMinutes(1))
        .output()
        .strip();
  }

  /** Checks that the history has each version once, and that the newest migration ran once. */
  void expectMigratedOnce(String database) {
    String repeated =
        sql(
            database,
            """
            SELECT version FROM flyway_schema_history WHERE version IS NOT NULL
            GROUP BY version HAVING count(*) > 1
            """);
    Expect.equal("versions more than once in the history of " + database, "", repeated);
    Expect.equal(
        "rows of the newest migration of " + database,
        "1",
        sql(database, "SELECT count(*) FROM notes"));
  }

  /** Checks that a migration of a database runs its slow statement. */
  void expectMigrationInProgress(String database) {
    Expect.equal(
        "sessions that migrate " + database,
        "1",
        administrate(database().slowStatements(database)));
  }

  /** Checks the tables of a database, besides the history. */
  void expectTables(String database, String... tables) {
    List<String> expected =
        Stream.concat(Stream.of(tables), Stream.of("flyway_schema_history")).sorted().toList();
    Expect.equal("tables of " + database, expected, tables(database));
  }

  /** The names of the tables of a database, sorted. */
  List<String> tables(String database) {
    return sql(database, database().tables()).lines().sorted().toList();
  }

  /** Kills the server as the loss of a node does: one second is too short for a clean shutdown. */
  void kill() {
    kubectl("delete", "pod", POD, "--now").output();
    kubectl("wait", "--for", "condition=Ready", "--timeout", "2m", "pod/" + POD)
        .within(Duration.ofMinutes(3))
        .output();
  }

  private Command kubectl(String... arguments) {
    return namespace.kubectl(arguments);
  }
}
