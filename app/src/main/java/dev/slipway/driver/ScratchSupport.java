package dev.slipway.driver;

/** How a scratch database that the user has named is emptied. */
public interface ScratchSupport {
  /** A query for the objects of a database: type as DROP names it, name, and identity. */
  String objectsQuery();

  /** SQL that allows objects to be dropped in any order; may be empty. */
  default String beforeDrop() {
    return "";
  }

  /** SQL that drops an object. */
  String dropObject(String type, String identity);
}
