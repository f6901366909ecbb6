package dev.slipway.driver.postgres;

import static dev.slipway.driver.postgres.CatalogSql.catalog;
import static dev.slipway.driver.postgres.CatalogSql.isMember;
import static dev.slipway.driver.postgres.CatalogSql.isOwn;
import static dev.slipway.driver.postgres.CatalogSql.key;

import java.util.Optional;

/**
 * Which rows of a catalog are compared, and which object each one describes, as SQL about the row
 * {@code t}. A catalog that is not named here has one row for each of its objects.
 *
 * @param from the catalog as {@code t}, and what it is joined with
 * @param object the object of a row
 * @param parent the object without which it does not exist, or NULL
 * @param own whether the object is neither built in nor a member of an extension
 * @param holder the object that shows the grants of one that is
 * @param condition which rows are part of the schema
 * @param prefix what the names of the properties start with, where an object has several rows
 */
record CatalogRows(
    String from,
    String object,
    String parent,
    String own,
    String holder,
    String condition,
    String prefix) {
  private static final String NONE = "NULL::text";

  /** A table whose index this is: an index of an extension's table is no member itself. */
  private static final String TABLE =
      "coalesce((SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = %1$s), %1$s)";

  private static final String IS_INDEX = "r.relkind IN ('i', 'I')";

  private static final String RELATION =
      """
      %1$s.relkind <> 't' AND %1$s.relpersistence <> 't' AND %1$s.relnamespace NOT IN (SELECT n.oid
        FROM pg_namespace n WHERE n.nspname IN ('pg_toast', 'information_schema'))""";

  private CatalogRows(String catalog, String object, String own) {
    this("pg_catalog." + catalog + " t", object, NONE, own, NONE, "true", "''");
  }

  /**
   * The rows of a catalog.
   *
   * @param namespace its column with the schema of each object
   */
  static CatalogRows of(String catalog, Optional<String> namespace, CatalogSql sql) {
    return switch (catalog) {
      case "pg_class" ->
          objects(catalog, namespace)
              .when("t.relkind <> 'c' AND " + RELATION.formatted("t"))
              .owned(isOwn(catalog("pg_class"), TABLE.formatted("t.oid")))
              .in(parentOfRelation());
      case "pg_attribute" ->
          ofRelation(catalog, "attrelid")
              .when("t.attnum > 0 AND NOT t.attisdropped AND r.relkind <> 'S'")
              .owned(
                  "%s AND NOT (r.relkind = 'c' AND %s)"
                      .formatted(
                          isOwn(catalog("pg_class"), TABLE.formatted("r.oid")),
                          isMember(catalog("pg_type"), "r.reltype")))
              // A column of an index has no name of its own.
              .named(
                  "CASE WHEN %s THEN %s ELSE %s END"
                      .formatted(
                          IS_INDEX,
                          key("pg_class", "r.oid"),
                          key(catalog("pg_class"), "r.oid", "t.attnum")))
              .in(
                  "CASE WHEN %s THEN NULL WHEN r.relkind = 'c' THEN %s ELSE %s END"
                      .formatted(IS_INDEX, key("pg_type", "r.reltype"), key("pg_class", "r.oid")))
              .prefixed(
                  "CASE WHEN %s THEN 'key ' || t.attnum || ' ' ELSE '' END".formatted(IS_INDEX));
      case "pg_attrdef" ->
          ofRelation(catalog, "adrelid").named(key(catalog("pg_class"), "r.oid", "t.adnum"));
      case "pg_index" -> ofRelation(catalog, "indexrelid");
      case "pg_sequence" -> ofRelation(catalog, "seqrelid");
      case "pg_inherits" -> ofRelation(catalog, "inhrelid");
      case "pg_partitioned_table" -> ofRelation(catalog, "partrelid");
      case "pg_foreign_table" -> ofRelation(catalog, "ftrelid");
      case "pg_rewrite" ->
          ofRelation(catalog, "ev_class")
              .named(
                  "CASE WHEN t.rulename = '_RETURN' THEN %s ELSE %s END"
                      .formatted(key("pg_class", "r.oid"), key("pg_rewrite", "t.oid")))
              .in(
                  "CASE WHEN t.rulename <> '_RETURN' THEN %s END"
                      .formatted(key("pg_class", "r.oid")));
      case "pg_trigger" -> triggers();
      case "pg_policy" ->
          ofRelation(catalog, "polrelid")
              .named(key("pg_policy", "t.oid"))
              .in(key("pg_class", "r.oid"))
              .owned("t.oid >= 16384");
      case "pg_constraint" -> constraints();
      case "pg_type" ->
          objects(catalog, namespace)
              .when(
                  """
                  (t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid
                      AND c.relkind = 'c')
                    OR NOT EXISTS (SELECT FROM pg_depend i
                      WHERE i.classid = 'pg_type'::regclass AND i.objid = t.oid
                        AND i.deptype = 'i'))""");
      case "pg_aggregate" -> ofProperty(catalog, "aggfnoid", "pg_proc", "pronamespace");
      case "pg_range" -> ofProperty(catalog, "rngtypid", "pg_type", "typnamespace");
      case "pg_enum" -> ofProperty(catalog, "enumtypid", "pg_type", "typnamespace");
      case "pg_ts_config_map" ->
          ofProperty(catalog, "mapcfg", "pg_ts_config", "cfgnamespace")
              .prefixed(
                  """
                  'token type ' || t.maptokentype || ' ' || row_number()
                    OVER (PARTITION BY t.mapcfg, t.maptokentype ORDER BY t.mapseqno) || ' '""");
      case "pg_statistic_ext" -> objects(catalog, namespace).in(key("pg_class", "t.stxrelid"));
      case "pg_amop", "pg_amproc" -> {
        String family = "t." + catalog.substring("pg_".length()) + "family";
        yield objects(catalog, namespace)
            .in(key("pg_opfamily", family))
            // What belongs to an extension's operator family is no member of the extension.
            .owned(
                isOwn(catalog(catalog), "t.oid")
                    + " AND NOT "
                    + isMember(catalog("pg_opfamily"), family));
      }
      case "pg_namespace" ->
          objects(catalog, namespace)
              .when(
                  "t.nspname !~ '^pg_(toast|(toast_)?temp_)' AND t.nspname <> 'information_schema'")
              .owned(isOwn(catalog(catalog), "t.oid") + " OR t.nspname = 'public'");
      case "pg_extension" -> objects(catalog, namespace).owned("true");
      case "pg_default_acl" -> defaultPrivileges(sql);
      case "pg_user_mapping" -> userMappings(sql);
      case "pg_publication_rel" ->
          objects(catalog, namespace).in(key("pg_publication", "t.prpubid"));
      case "pg_publication_namespace" ->
          objects(catalog, Optional.empty()).in(key("pg_publication", "t.pnpubid"));
      case "pg_subscription" ->
          objects(catalog, namespace)
              .when(
                  "t.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())");
      case "pg_description", "pg_seclabel" ->
          ofAny(catalog, "classoid", "objoid")
              .prefixed(catalog.equals("pg_seclabel") ? "t.provider || ' '" : "''");
      case "pg_depend" ->
          ofAny(catalog, "classid", "objid")
              .when(
                  """
                  (t.deptype = 'x' OR t.deptype = 'a' AND t.refobjsubid > 0 AND EXISTS (
                    SELECT FROM pg_class c WHERE t.classid = 'pg_class'::regclass
                      AND c.oid = t.objid AND c.relkind = 'S'))""");
      default -> objects(catalog, namespace);
    };
  }

  private static CatalogRows objects(String catalog, Optional<String> namespace) {
    CatalogRows rows =
        new CatalogRows(catalog, key(catalog, "t.oid"), isOwn(catalog(catalog), "t.oid"))
            .heldBy(CatalogSql.holder(catalog(catalog), "t.oid"));
    return namespace
        .map(
            column ->
                rows.in(
                        "CASE WHEN t.%1$s <> 0 THEN %2$s END"
                            .formatted(column, key("pg_namespace", "t." + column)))
                    .when(isLasting("t." + column)))
        .orElse(rows);
  }

  /** Rows about a relation, or about a part of it. */
  private static CatalogRows ofRelation(String catalog, String relation) {
    return new CatalogRows(
            catalog, key("pg_class", "r.oid"), isOwn(catalog("pg_class"), TABLE.formatted("r.oid")))
        .join("pg_class r ON r.oid = t." + relation)
        .when(RELATION.formatted("r"))
        .heldBy(CatalogSql.holder(catalog("pg_class"), "r.oid"));
  }

  /** Rows with more properties of an object of another catalog. */
  private static CatalogRows ofProperty(
      String catalog, String column, String owner, String namespace) {
    return new CatalogRows(catalog, key(owner, "t." + column), isOwn(catalog(owner), "t." + column))
        .join(owner + " r ON r.oid = t." + column)
        .when(isLasting("r." + namespace));
  }

  /** Rows about an object of any catalog. Comments on large objects are data. */
  private static CatalogRows ofAny(String catalog, String objectCatalog, String oid) {
    String of = "t." + objectCatalog;
    String number = "t." + oid;
    return new CatalogRows(
            catalog,
            key(of, number, "t.objsubid"),
            isOwn(of, number)
                + " OR %s = 'pg_namespace'::regclass AND %s = 'public'::regnamespace"
                    .formatted(of, number))
        .when(
            """
            %1$s <> 'pg_largeobject'::regclass AND NOT EXISTS (SELECT FROM pg_class c
              WHERE %1$s = 'pg_class'::regclass AND c.oid = %2$s AND c.relpersistence = 't')"""
                .formatted(of, number));
  }

  /** Whether a schema does not contain temporary objects. */
  private static String isLasting(String namespace) {
    return "(%1$s = 0 OR %1$s <> pg_my_temp_schema() AND NOT pg_is_other_temp_schema(%1$s))"
        .formatted(namespace);
  }

  /** The constraint of an index, the table of an index or of a column's sequence, or the schema. */
  private static String parentOfRelation() {
    return """
        CASE WHEN t.relkind IN ('i', 'I') THEN coalesce(
            (SELECT %s FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = t.oid
              AND d.deptype = 'i' AND d.refclassid = 'pg_constraint'::regclass),
            (SELECT %s FROM pg_index i WHERE i.indexrelid = t.oid))
          WHEN t.relkind = 'S' THEN coalesce(
            (SELECT %s FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = t.oid
              AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass
              AND d.refobjsubid > 0), %4$s)
          ELSE %4$s END"""
        .formatted(
            key("pg_constraint", "d.refobjid"),
            key("pg_class", "i.indrelid"),
            key("pg_class", "d.refobjid"),
            key("pg_namespace", "t.relnamespace"));
  }

  /** The server's own triggers of a constraint are a property of it if they are disabled. */
  private static CatalogRows triggers() {
    return ofRelation("pg_trigger", "tgrelid")
        .when("(NOT t.tgisinternal OR t.tgenabled <> 'O')")
        .named(
            "CASE WHEN t.tgisinternal AND t.tgconstraint <> 0 THEN %s ELSE %s END"
                .formatted(key("pg_constraint", "t.tgconstraint"), key("pg_trigger", "t.oid")))
        .in(
            "CASE WHEN NOT t.tgisinternal OR t.tgconstraint = 0 THEN %s END"
                .formatted(key("pg_class", "r.oid")))
        .prefixed(
            "CASE WHEN t.tgisinternal AND t.tgconstraint <> 0 THEN 'trigger ' || %s || ' on ' || %s || ' ' ELSE '' END"
                .formatted(
                    CatalogSql.name(catalog("pg_proc"), "t.tgfoid", "0"),
                    CatalogSql.name(catalog("pg_class"), "r.oid", "0")));
  }

  /** The name of a NOT NULL constraint depends on the order of the statements. */
  private static CatalogRows constraints() {
    return objects("pg_constraint", Optional.of("connamespace"))
        .owned(
            "(%s OR %s)"
                .formatted(
                    isOwn(catalog("pg_class"), "t.conrelid"),
                    isOwn(catalog("pg_type"), "t.contypid")))
        .named(
            "CASE WHEN t.contype <> 'n' THEN %s WHEN t.conrelid <> 0 THEN %s ELSE %s END"
                .formatted(
                    key("pg_constraint", "t.oid"),
                    key(catalog("pg_class"), "t.conrelid", "t.conkey[1]"),
                    key("pg_type", "t.contypid")))
        .in(
            "CASE WHEN t.contype = 'n' THEN NULL WHEN t.conrelid <> 0 THEN %s ELSE %s END"
                .formatted(key("pg_class", "t.conrelid"), key("pg_type", "t.contypid")));
  }

  private static CatalogRows defaultPrivileges(CatalogSql sql) {
    return objects("pg_default_acl", Optional.of("defaclnamespace"))
        .named(defaultPrivilegesKey(sql));
  }

  /** The key of default privileges, which the server's own name is not. */
  static String defaultPrivilegesKey(CatalogSql sql) {
    return """
            'default privileges' || chr(9) || 'for ' || %s || coalesce(' in schema ' || (
                SELECT quote_ident(n.nspname) FROM pg_namespace n WHERE n.oid = t.defaclnamespace), '')
              || ' on ' || CASE t.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences'
                WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas'
                WHEN 'L' THEN 'large objects' ELSE t.defaclobjtype::text END"""
        .formatted(sql.role("t.defaclrole"));
  }

  /** From the view, which every login may read. */
  private static CatalogRows userMappings(CatalogSql sql) {
    return new CatalogRows(
            "pg_user_mapping",
            "'user mapping' || chr(9) || 'for ' || %s || ' on server ' || %s"
                .formatted(
                    sql.role("t.umuser"),
                    CatalogSql.name(catalog("pg_foreign_server"), "t.umserver", "0")),
            isOwn(catalog("pg_user_mapping"), "t.oid"))
        .readFrom(
            """
            (SELECT umid AS oid, umuser, srvid AS umserver, umoptions
              FROM pg_user_mappings) t""")
        .in(key("pg_foreign_server", "t.umserver"));
  }

  private CatalogRows readFrom(String sql) {
    return new CatalogRows(sql, object, parent, own, holder, condition, prefix);
  }

  private CatalogRows join(String sql) {
    return readFrom(from + " JOIN pg_catalog." + sql);
  }

  private CatalogRows named(String sql) {
    return new CatalogRows(from, sql, parent, own, holder, condition, prefix);
  }

  private CatalogRows in(String sql) {
    return new CatalogRows(from, object, sql, own, holder, condition, prefix);
  }

  private CatalogRows owned(String sql) {
    return new CatalogRows(from, object, parent, sql, holder, condition, prefix);
  }

  private CatalogRows heldBy(String sql) {
    return new CatalogRows(from, object, parent, own, sql, condition, prefix);
  }

  private CatalogRows when(String sql) {
    return new CatalogRows(from, object, parent, own, holder, condition + " AND " + sql, prefix);
  }

  private CatalogRows prefixed(String sql) {
    return new CatalogRows(from, object, parent, own, holder, condition, sql);
  }
}
