package dev.slipway.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** How a scratch database is made like a live one, and how one is emptied that the user named. */
public interface ScratchSupport {
  /** A query for the objects of a database: type as DROP names it, name, and identity. */
  String objectsQuery();

  /** SQL that allows objects to be dropped in any order; may be empty. */
  default String beforeDrop() {
    return "";
  }

  /** SQL that drops an object. */
  String dropObject(String type, String identity);

  /**
   * SQL that gives an empty database the settings of a live one which decide how migrations work in
   * it, such as its encoding.
   */
  default List<String> settingsSql(Connection live) throws SQLException {
    return List.of();
  }
}
