package dev.slipway.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;

/** Finds the statements that turn one schema into another. */
public interface SchemaPlanner {
  /**
   * What the caller wants.
   *
   * @param excluded tables that are left out with all that belongs to them, such as the history
   * @param renames new names by old names, as {@code --rename} gives them: {@code table=table}, or
   *     {@code table.column=table.column} with the old table in both
   * @param managedOnly whether the target is the database of an ORM: then owners and grants are not
   *     compared, and of the objects that the target lacks, only those of the kinds that ORMs
   *     create are removed
   */
  record Request(Set<String> excluded, Map<String, String> renames, boolean managedOnly) {}

  /**
   * The statements that lead from the schema of one database to that of another, in an order in
   * which they can run. Equal schemas give no statement. The reverse plan is that of the exchanged
   * connections and renames.
   *
   * @param start a connection without a transaction, which is only read
   * @param target the same, to a database of the same server version
   */
  SchemaPlan plan(Connection start, Connection target, Request request) throws SQLException;
}
