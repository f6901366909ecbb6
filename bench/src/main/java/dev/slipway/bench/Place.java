package dev.slipway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.UUID;

/** Where migrations run: a database server, reached directly or over a made network. */
sealed interface Place {
  /** The name in the tables. */
  String words();

  /** What the files have to be written for. */
  Corpus.Flavour flavour();

  /** A new, empty database. */
  Target fresh() throws SQLException, IOException;

  /** The database, gone. */
  void drop(Target target) throws SQLException, IOException;

  /** A database: as Slipway's DSN, as the JDBC URL of the same way, and past any made network. */
  record Target(String name, String dsn, String url, String directUrl) {}

  /** How many tables of the corpus's first shape are there: proof that the files have run. */
  default int orders(Target target) throws SQLException {
    String catalogue =
        flavour() == Corpus.Flavour.SQLITE
            ? "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name LIKE 'orders_%'"
            : "SELECT count(*) FROM information_schema.tables WHERE table_name LIKE 'orders_%'"
                + " AND '"
                + target.name()
                + "' IN (table_schema, table_catalog)";
    try (Connection connection = DriverManager.getConnection(target.directUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(catalogue)) {
      row.next();
      return row.getInt(1);
    }
  }

  /** A round trip to the database in milliseconds, the median of many. */
  default double roundTripMillis() throws SQLException, IOException {
    Target target = fresh();
    double[] millis = new double[101];
    try (Connection connection = DriverManager.getConnection(target.url());
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < millis.length; i++) {
        long started = System.nanoTime();
        statement.execute("SELECT 1");
        millis[i] = (System.nanoTime() - started) / 1e6;
      }
    }
    drop(target);
    Arrays.sort(millis);
    return millis[millis.length / 2];
  }

  /** Database names that never meet. */
  private static String name() {
    return "bench_" + UUID.randomUUID().toString().replace("-", "");
  }

  private static void execute(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Files in a folder, one for each database. */
  record Sqlite(Path folder) implements Place {
    @Override
    public String words() {
      return "SQLite";
    }

    @Override
    public Corpus.Flavour flavour() {
      return Corpus.Flavour.SQLITE;
    }

    @Override
    public Target fresh() {
      Path file = folder.resolve(name() + ".db");
      String url = "jdbc:sqlite:" + file;
      return new Target(file.toString(), "sqlite://" + file, url, url);
    }

    @Override
    public void drop(Target target) throws IOException {
      Files.deleteIfExists(Path.of(target.name()));
      Files.deleteIfExists(Path.of(target.name() + "-wal"));
      Files.deleteIfExists(Path.of(target.name() + "-shm"));
    }
  }

  /** A PostgreSQL on this machine; {@code port} is the way to it, perhaps through a proxy. */
  record Postgres(String words, int serverPort, int port) implements Place {
    @Override
    public Corpus.Flavour flavour() {
      return Corpus.Flavour.POSTGRES;
    }

    @Override
    public Target fresh() throws SQLException {
      String name = name();
      execute(url(serverPort, "postgres"), "CREATE DATABASE " + name);
      return target(name);
    }

    /** The same database by the way that this place stands for. */
    Target target(String name) {
      return new Target(
          name,
          "postgres://postgres:postgres@127.0.0.1:" + port + "/" + name + "?sslmode=disable",
          url(port, name),
          url(serverPort, name));
    }

    @Override
    public void drop(Target target) throws SQLException {
      execute(url(serverPort, "postgres"), "DROP DATABASE " + target.name() + " WITH (FORCE)");
    }

    private static String url(int port, String database) {
      return "jdbc:postgresql://127.0.0.1:"
          + port
          + "/"
          + database
          + "?user=postgres&password=postgres&sslmode=disable";
    }
  }

  /** A MySQL on this machine; {@code port} is the way to it, perhaps through a proxy. */
  record Mysql(String words, int serverPort, int port, String password) implements Place {
    @Override
    public Corpus.Flavour flavour() {
      return Corpus.Flavour.MYSQL;
    }

    @Override
    public Target fresh() throws SQLException {
      String name = name();
      execute(url(serverPort, ""), "CREATE DATABASE " + name);
      return new Target(
          name,
          "mysql://root:" + password + "@tcp(127.0.0.1:" + port + ")/" + name,
          url(port, name),
          url(serverPort, name));
    }

    @Override
    public void drop(Target target) throws SQLException {
      execute(url(serverPort, ""), "DROP DATABASE " + target.name());
    }

    private String url(int port, String database) {
      return "jdbc:mysql://127.0.0.1:"
          + port
          + "/"
          + database
          + "?user=root&password="
          + password
          + "&sslMode=DISABLED&allowPublicKeyRetrieval=true&allowMultiQueries=true";
    }
  }
}
