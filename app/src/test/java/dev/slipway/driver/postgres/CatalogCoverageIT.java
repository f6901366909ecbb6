package dev.slipway.driver.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.SchemaContents;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each column of each system catalog is compared, or listed with a reason. */
class CatalogCoverageIT {
  private static final String COLUMNS =
      """
      SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a
        ON a.attrelid = c.oid AND a.attnum > 0
      WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r'""";

  static Stream<Server> servers() {
    return Server.available().filter(server -> server.family() == Server.Family.POSTGRES);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void everyColumnIsComparedOrListed(Server server) throws SQLException {
    try (TestDatabase database = server.database();
        Connection connection = database.connect()) {
      SchemaContents contents = new PostgresSchemaReader().read(connection, Set.of());
      // A column whose numbers mean nothing to the reader is one that it has not read.
      assertEquals(List.of(), contents.unread());
    }
  }

  /** An entry of the list that no version has would hide a column of that name. */
  @ParameterizedTest
  @MethodSource("servers")
  void theListNamesOnlyWhatExists(Server server) {
    try (TestDatabase database = server.database()) {
      Set<String> existing = new TreeSet<>(database.query(COLUMNS));
      Set<String> catalogs =
          existing.stream()
              .map(column -> column.substring(0, column.indexOf('.')))
              .collect(Collectors.toSet());
      Set<String> unknown = new TreeSet<>(IgnoredCatalogs.all().keySet());
      unknown.removeAll(existing);
      unknown.removeAll(catalogs);
      // Version 18 has all of them but this one.
      boolean newest =
          database
              .query("SELECT current_setting('server_version_num')::int >= 180000")
              .contains("true");
      if (newest) {
        assertEquals(Set.of("pg_attribute.attcacheoff"), unknown);
      }
      assertTrue(
          IgnoredCatalogs.all().values().stream().noneMatch(String::isBlank),
          "an entry has no reason");
    }
  }

  /** No value is the number of an object or of a column, so no two databases differ by numbers. */
  @ParameterizedTest
  @MethodSource("servers")
  void columnsOfNumbersArePrintedByName(Server server) {
    try (TestDatabase database = server.database()) {
      Set<String> numbers =
          new TreeSet<>(
              database.query(
                  COLUMNS
                      + " AND format_type(a.atttypid, -1) IN ('oid', 'oid[]', 'oidvector',"
                      + " 'int2vector', 'smallint[]', 'regproc', 'pg_node_tree')"));
      Set<String> declared =
          new TreeSet<>(
              database.query(
                  "SELECT fktable::text || '.' || c FROM pg_get_catalog_foreign_keys(),"
                      + " unnest(fkcols) c"));
      for (String number : numbers) {
        int dot = number.indexOf('.');
        CatalogColumn column =
            new CatalogColumn(number.substring(0, dot), number.substring(dot + 1), "oid", true);
        boolean known =
            declared.contains(number)
                || IgnoredCatalogs.reason(column).isPresent()
                || new CatalogValues(new CatalogSql("10"), Map.of(), 18).print(column).isPresent();
        assertTrue(known, number + " is printed as a number");
      }
    }
  }
}
