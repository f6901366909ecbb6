package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which servers this machine has: one that is missing shows here as skipped, with the reason. */
class ServerIT {

  @ParameterizedTest
  @EnumSource
  void givesEachTestAnEmptyDatabaseOfItsOwn(Server server) {
    try (TestDatabase one = server.database();
        TestDatabase other = server.database()) {
      one.execute("CREATE TABLE only_here (id INT)");
      assertEquals(List.of("only_here"), one.tables());
      assertEquals(List.of(), other.tables());
    }
  }

  @ParameterizedTest
  @EnumSource
  void isTheDatabaseThatItSays(Server server) {
    try (TestDatabase database = server.database()) {
      String version =
          database
              .query(
                  server == Server.SQLITE
                      ? "SELECT 'SQLite ' || sqlite_version()"
                      : "SELECT version()")
              .getFirst();
      String expected =
          switch (server) {
            case SQLITE -> "SQLite 3.";
            case POSTGRES, PGBOUNCER_SESSION, PGBOUNCER_TRANSACTION -> "PostgreSQL 18.";
            case POSTGRES_14 -> "PostgreSQL 14.";
            case POSTGRES_17 -> "PostgreSQL 17.";
            case MYSQL_8_4 -> "8.4.";
            case MYSQL -> "9.";
            case COCKROACH, COCKROACH_STAND_IN -> "CockroachDB CCL v";
          };
      assertTrue(version.startsWith(expected), version);
    }
  }
}
