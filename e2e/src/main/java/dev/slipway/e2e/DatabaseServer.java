package dev.slipway.e2e;

import dev.slipway.testing.Command;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The database server in the cluster, which the steps share. */
record DatabaseServer(Cluster cluster) {
  /** The namespace of the server. */
  static final String NAMESPACE = "database";

  private static final String POD = "server-0";

  /** Creates a database with a login of the same name, where there is a server; the DSN. */
  String newDatabase(String name) {
    if (cluster.database().hasServer()) {
      cluster.database().createDatabase(name).forEach(this::administrate);
    }
    return cluster.database().dsn(name, name);
  }

  /** Runs statements in the administrator's database. */
  String administrate(String statement) {
    return sql(cluster.database().adminDatabase(), statement);
  }

  /** Runs statements as the administrator; the rows. */
  String sql(String database, String statement) {
    return kubectl("exec", POD, "--")
        .with(cluster.database().client(database, statement))
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

  /** Checks that a migration runs its slow statement. */
  void expectMigrationInProgress() {
    Expect.equal("sessions that migrate", "1", administrate(cluster.database().slowStatements()));
  }

  /** Checks the tables of a database, besides the history. */
  void expectTables(String database, String... tables) {
    List<String> expected =
        Stream.concat(Stream.of(tables), Stream.of("flyway_schema_history")).sorted().toList();
    List<String> actual = sql(database, cluster.database().tables()).lines().sorted().toList();
    Expect.equal("tables of " + database, expected, actual);
  }

  /** Kills the server as the loss of a node does: one second is too short for a clean shutdown. */
  void kill() {
    kubectl("delete", "pod", POD, "--now").output();
    kubectl("wait", "--for", "condition=Ready", "--timeout", "2m", "pod/" + POD)
        .within(Duration.ofMinutes(3))
        .output();
  }

  private Command kubectl(String... arguments) {
    return new Namespace(cluster, NAMESPACE).kubectl(arguments);
  }
}
