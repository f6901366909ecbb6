package dev.slipway.driver.sqlite;

import dev.slipway.driver.SessionOptions;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.SlipwayException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.jdbc4.JDBC4Connection;

/** Opens connections with SQLite's JDBC driver. */
final class SqliteConnections {
  private static final String IN_MEMORY = "jdbc:sqlite::memory:";

  private SqliteConnections() {}

  /** Opens a migrator's connection. */
  static Connection connect(Dsn dsn, SessionOptions session) throws SQLException {
    Map<String, String> pragmas = pragmas(dsn, Math.max(0, session.ddlLockTimeout().toMillis()));
    // Rebuilding a table, as SQLite asks for in most changes, would cascade into other tables; and
    // real histories fail with them on (a foreign key to a column without a unique index).
    pragmas.put("foreign_keys", "OFF");
    boolean missing = dsn.file().filter(file -> !Files.exists(file)).isPresent();
    return open(
        dsn, missing && !session.createsDatabase() ? IN_MEMORY : dsn.url(), pragmas, "IMMEDIATE");
  }

  /** Opens an empty database in memory, which ends with the connection. */
  static Connection inMemory() throws SQLException {
    loadLibrary();
    Properties properties = new Properties();
    properties.setProperty("limit_sql_length", "1000000000");
    return new JDBC4Connection(IN_MEMORY, IN_MEMORY.substring("jdbc:sqlite:".length()), properties);
  }

  /** Opens a connection of a pool. */
  static Connection openPooled(Dsn dsn) throws SQLException {
    Map<String, String> pragmas = pragmas(dsn, 5000);
    pragmas.putIfAbsent("foreign_keys", "ON");
    return open(
        dsn, dsn.url(), pragmas, dsn.properties().getOrDefault("transaction_mode", "IMMEDIATE"));
  }

  private static Map<String, String> pragmas(Dsn dsn, long busyMillis) {
    Map<String, String> pragmas = new LinkedHashMap<>(dsn.settings());
    pragmas.putIfAbsent("busy_timeout", String.valueOf(busyMillis));
    return pragmas;
  }

  private static Connection open(
      Dsn dsn, String url, Map<String, String> pragmas, String transactionMode)
      throws SQLException {
    Properties properties = new Properties();
    // A transaction that starts reading and then writes fails at once when another one wrote in
    // between, whatever the busy timeout; one that takes the lock at its start waits.
    properties.setProperty("transaction_mode", transactionMode);
    // As SQLite itself; the JDBC driver would reduce it to a million bytes.
    properties.setProperty("limit_sql_length", "1000000000");
    // Before the first statement, which may wait already.
    properties.setProperty("busy_timeout", pragmas.get("busy_timeout"));
    properties.setProperty(
        "open_mode",
        String.valueOf(
            SQLiteOpenMode.READWRITE.flag
                | SQLiteOpenMode.CREATE.flag
                | SQLiteOpenMode.OPEN_URI.flag
                | SQLiteOpenMode.FULLMUTEX.flag));
    if (!dsn.isJdbc()) {
      dsn.file().ifPresent(SqliteConnections::checkFolder);
    }
    String file = url.substring("jdbc:sqlite:".length());
    loadLibrary();
    Connection connection = new JDBC4Connection(url, file, properties);
    try (Statement statement = connection.createStatement()) {
      for (Map.Entry<String, String> pragma : pragmas.entrySet()) {
        statement.execute("PRAGMA " + pragma.getKey() + " = " + pragma.getValue());
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  /** The driver would do it at its first connection, and leave the second one a broken class. */
  private static void loadLibrary() {
    try {
      SQLiteJDBCLoader.initialize();
    } catch (Exception e) {
      System.getLogger("dev.slipway.driver").log(System.Logger.Level.DEBUG, "SQLite's library", e);
      // It unpacks the library, unless a folder that holds it is named.
      throw SlipwayException.usageError(
              "SQLite's native library cannot be loaded from the temporary folder "
                  + System.getProperty("java.io.tmpdir"))
          .hint(
              "make that folder writable and let it hold programs, or name another one in"
                  + " SLIPWAY_JAVA_OPTS=-Dorg.sqlite.tmpdir=...");
    }
  }

  /** SQLite says "unable to open database file" to all of this. */
  private static void checkFolder(Path file) {
    Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
    if (Files.isDirectory(file)) {
      throw SlipwayException.usageError("the SQLite file " + file + " is a folder");
    }
    if (!Files.isDirectory(folder.toAbsolutePath())) {
      throw SlipwayException.usageError("the folder of the SQLite file " + file + " does not exist")
          .hint(
              "create it, or correct the path in the DSN; sqlite:///a/b is absolute, sqlite://a/b"
                  + " is relative to the working directory");
    }
  }
}
