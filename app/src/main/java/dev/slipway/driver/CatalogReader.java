package dev.slipway.driver;

import java.sql.Connection;
import java.sql.SQLException;

/** Reads the objects of a schema from the catalog of a database. */
public interface CatalogReader {
  /** Receives the objects. */
  interface ObjectHandler {
    /**
     * Receives an object.
     *
     * @param object its kind and name, such as {@code table t}
     * @param table the table that it belongs to; empty where it belongs to none
     * @param definition its definition as the database has it
     */
    void accept(String object, String table, String definition);
  }

  /** Reads all objects of the connection's schema, in no order. */
  void read(Connection connection, ObjectHandler objects) throws SQLException;
}
