package dev.slipway.driver.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Settings;
import dev.slipway.driver.ConnectIT;
import dev.slipway.driver.Drivers;
import dev.slipway.pool.ConnectionPool;
import dev.slipway.pool.Transaction;
import dev.slipway.pool.TransactionTemplate;
import dev.slipway.testing.OwnServer;
import dev.slipway.testing.Server;
import dev.slipway.testing.SharingPooler;
import dev.slipway.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which connections of the pool prepare statements by name, and under which names. */
class PoolerDetectorIT {
  private static final String NAMES = "SELECT name FROM pg_prepared_statements";

  /** More than the driver waits for. */
  private static final int OFTEN = 10;

  static Stream<Server> speakingPostgres() {
    return Stream.of(Server.POSTGRES, Server.COCKROACH_STAND_IN, Server.COCKROACH)
        .filter(server -> server.missing().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("speakingPostgres")
  void eachDirectConnectionHasStatementNamesOfItsOwn(Server server) throws SQLException {
    try (TestDatabase database = server.database();
        ConnectionPool pool = open(database.dsn());
        Connection first = pool.connection();
        Connection second = pool.connection()) {
      Set<String> names = new HashSet<>();
      for (Connection connection : List.of(first, second)) {
        List<String> own = named(connection);
        assertEquals(1, own.size(), own::toString);
        names.addAll(own);
      }
      assertEquals(2, names.size(), names::toString);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "prepareThreshold=0, 0",
    "default_query_exec_mode=exec, 0",
    "statement_cache_mode=describe, 0",
    "prefer_simple_protocol=true, 0",
    "binary_parameters=yes, 0",
    "prepareThreshold=9, 1",
  })
  void theDsnDecides(String parameter, int statements) throws SQLException {
    try (TestDatabase database = Server.POSTGRES.database()) {
      String jdbc =
          database
              .dsn()
              .replaceFirst(
                  "postgres://([^:]+):([^@]+)@([^?]+).*",
                  "jdbc:postgresql://$3?user=$1&password=$2");
      for (String dsn : List.of(database.dsn(parameter), jdbc + "&" + parameter)) {
        try (ConnectionPool pool = open(dsn);
            Connection connection = pool.connection()) {
          assertEquals(statements, named(connection).size(), parameter);
        }
      }
    }
  }

  @Test
  void twoConnectionsWithOneSessionAreAPooler(@TempDir Path folder) throws Exception {
    try (OwnServer server = OwnServer.of(Server.Family.POSTGRES, folder)) {
      server.start();
      int port = Integer.parseInt(server.dsn().replaceFirst(".*:(\\d+)/.*", "$1"));
      try (SharingPooler pooler = new SharingPooler(port, "postgres", "postgres");
          ConnectionPool pool =
              open(server.dsn().replace(":" + port + "/", ":" + pooler.port() + "/"))) {
        try (Connection first = pool.connection();
            Connection second = pool.connection()) {
          assertEquals("1", ConnectIT.one(first, "SELECT 1"));
          assertEquals("1", ConnectIT.one(second, "SELECT 1"));
        }
        for (int i = 0; i < 3; i++) {
          try (Connection connection = pool.connection()) {
            assertEquals(List.of(), named(connection));
          }
        }
      }
    }
  }

  @Test
  void aSessionThatDoesNotKnowAStatementIsAPooler() throws SQLException {
    try (TestDatabase database = Server.POSTGRES.database();
        ConnectionPool pool = open(database.dsn("max_conns=1&max_idle_conns=1"))) {
      var transactions = new TransactionTemplate(pool);
      var runs = new AtomicInteger();
      String counted =
          transactions.write(
              work -> {
                if (runs.incrementAndGet() == 1) {
                  often(work);
                  // As if the pooler had changed the session; the driver does not see it.
                  work.update("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$", List.of());
                }
                often(work);
                return "done";
              });
      assertEquals("done", counted);
      assertEquals(2, runs.get());
      try (Connection connection = pool.connection()) {
        assertEquals(List.of(), named(connection));
      }
    }
  }

  @Test
  void mysqlPreparesNothingInTheServer() throws SQLException {
    Server.MYSQL.missing().ifPresent(Assumptions::abort);
    try (TestDatabase database = Server.MYSQL.database();
        ConnectionPool pool = open(database.dsn())) {
      String prepared =
          new TransactionTemplate(pool)
              .read(
                  work -> {
                    often(work);
                    return work.query(
                            "SHOW SESSION STATUS LIKE 'Com_stmt_prepare'",
                            List.of(),
                            row -> row.string(2))
                        .getFirst();
                  });
      assertEquals("0", prepared);
    }
  }

  private static ConnectionPool open(String dsn) {
    return ConnectionPool.open(() -> DatabaseConfig.of(dsn), Settings.Pool.DEFAULT, "slipway test");
  }

  private static void often(Transaction work) throws SQLException {
    for (int i = 0; i < OFTEN; i++) {
      work.forEach("SELECT 1 + ?", List.of(i), row -> assertTrue(row.integer(1) > 0));
    }
  }

  /** Runs a statement often; the names that the session knows then. */
  private static List<String> named(Connection connection) throws SQLException {
    var work = new Transaction(connection, Drivers.require("postgres"));
    often(work);
    return work.query(NAMES, List.of(), row -> row.string(1));
  }
}
