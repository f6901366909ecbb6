package dev.slipway.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes a schema as SQL that creates it in an empty database. */
public interface SchemaDumper {
  /**
   * The statements that create the schema of the connection's database, in an order in which they
   * can run. They are the same for the same schema. An object of a kind for which there is no
   * statement is left out: to find such objects, load the statements and compare the schemas.
   *
   * @param connection a connection without a transaction; it has its settings again afterwards
   * @param excluded tables that are left out with all that belongs to them
   */
  List<String> statements(Connection connection, Set<String> excluded) throws SQLException;

  /**
   * The same statements in an order in which rows can be inserted between two of them.
   *
   * @param connection as above
   * @param excluded as above
   */
  DumpSections sections(Connection connection, Set<String> excluded) throws SQLException;

  /** The statements as a file that the database's own shell can load. */
  default String script(List<String> statements) {
    return statements.stream().map(each -> each + ";\n").collect(Collectors.joining("\n"));
  }

  /** Whether the statements contain the grants on the objects. */
  default boolean writesGrants() {
    return true;
  }
}
