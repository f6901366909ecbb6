package dev.slipway.driver;

import dev.slipway.error.SlipwayException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** The checks of a server and a schema that every command makes before it uses them. */
public final class ServerCheck {
  private ServerCheck() {}

  /**
   * Rejects a server of another kind than the DSN names.
   *
   * @throws SlipwayException (usage) that names the server's product
   */
  public static void requireKind(Connection connection, DatabaseDriver driver) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query(driver, Optional.empty()))) {
      row.next();
      driver.historySql().requireServer(row.getString("version"));
    }
  }

  /**
   * The same, and rejects a schema that does not exist, or that the login may not use.
   *
   * @throws SlipwayException (usage)
   */
  public static void requireSchema(Connection connection, DatabaseDriver driver, String schema)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query(driver, Optional.of(schema)))) {
      row.next();
      check(row, driver, Optional.of(schema));
    }
  }

  private static String query(DatabaseDriver driver, Optional<String> schema) {
    return driver.historySql().serverQuery("", schema);
  }

  /**
   * The same for a row of {@link HistorySql#serverQuery}.
   *
   * @param schema the schema of the query; empty for the current one
   */
  public static void check(ResultSet row, DatabaseDriver driver, Optional<String> schema)
      throws SQLException {
    HistorySql sql = driver.historySql();
    sql.requireServer(row.getString("version"));
    String name = row.getString("schema_name");
    if (name == null) {
      throw sql.schemaMissing(schema);
    }
    if (!row.getBoolean("usable")) {
      throw SlipwayException.usageError("the login may not use the schema `" + name + "`")
          .hint(
              "grant it: GRANT USAGE, CREATE ON SCHEMA "
                  + driver.quote(name)
                  + " TO "
                  + driver.quote(row.getString("user_name")));
    }
  }
}
