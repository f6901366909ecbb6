package dev.slipway.driver.postgres;

import static dev.slipway.driver.postgres.CatalogSql.catalog;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * SQL that prints the values of catalog columns: expressions as the server prints them, and names
 * in place of numbers. Which column refers to which catalog, the server says itself.
 *
 * @param sql prints names
 * @param references what the columns refer to, by catalog and column
 * @param version the major version of the server
 */
record CatalogValues(CatalogSql sql, Map<String, Reference> references, int version) {
  /**
   * What the numbers in a column mean.
   *
   * @param relation the column with the table, if these are numbers of its columns
   * @param catalog the catalog with the objects
   * @param array whether a value has several numbers
   */
  record Reference(Optional<String> relation, String catalog, boolean array) {}

  /** What another query prints better than a column. */
  static final Map<String, String> LISTS =
      Map.of(
          "values",
          """
          SELECT 'pg_type'::regclass, t.oid,
            string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
          FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid GROUP BY t.oid""",
          "attributes",
          """
          SELECT 'pg_type'::regclass, c.reltype,
            string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          WHERE c.relkind = 'c' AND NOT a.attisdropped AND a.attnum > 0 GROUP BY c.reltype""",
          "TOAST options",
          """
          SELECT 'pg_class'::regclass, c.oid, (
            SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(x.reloptions) o)
          FROM pg_class c JOIN pg_class x ON x.oid = c.reltoastrelid
          WHERE x.reloptions IS NOT NULL AND c.relpersistence <> 't'""");

  /** Columns that the server prints itself. What it prints may be spelled in several ways. */
  private static final Map<String, String> EXPRESSIONS =
      Map.ofEntries(
          Map.entry("pg_attrdef.adbin", "pg_get_expr(t.adbin, t.adrelid)"),
          Map.entry("pg_class.relpartbound", "pg_get_expr(t.relpartbound, t.oid)"),
          // Whether its rows were checked is another property.
          Map.entry(
              "pg_constraint.conbin",
              "regexp_replace(pg_get_constraintdef(t.oid), ' NOT VALID$', '')"),
          Map.entry("pg_index.indexprs", "pg_get_expr(t.indexprs, t.indrelid)"),
          Map.entry("pg_index.indpred", "pg_get_expr(t.indpred, t.indrelid)"),
          Map.entry("pg_policy.polqual", "pg_get_expr(t.polqual, t.polrelid)"),
          Map.entry("pg_policy.polwithcheck", "pg_get_expr(t.polwithcheck, t.polrelid)"),
          Map.entry(
              "pg_rewrite.ev_action",
              "CASE WHEN t.rulename = '_RETURN' THEN pg_get_viewdef(t.ev_class)"
                  + " ELSE pg_get_ruledef(t.oid) END"),
          Map.entry("pg_proc.proargdefaults", "pg_get_expr(t.proargdefaults, 0)"),
          Map.entry("pg_proc.prosqlbody", "pg_get_function_sqlbody(t.oid)"),
          Map.entry("pg_partitioned_table.partexprs", "pg_get_expr(t.partexprs, t.partrelid)"),
          Map.entry("pg_trigger.tgqual", "pg_get_triggerdef(t.oid)"),
          Map.entry("pg_publication_rel.prqual", "pg_get_expr(t.prqual, t.prrelid)"),
          Map.entry("pg_statistic_ext.stxexprs", "pg_get_expr(t.stxexprs, t.stxrelid)"),
          Map.entry("pg_type.typdefaultbin", "pg_get_expr(t.typdefaultbin, 0)"));

  private static final Map<String, String> PRINTED =
      Map.ofEntries(
          // The text as it was written: a rename does not change it.
          Map.entry(
              "pg_type.typdefault", "CASE WHEN t.typdefaultbin IS NULL THEN t.typdefault END"),
          Map.entry("pg_attribute.atttypid", "format_type(t.atttypid, t.atttypmod)"),
          Map.entry("pg_type.typbasetype", "format_type(nullif(t.typbasetype, 0), t.typtypmod)"),
          // Of a key, it depends on whether its partition was attached.
          Map.entry(
              "pg_constraint.connoinherit",
              "CASE WHEN t.contype IN ('c', 'n') AND t.connoinherit THEN 'on' END"),
          Map.entry(
              "pg_class.relispopulated",
              "CASE WHEN t.relkind = 'm' AND t.relispopulated THEN 'on' END"),
          // PostgreSQL 17.12 counts versions of a column here, which its pg_dump does not print.
          Map.entry(
              "pg_attribute.attoptions",
              "(SELECT string_agg(v, ', ' ORDER BY v) FROM unnest(t.attoptions) v"
                  + " WHERE v NOT LIKE 'pg\\_attver=%')"),
          Map.entry("pg_subscription.subconninfo", CatalogSql.hidden("t.subconninfo")),
          Map.entry("pg_user_mapping.umoptions", options("t.umoptions")),
          Map.entry("pg_foreign_server.srvoptions", options("t.srvoptions")),
          Map.entry(
              "pg_depend.refobjid", CatalogSql.name("t.refclassid", "t.refobjid", "t.refobjsubid")),
          // Numbers that mean the same everywhere.
          Map.entry("pg_index.indoption", "t.indoption::text"));

  /** Arrays of column numbers, which the catalog does not mark as such. */
  private static final Map<String, String> COLUMN_NUMBERS =
      Map.of("pg_publication_rel.prattrs", "prrelid", "pg_constraint.confdelsetcols", "conrelid");

  /** Lists in which the order means nothing, or follows from the numbers of columns. */
  private static final Set<String> UNORDERED =
      Set.of(
          "pg_class.reloptions",
          "pg_attribute.attfdwoptions",
          "pg_foreign_table.ftoptions",
          "pg_foreign_data_wrapper.fdwoptions",
          "pg_proc.proconfig",
          "pg_policy.polroles",
          "pg_extension.extconfig",
          "pg_statistic_ext.stxkeys",
          "pg_statistic_ext.stxkind",
          "pg_publication_rel.prattrs",
          "pg_event_trigger.evttags");

  /** The kind of an object for {@code acldefault}, and the column with its owner. */
  private static final Map<String, String[]> GRANTS =
      Map.of(
          "pg_class",
          new String[] {"CASE t.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\"", "t.relowner"},
          "pg_attribute",
          new String[] {"'c'", "r.relowner"},
          "pg_proc",
          new String[] {"'f'", "t.proowner"},
          "pg_namespace",
          new String[] {"'n'", "t.nspowner"},
          "pg_type",
          new String[] {"'T'", "t.typowner"},
          "pg_language",
          new String[] {"'l'", "t.lanowner"},
          "pg_foreign_data_wrapper",
          new String[] {"'F'", "t.fdwowner"},
          "pg_foreign_server",
          new String[] {"'S'", "t.srvowner"});

  /** Whether one meaning can have several spellings in a column. */
  static boolean isExpression(CatalogColumn column) {
    return EXPRESSIONS.containsKey(column.key());
  }

  /** Whether a column holds a secret, which is compared by its hash where the login may read it. */
  static boolean isSecret(CatalogColumn column) {
    return column.key().equals("pg_subscription.subconninfo")
        || column.key().equals("pg_user_mapping.umoptions");
  }

  /**
   * The value of a column as text, NULL where it is off; empty if the values are numbers of which
   * nothing is known.
   */
  Optional<String> print(CatalogColumn column) {
    String key = column.key();
    String raw = "t." + column.name();
    if (EXPRESSIONS.containsKey(key)) {
      return Optional.of(EXPRESSIONS.get(key));
    }
    if (PRINTED.containsKey(key)) {
      return Optional.of(PRINTED.get(key));
    }
    if (column.isGrants()) {
      return Optional.of(grants(column, raw));
    }
    if (key.equals("pg_namespace.nspowner")) {
      return Optional.of("CASE WHEN NOT %s THEN %s END".formatted(isDefaultPublic(), owner(raw)));
    }
    Reference reference = references.get(key);
    if (COLUMN_NUMBERS.containsKey(key)) {
      reference = new Reference(Optional.of(COLUMN_NUMBERS.get(key)), "pg_attribute", true);
    }
    if (reference != null) {
      return Optional.of(names(reference, raw, UNORDERED.contains(key)));
    }
    if (column.isInternal()) {
      return Optional.empty();
    }
    if (UNORDERED.contains(key)) {
      return Optional.of(
          "(SELECT string_agg(v, ', ' ORDER BY v) FROM unnest(%s::text[]) v)".formatted(raw));
    }
    return Optional.of(
        column.type().equals("boolean")
            ? "CASE WHEN %s THEN 'on' END".formatted(raw)
            : raw + "::text");
  }

  private String owner(String oid) {
    return sql.role(oid);
  }

  private String names(Reference reference, String raw, boolean unordered) {
    String order = unordered ? "1" : "u.n";
    if (reference.relation().isPresent()) {
      return """
          (SELECT string_agg(coalesce(a.attname, '(expression)'), ', ' ORDER BY %s)
            FROM unnest(%s::int2[]) WITH ORDINALITY u (v, n) LEFT JOIN pg_attribute a
              ON a.attrelid = t.%s AND a.attnum = u.v)"""
          .formatted(
              unordered ? "a.attname" : order,
              reference.array() ? raw : "ARRAY[" + raw + "]",
              reference.relation().get());
    }
    if (reference.array()) {
      String name = name(reference.catalog(), "u.v");
      return """
          (SELECT string_agg(coalesce(%s, '-'), ', ' ORDER BY %s)
            FROM unnest(%s::oid[]) WITH ORDINALITY u (v, n))"""
          .formatted(name, unordered ? "coalesce(" + name + ", '-')" : order, raw);
    }
    return "CASE WHEN %s <> 0 THEN %s END".formatted(raw, name(reference.catalog(), raw));
  }

  private String name(String catalog, String oid) {
    return catalog.equals("pg_authid")
        ? sql.role(oid)
        : CatalogSql.name(catalog(catalog), oid, "0");
  }

  /** In what the grants of an object differ from those it starts with. */
  private String grants(CatalogColumn column, String raw) {
    String[] kind = GRANTS.get(column.catalog());
    if (kind == null) {
      // Default privileges are themselves what other objects start with.
      return "CASE WHEN %s IS NOT NULL THEN %s END"
          .formatted(raw, sql.grants(raw, "NULL::aclitem[]", "t.defaclrole"));
    }
    String owner = kind[1];
    String ordinary = "acldefault(%s, %s)".formatted(kind[0], owner);
    boolean part = column.catalog().equals("pg_attribute");
    String initial =
        "(SELECT i.initprivs FROM pg_init_privs i WHERE i.classoid = %s AND i.objoid = %s AND i.objsubid = %s)"
            .formatted(
                catalog(part ? "pg_class" : column.catalog()),
                part ? "t.attrelid" : "t.oid",
                part ? "t.attnum" : "0");
    String usual =
        "CASE WHEN %1$s IS NOT NULL OR %2$s IS NOT NULL THEN %3$s END"
            .formatted(
                raw,
                initial,
                sql.grants(
                    "coalesce(%s, %s)".formatted(raw, ordinary),
                    "coalesce(%s, %s)".formatted(initial, ordinary),
                    owner));
    return column.catalog().equals("pg_namespace")
        ? "CASE WHEN t.nspname = 'public' THEN %s ELSE %s END"
            .formatted(grantsOfPublic(raw, ordinary), usual)
        : usual;
  }

  /**
   * In a database from before version 15, schema {@code public} has another owner, and everybody
   * may create objects in it. That is no difference between schemas.
   */
  private String grantsOfPublic(String raw, String ordinary) {
    String use = "makeaclitem(0, t.nspowner, 'USAGE', false)";
    String create = "makeaclitem(0, t.nspowner, 'CREATE', false)";
    String start =
        version < 15 ? ordinary + " || " + use + " || " + create : ordinary + " || " + use;
    String old =
        "CASE WHEN %s THEN ARRAY[%s] ELSE NULL::aclitem[] END"
            .formatted(version < 15 ? "false" : isOldPublic(), create);
    return sql.grants(
        "coalesce(%s, %s) || %s".formatted(raw, ordinary, old),
        "%s || %s".formatted(start, old),
        "t.nspowner");
  }

  private static String isOldPublic() {
    return """
        (t.nspname = 'public' AND (t.nspowner = 10 OR t.nspowner = (SELECT d.datdba
          FROM pg_database d WHERE d.datname = current_database())))""";
  }

  private String isDefaultPublic() {
    return version < 15
        ? isOldPublic()
        : "(%s OR t.nspname = 'public' AND pg_get_userbyid(t.nspowner) = 'pg_database_owner')"
            .formatted(isOldPublic());
  }

  /** Options with hidden values, which may be passwords. */
  private static String options(String raw) {
    return """
        (SELECT string_agg(split_part(v, '=', 1) || ' (' || %s || ')', ', ' ORDER BY v)
          FROM unnest(%s) v)"""
        .formatted(CatalogSql.hidden("v"), raw);
  }
}
