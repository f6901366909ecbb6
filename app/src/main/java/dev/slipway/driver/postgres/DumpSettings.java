package dev.slipway.driver.postgres;

import java.util.List;
import java.util.Set;

/**
 * The queries that print the statements which complete objects that exist: settings of columns and
 * tables, owners, privileges, and comments. Each row is the number of a catalog, the number of an
 * object in it, a statement, and the number of a column of the object, or 0. They run as those of
 * {@link DumpStatements} do.
 */
final class DumpSettings {
  private static final String OWNED_SEQUENCES =
      """
      SELECT 'pg_class'::regclass::oid, c.oid, format('ALTER SEQUENCE %%s OWNED BY %%s.%%I',
        c.oid::regclass, i.refobjid::regclass, a.attname), 0
      FROM pg_depend i JOIN pg_class c ON c.oid = i.objid
        JOIN pg_attribute a ON a.attrelid = i.refobjid AND a.attnum = i.refobjsubid
      WHERE i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass
        AND c.relkind = 'S' AND i.deptype = 'a' AND i.refobjid <> ALL (:excluded) AND %s"""
          .formatted(DumpStatements.ownTable());

  private static final String COLUMNS =
      """
      SELECT 'pg_class'::regclass::oid, c.oid, format('ALTER TABLE ONLY %%s ALTER COLUMN %%I SET %%s',
        c.oid::regclass, a.attname, x.s), a.attnum
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        JOIN pg_type t ON t.oid = a.atttypid
        CROSS JOIN LATERAL (
          SELECT format('STATISTICS %%s', a.attstattarget) WHERE a.attstattarget >= 0
          UNION ALL SELECT 'STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN'
            WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
            WHERE a.attstorage <> t.typstorage
          UNION ALL SELECT 'COMPRESSION ' || CASE a.attcompression WHEN 'p' THEN 'pglz'
            ELSE 'lz4' END WHERE a.attcompression <> ''
          UNION ALL SELECT '(' || string_agg(o, ', ' ORDER BY o) || ')'
            FROM unnest(a.attoptions) o WHERE o NOT LIKE 'pg\\_attver=%%') x (s)
      WHERE x.s IS NOT NULL AND c.relkind IN ('r', 'p', 'm') AND NOT a.attisdropped AND %s"""
          .formatted(DumpStatements.ownTable());

  private static final String TABLES =
      """
      SELECT 'pg_class'::regclass::oid, c.oid, format('ALTER TABLE %%s %%s', c.oid::regclass, x.s), 0
      FROM pg_class c CROSS JOIN LATERAL (
        SELECT 'ENABLE ROW LEVEL SECURITY' WHERE c.relrowsecurity
        UNION ALL SELECT 'FORCE ROW LEVEL SECURITY' WHERE c.relforcerowsecurity
        UNION ALL SELECT 'REPLICA IDENTITY ' || CASE c.relreplident WHEN 'n' THEN 'NOTHING'
          ELSE 'FULL' END WHERE c.relreplident IN ('n', 'f') AND c.relkind IN ('r', 'p')
        UNION ALL SELECT format('REPLICA IDENTITY USING INDEX %%I', i.relname)
          FROM pg_index k JOIN pg_class i ON i.oid = k.indexrelid
          WHERE k.indrelid = c.oid AND k.indisreplident
        UNION ALL SELECT format('CLUSTER ON %%I', i.relname)
          FROM pg_index k JOIN pg_class i ON i.oid = k.indexrelid
          WHERE k.indrelid = c.oid AND k.indisclustered) x (s)
      WHERE c.relkind IN ('r', 'p', 'm') AND %s"""
          .formatted(DumpStatements.ownTable());

  /** All objects that have an owner and privileges, with the words that name them in statements. */
  private static final String OWNED =
      """
      SELECT 'pg_namespace'::regclass::oid AS class, n.oid, 'SCHEMA' AS kind, 'SCHEMA' AS whose,
        quote_ident(n.nspname) AS name, n.nspowner AS owner, n.nspacl AS acl, 'n'::"char" AS type
      FROM pg_namespace n WHERE n.nspname = 'public' OR %1$s
      UNION ALL SELECT 'pg_class'::regclass, c.oid, CASE c.relkind WHEN 'S' THEN 'SEQUENCE'
          WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
        CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass::text, c.relowner,
        c.relacl, CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"
      FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND %2$s
        AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_class'::regclass
          AND i.objid = c.oid AND i.deptype IN ('a', 'i') AND i.refclassid = 'pg_class'::regclass
          AND i.refobjid = ANY (:excluded))
      UNION ALL SELECT 'pg_proc'::regclass, p.oid, CASE p.prokind WHEN 'p' THEN 'PROCEDURE'
          WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
        CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
        (pg_identify_object('pg_proc'::regclass, p.oid, 0)).identity, p.proowner, p.proacl, 'f'
      FROM pg_proc p WHERE %3$s
      UNION ALL SELECT 'pg_type'::regclass, t.oid, CASE t.typtype WHEN 'd' THEN 'DOMAIN'
          ELSE 'TYPE' END, 'TYPE', t.oid::regtype::text, t.typowner, t.typacl, 'T'
      FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
      WHERE %4$s AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')"""
          .formatted(
              DumpStatements.own("pg_namespace", "n.oid"),
              DumpStatements.ownTable(),
              DumpStatements.own("pg_proc", "p.oid"),
              DumpStatements.own("pg_type", "t.oid"));

  private static final String OWNERS =
      """
      SELECT o.class, o.oid, format('ALTER %%s %%s OWNER TO %%I', o.kind, o.name,
        pg_get_userbyid(o.owner)), 0
      FROM (%s) o WHERE o.owner <> :migrator AND o.oid >= 16384
        AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = o.class AND i.objid = o.oid
          AND i.deptype IN ('a', 'i') AND i.refclassid = 'pg_class'::regclass)"""
          .formatted(OWNED);

  /** The difference of two sets of privileges; the owner of the history is who loads the dump. */
  private static final String PRIVILEGES =
      """
      SELECT o.class, o.oid, format(x.s, x.p, %2$s, CASE x.g WHEN 0 THEN 'PUBLIC'
          WHEN :migrator THEN 'CURRENT_USER' ELSE quote_ident(pg_get_userbyid(x.g)) END)
        || CASE WHEN x.s LIKE 'GRANT%%' AND x.o THEN ' WITH GRANT OPTION' ELSE '' END, 0
      FROM (%1$s) o CROSS JOIN LATERAL (
        SELECT 'REVOKE %%s ON %%s FROM %%s', privilege_type, grantee, is_grantable
        FROM (SELECT privilege_type, grantee, is_grantable FROM aclexplode(o.before)
          EXCEPT SELECT privilege_type, grantee, is_grantable FROM aclexplode(o.acl)) r
        UNION ALL SELECT 'GRANT %%s ON %%s TO %%s', privilege_type, grantee, is_grantable
        FROM (SELECT privilege_type, grantee, is_grantable FROM aclexplode(o.acl)
          EXCEPT SELECT privilege_type, grantee, is_grantable FROM aclexplode(o.before)) a
      ) x (s, p, g, o)""";

  private static final String GRANTS =
      PRIVILEGES.formatted(
          """
          SELECT o.class, o.oid, o.whose || ' ' || o.name AS what, o.acl, coalesce((
            SELECT i.initprivs FROM pg_init_privs i WHERE i.classoid = o.class
              AND i.objoid = o.oid AND i.objsubid = 0), acldefault(o.type, o.owner)) AS before
          FROM (%s) o WHERE o.acl IS NOT NULL"""
              .formatted(OWNED),
          "o.what");

  private static final String COLUMN_GRANTS =
      """
      SELECT 'pg_class'::regclass::oid, c.oid, format('GRANT %%s (%%I) ON TABLE %%s TO %%s',
          x.privilege_type, a.attname, c.oid::regclass, CASE x.grantee WHEN 0 THEN 'PUBLIC'
          WHEN :migrator THEN 'CURRENT_USER' ELSE quote_ident(pg_get_userbyid(x.grantee)) END)
        || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, a.attnum
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped CROSS JOIN LATERAL aclexplode(a.attacl) x
      WHERE %s"""
          .formatted(DumpStatements.ownTable());

  private static final String DEFAULT_PRIVILEGES =
      """
      SELECT s.class, s.id, 'ALTER DEFAULT PRIVILEGES'
        || CASE WHEN d.defaclrole = :migrator THEN ''
          ELSE format(' FOR ROLE %%I', pg_get_userbyid(d.defaclrole)) END
        || coalesce((SELECT format(' IN SCHEMA %%I', n.nspname) FROM pg_namespace n
          WHERE n.oid = d.defaclnamespace), '') || ' ' || s.statement, 0
      FROM pg_default_acl d CROSS JOIN LATERAL (%s) s (class, id, statement, part)"""
          .formatted(
              PRIVILEGES.formatted(
                  """
                  SELECT 'pg_default_acl'::regclass::oid AS class, d.oid AS oid,
                    d.defaclacl AS acl, CASE WHEN d.defaclnamespace = 0 THEN acldefault(
                    CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END,
                    d.defaclrole) END AS before""",
                  """
                  CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES'
                    WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END"""));

  private static final String COMMENTS =
      """
      SELECT d.classoid, d.objoid, format('COMMENT ON %s IS %L', CASE
          WHEN o.type LIKE '%column' THEN 'COLUMN ' || o.identity
          WHEN o.type = 'table constraint' THEN 'CONSTRAINT ' || o.identity
          WHEN o.type = 'domain constraint' THEN
            regexp_replace('CONSTRAINT ' || o.identity, ' on (?!.* on )', ' ON DOMAIN ')
          WHEN o.type = 'composite type' THEN 'TYPE ' || o.identity
          WHEN o.type = 'statistics object' THEN 'STATISTICS ' || o.identity
          ELSE upper(o.type) || ' ' || o.identity END, d.description), d.objsubid
      FROM pg_description d
        CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) o
      WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass
          AND d.objoid = 'public'::regnamespace AND d.description <> 'standard public schema')
        AND NOT (d.classoid = 'pg_class'::regclass AND d.objoid = ANY (:excluded))
        AND o.type IS NOT NULL
        AND d.classoid <> 'pg_extension'::regclass
        AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classoid
          AND e.objid = d.objoid AND e.deptype = 'e')""";

  /** The statements that complete objects, in groups that come one after the other. */
  static final List<String> ALL =
      List.of(
          OWNED_SEQUENCES,
          COLUMNS,
          TABLES,
          OWNERS,
          GRANTS,
          COLUMN_GRANTS,
          DEFAULT_PRIVILEGES,
          COMMENTS);

  /** Those among them that are about owners and privileges. */
  static final Set<String> PRIVILEGES_ONLY =
      Set.of(OWNERS, GRANTS, COLUMN_GRANTS, DEFAULT_PRIVILEGES);

  private DumpSettings() {}
}
