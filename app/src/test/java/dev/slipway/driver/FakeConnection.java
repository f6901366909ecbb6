package dev.slipway.driver;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.List;

/** A JDBC connection to a server that a function replaces. It supports plain statements only. */
final class FakeConnection {
  /** Answers a statement. */
  interface FakeServer {
    /** The values of the first column of a query, or the number of rows that an update changes. */
    Object execute(String sql) throws SQLException;
  }

  private FakeConnection() {}

  static Connection to(FakeServer server) {
    return proxy(
        Connection.class,
        (_, method, _) -> method.getName().equals("createStatement") ? statement(server) : null);
  }

  private static Statement statement(FakeServer server) {
    return proxy(
        Statement.class,
        (_, method, arguments) ->
            switch (method.getName()) {
              case "executeQuery" -> rows((List<?>) server.execute((String) arguments[0]));
              case "executeUpdate" -> server.execute((String) arguments[0]);
              default -> null;
            });
  }

  private static ResultSet rows(List<?> values) {
    Iterator<?> rows = values.iterator();
    Object[] current = new Object[1];
    return proxy(
        ResultSet.class,
        (_, method, _) ->
            switch (method.getName()) {
              case "next" -> {
                boolean present = rows.hasNext();
                current[0] = present ? rows.next() : null;
                yield present;
              }
              case "getString" -> current[0];
              default -> null;
            });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
