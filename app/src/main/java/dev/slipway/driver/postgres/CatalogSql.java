package dev.slipway.driver.postgres;

import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SqlQuoting;

/**
 * SQL that prints what system catalogs refer to by number, so that two databases with one schema
 * print the same. It expects the search path {@code pg_catalog}.
 *
 * @param migrator the OID of the role that owns the history
 */
record CatalogSql(String migrator) {
  /** Separates kind and name in a key: no kind contains it. */
  static final char SEPARATOR = '\t';

  /** In place of the owner of an object, in its grants. */
  static final String OWNER = "the owner";

  /** The schema of what is built in, as a key. */
  static final String BUILT_IN = "'schema' || chr(9) || 'pg_catalog'";

  private static final int FIRST_USER_OID = 16_384;

  /** A catalog as a constant of type regclass. */
  static String catalog(String name) {
    return "'pg_catalog." + name + "'::regclass";
  }

  /** The kind and name of an object, with {@link #SEPARATOR} between them. */
  static String key(String catalog, String oid, String column) {
    return """
        (SELECT CASE WHEN o.type LIKE '%% column' THEN 'column'
          WHEN o.type LIKE '%% constraint' THEN 'constraint' ELSE o.type END || chr(9) || o.identity
          FROM pg_identify_object(%s, %s, %s) o)"""
        .formatted(catalog, oid, column);
  }

  /** The same for a whole object of a catalog. */
  static String key(String catalog, String oid) {
    return key(catalog(catalog), oid, "0");
  }

  /** The name of an object. */
  static String name(String catalog, String oid, String column) {
    return "(SELECT o.identity FROM pg_identify_object(%s, %s, %s) o)"
        .formatted(catalog, oid, column);
  }

  /** Whether an object is a member of an extension. */
  static String isMember(String catalog, String oid) {
    return "EXISTS (SELECT FROM pg_depend e WHERE e.classid = %s AND e.objid = %s AND e.deptype = 'e')"
        .formatted(catalog, oid);
  }

  /** Whether an object is neither built in nor a member of an extension. */
  static String isOwn(String catalog, String oid) {
    return "(%s >= %d AND NOT %s)".formatted(oid, FIRST_USER_OID, isMember(catalog, oid));
  }

  /** The extension that an object is a member of, or else {@link #BUILT_IN}. */
  static String holder(String catalog, String oid) {
    return """
        coalesce((SELECT %s FROM pg_depend e WHERE e.classid = %s AND e.objid = %s
          AND e.deptype = 'e' LIMIT 1), %s)"""
        .formatted(key("pg_extension", "e.refobjid"), catalog, oid, BUILT_IN);
  }

  /** A role's name; that of the migrator and of all roles is a word. */
  String role(String oid) {
    return "CASE %1$s WHEN %2$s THEN %3$s WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(%1$s)) END"
        .formatted(oid, migrator, SqlQuoting.literal(SchemaObject.MIGRATOR));
  }

  /**
   * In what grants differ from those that an object starts with; NULL if in nothing. The grantor
   * does not count.
   */
  String grants(String acl, String start, String owner) {
    return """
        (SELECT string_agg(w.entry, '; ' ORDER BY w.entry) FROM (
          SELECT x.sign || CASE x.grantee WHEN %s THEN '%s' ELSE %s END || '='
            || string_agg(x.privilege, ',' ORDER BY x.privilege) AS entry
          FROM ((%s EXCEPT %s) UNION ALL (%s EXCEPT %s)) x GROUP BY x.sign, x.grantee) w)"""
        .formatted(
            owner,
            OWNER,
            role("x.grantee"),
            entries("''", acl),
            entries("''", start),
            entries("'without '", start),
            entries("'without '", acl));
  }

  private static String entries(String sign, String acl) {
    return """
        SELECT %s AS sign, grantee, privilege_type
          || CASE WHEN is_grantable THEN '*' ELSE '' END AS privilege FROM aclexplode(%s)"""
        .formatted(sign, acl);
  }

  /** A text that changes with a secret, and does not tell it. */
  static String hidden(String text) {
    return "'hidden, ' || left(encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 8)".formatted(text);
  }
}
