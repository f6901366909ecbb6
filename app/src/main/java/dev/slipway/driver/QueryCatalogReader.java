package dev.slipway.driver;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Reads a catalog with queries whose rows are an object, its table, and its definition. */
public class QueryCatalogReader implements CatalogReader {
  private final List<String> queries;

  /** A reader with these queries. */
  public QueryCatalogReader(List<String> queries) {
    this.queries = List.copyOf(queries);
  }

  @Override
  public void read(Connection connection, ObjectHandler objects) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String query : queries) {
        try (ResultSet row = statement.executeQuery(query)) {
          while (row.next()) {
            objects.accept(
                row.getString(1),
                String.valueOf(row.getString(2)),
                String.valueOf(row.getString(3)));
          }
        }
      }
    }
  }
}
