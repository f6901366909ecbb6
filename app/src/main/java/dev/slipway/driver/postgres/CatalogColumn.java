package dev.slipway.driver.postgres;

/**
 * A column of a system catalog.
 *
 * @param catalog the name of the catalog, such as {@code pg_class}
 * @param name the name of the column
 * @param type its type, as {@code format_type} prints it
 * @param readable whether the login may read it
 */
record CatalogColumn(String catalog, String name, String type, boolean readable) {
  /** Its name with that of its catalog. */
  String key() {
    return catalog + "." + name;
  }

  boolean isGrants() {
    return type.equals("aclitem[]");
  }

  /**
   * Whether its values are numbers or trees that differ between two databases with one schema,
   * unless something is known of them.
   */
  boolean isInternal() {
    return switch (type) {
      case "oid",
          "oid[]",
          "oidvector",
          "int2vector",
          "smallint[]",
          "regproc",
          "regprocedure",
          "pg_node_tree" ->
          true;
      default -> false;
    };
  }
}
