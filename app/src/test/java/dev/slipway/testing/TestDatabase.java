package dev.slipway.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A database of one test's own. Everything here goes past the code under test, by plain JDBC;
 * failures are {@link IllegalStateException}s that name the SQL. Thread-safe: each call opens a
 * connection of its own.
 */
public final class TestDatabase implements AutoCloseable {
  private final Server server;
  private final String dsn;
  private final Optional<String> password;
  private final String name;
  private final Door door;
  private final Runnable drop;

  /** Opens connections. */
  interface Door {
    Connection open() throws SQLException;
  }

  TestDatabase(
      Server server, String dsn, Optional<String> password, String name, Door door, Runnable drop) {
    this.server = server;
    this.dsn = dsn;
    this.password = password;
    this.name = name;
    this.door = door;
    this.drop = drop;
  }

  /** The same database, by way of another server on another port. */
  TestDatabase through(Server other, int port) {
    return new TestDatabase(
        other, dsn.replaceFirst("@[^/]*/", "@127.0.0.1:" + port + "/"), password, name, door, drop);
  }

  /** Where it is. */
  public Server server() {
    return server;
  }

  /** What its server has in common with other versions. */
  public Server.Family family() {
    return server.family();
  }

  /** In the form that {@code DSN} takes, password included. */
  public String dsn() {
    return dsn;
  }

  /** The DSN with more parameters: {@code name=value&…}. */
  public String dsn(String parameters) {
    return dsn + (dsn.contains("?") ? "&" : "?") + parameters;
  }

  /** The password in the DSN; SQLite has none. */
  public Optional<String> password() {
    return password;
  }

  /** The database's name, or SQLite's file. */
  public String name() {
    return name;
  }

  /** The name of this kind of database in the names of migration files. */
  public String dialect() {
    return switch (family()) {
      case SQLITE -> "sqlite3";
      case POSTGRES -> "postgres";
      case MYSQL -> "mysql";
      case COCKROACH -> "cockroach";
    };
  }

  /** Whether a failed transaction takes changes of the schema back. */
  public boolean transactionalDdl() {
    return switch (family()) {
      case SQLITE, POSTGRES -> true;
      case MYSQL, COCKROACH -> false;
    };
  }

  /** A new connection, in autocommit mode. The caller closes it. */
  public Connection connect() {
    try {
      return door.open();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot connect to " + this, e);
    }
  }

  /** Runs statements one by one, on one connection. */
  public void execute(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        try {
          statement.execute(sql);
        } catch (SQLException e) {
          throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A query's rows; a row's columns are joined by {@code |}, NULL is {@code null}. */
  public List<String> query(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> answer = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          row.add(String.valueOf(rows.getObject(column)));
        }
        answer.add(String.join("|", row));
      }
      return answer;
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
    }
  }

  /** The tables that are not the server's own, in lower case and in order. */
  public List<String> tables() {
    return switch (family()) {
      case SQLITE ->
          query(
              "SELECT lower(name) FROM sqlite_master WHERE type = 'table'"
                  + " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1");
      case POSTGRES, COCKROACH ->
          query(
              "SELECT lower(table_name) FROM information_schema.tables WHERE table_schema NOT IN"
                  + " ('pg_catalog', 'information_schema', 'crdb_internal', 'pg_extension')"
                  + " AND table_type = 'BASE TABLE' ORDER BY 1");
      case MYSQL ->
          query(
              "SELECT lower(table_name) FROM information_schema.tables"
                  + " WHERE table_schema = DATABASE() ORDER BY 1");
    };
  }

  /** Drops the database. */
  @Override
  public void close() {
    drop.run();
  }

  /** Safe to print. */
  @Override
  public String toString() {
    return server + ", database " + name;
  }
}
