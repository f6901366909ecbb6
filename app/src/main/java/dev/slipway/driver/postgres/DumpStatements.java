package dev.slipway.driver.postgres;

import java.util.List;

/**
 * The queries that print the statements which create the objects of a database. Each row is the
 * number of a catalog, the number of an object in it, and a statement; an object may have several
 * rows. They run with an empty search path, so that all names are qualified, and the placeholder
 * {@code :excluded} stands for an array of tables that are left out.
 */
final class DumpStatements {
  /** Part of every query: the objects of users that no extension brought. */
  private static final String OWN =
      """
      %2$s >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e
        WHERE e.classid = '%1$s'::regclass AND e.objid = %2$s AND e.deptype = 'e')""";

  private static final String OWN_TABLE =
      OWN.formatted("pg_class", "c.oid")
          + " AND c.oid <> ALL (:excluded) AND c.relpersistence <> 't'";

  private static final String SCHEMAS =
      """
      SELECT 'pg_namespace'::regclass::oid, n.oid,
        format('CREATE SCHEMA IF NOT EXISTS %%I', n.nspname)
      FROM pg_namespace n WHERE %s AND n.nspname NOT LIKE 'pg\\_%%'"""
          .formatted(OWN.formatted("pg_namespace", "n.oid"));

  private static final String EXTENSIONS =
      """
      SELECT 'pg_extension'::regclass::oid, x.oid,
        format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', x.extname, n.nspname)
      FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace WHERE x.oid >= 16384""";

  private static final String ENUMS =
      """
      SELECT 'pg_type'::regclass::oid, t.oid, format('CREATE TYPE %%s AS ENUM (%%s)', t.oid::regtype,
        (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
          FROM pg_enum e WHERE e.enumtypid = t.oid))
      FROM pg_type t WHERE t.typtype = 'e' AND %s"""
          .formatted(OWN.formatted("pg_type", "t.oid"));

  private static final String DOMAINS =
      """
      SELECT 'pg_type'::regclass::oid, t.oid, format('CREATE DOMAIN %%s AS %%s', t.oid::regtype,
          format_type(t.typbasetype, t.typtypmod))
        || CASE WHEN t.typcollation <> b.typcollation
          THEN format(' COLLATE %%s', t.typcollation::regcollation) ELSE '' END
        || coalesce(' DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), '')
        || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
      FROM pg_type t JOIN pg_type b ON b.oid = t.typbasetype WHERE t.typtype = 'd' AND %s"""
          .formatted(OWN.formatted("pg_type", "t.oid"));

  private static final String COMPOSITE_TYPES =
      """
      SELECT 'pg_type'::regclass::oid, t.oid, format('CREATE TYPE %%s AS (%%s)', t.oid::regtype,
        (SELECT string_agg(format('%%I %%s', a.attname, format_type(a.atttypid, a.atttypmod))
            || CASE WHEN a.attcollation <> b.typcollation
              THEN format(' COLLATE %%s', a.attcollation::regcollation) ELSE '' END,
            ', ' ORDER BY a.attnum)
          FROM pg_attribute a JOIN pg_type b ON b.oid = a.atttypid
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
      FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid WHERE c.relkind = 'c' AND %s"""
          .formatted(OWN.formatted("pg_type", "t.oid"));

  private static final String RANGES =
      """
      SELECT 'pg_type'::regclass::oid, t.oid,
        format('CREATE TYPE %%s AS RANGE (SUBTYPE = %%s', t.oid::regtype, r.rngsubtype::regtype)
        || (SELECT format(', SUBTYPE_OPCLASS = %%I.%%I', n.nspname, o.opcname)
          FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace WHERE o.oid = r.rngsubopc)
        || CASE WHEN r.rngcollation <> 0
          THEN format(', COLLATION = %%s', r.rngcollation::regcollation) ELSE '' END
        || CASE WHEN r.rngsubdiff <> 0 THEN format(', SUBTYPE_DIFF = %%s', r.rngsubdiff::regproc)
          ELSE '' END
        || format(', MULTIRANGE_TYPE_NAME = %%s)', r.rngmultitypid::regtype)
      FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid WHERE %s"""
          .formatted(OWN.formatted("pg_type", "t.oid"));

  /** The options of a sequence that differ from those of an ascending one of its type. */
  private static final String SEQUENCE_OPTIONS =
      """
      CASE WHEN s.seqincrement <> 1 THEN format(' INCREMENT BY %s', s.seqincrement) ELSE '' END
        || CASE WHEN s.seqincrement < 0 OR s.seqmin <> 1
          THEN format(' MINVALUE %s', s.seqmin) ELSE '' END
        || CASE WHEN s.seqincrement < 0 OR s.seqmax <> (CASE s.seqtypid
            WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647
            ELSE 9223372036854775807 END)
          THEN format(' MAXVALUE %s', s.seqmax) ELSE '' END
        || CASE WHEN s.seqincrement < 0 OR s.seqstart <> s.seqmin
          THEN format(' START WITH %s', s.seqstart) ELSE '' END
        || CASE WHEN s.seqcache <> 1 THEN format(' CACHE %s', s.seqcache) ELSE '' END
        || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END""";

  private static final String SEQUENCES =
      """
      SELECT 'pg_class'::regclass::oid, c.oid, CASE c.relpersistence WHEN 'u' THEN 'CREATE UNLOGGED'
          ELSE 'CREATE' END
        || format(' SEQUENCE %%s AS %%s', c.oid::regclass, format_type(s.seqtypid, NULL)) || %s
      FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
      WHERE %s AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_class'::regclass
        AND i.objid = c.oid AND (i.deptype = 'i' OR i.deptype = 'a'
          AND i.refclassid = 'pg_class'::regclass AND i.refobjid = ANY (:excluded)))"""
          .formatted(SEQUENCE_OPTIONS, OWN_TABLE);

  private static final String OPTIONS =
      """
      coalesce((SELECT ' WITH (' || string_agg(o, ', ' ORDER BY o) || ')' FROM (
          SELECT unnest(c.reloptions) UNION ALL SELECT 'toast.' || unnest(x.reloptions)
          FROM pg_class x WHERE x.oid = c.reltoastrelid) u (o)), '')""";

  /**
   * The definition of the column {@code a}, whose type is {@code b}, and whose default is {@code
   * d}.
   */
  static final String COLUMN =
      """
      format('%%I %%s', a.attname, format_type(a.atttypid, a.atttypmod))
        || CASE WHEN a.attcollation <> b.typcollation
          THEN format(' COLLATE %%s', a.attcollation::regcollation) ELSE '' END
        || CASE a.attgenerated WHEN '' THEN '' ELSE
          format(' GENERATED ALWAYS AS (%%s)', pg_get_expr(d.adbin, d.adrelid))
          || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE '' END END
        || CASE a.attidentity WHEN '' THEN '' ELSE CASE a.attidentity WHEN 'a'
            THEN ' GENERATED ALWAYS AS IDENTITY' ELSE ' GENERATED BY DEFAULT AS IDENTITY' END
          || coalesce((SELECT format(' (SEQUENCE NAME %%s', q.oid::regclass) || %s || ')'
            FROM pg_depend i JOIN pg_class q ON q.oid = i.objid JOIN pg_sequence s
              ON s.seqrelid = q.oid
            WHERE i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass
              AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum AND i.deptype = 'i'), '') END
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END"""
          .formatted(SEQUENCE_OPTIONS);

  private static final String TABLES =
      """
      SELECT 'pg_class'::regclass::oid, c.oid, CASE c.relpersistence WHEN 'u'
          THEN 'CREATE UNLOGGED TABLE ' ELSE 'CREATE TABLE ' END || c.oid::regclass
        || CASE WHEN c.relispartition THEN (
            SELECT format(' PARTITION OF %%s %%s', i.inhparent::regclass,
              pg_get_expr(c.relpartbound, c.oid))
            FROM pg_inherits i WHERE i.inhrelid = c.oid)
          WHEN c.reloftype <> 0 THEN format(' OF %%s', c.reloftype::regtype)
          ELSE coalesce((SELECT E' (\\n  ' || string_agg(%s, E',\\n  ' ORDER BY a.attnum) || E'\\n)'
            FROM pg_attribute a JOIN pg_type b ON b.oid = a.atttypid
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attislocal),
            ' ()') || coalesce((SELECT ' INHERITS ('
              || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) || ')'
            FROM pg_inherits i WHERE i.inhrelid = c.oid), '') END
        || coalesce(' PARTITION BY ' || pg_get_partkeydef(c.oid), '')
        || CASE WHEN m.amname <> current_setting('default_table_access_method') AND c.relkind = 'r'
          THEN format(' USING %%I', m.amname) ELSE '' END
        || %s
        || coalesce((SELECT format(' TABLESPACE %%I', s.spcname) FROM pg_tablespace s
          WHERE s.oid = c.reltablespace), '')
      FROM pg_class c LEFT JOIN pg_am m ON m.oid = c.relam WHERE c.relkind IN ('r', 'p') AND %s"""
          .formatted(COLUMN, OPTIONS, OWN_TABLE);

  private static final String VIEWS =
      """
      SELECT 'pg_class'::regclass::oid, c.oid, CASE c.relkind WHEN 'm'
          THEN 'CREATE MATERIALIZED VIEW ' ELSE 'CREATE VIEW ' END || c.oid::regclass || %s
        || E' AS\\n' || rtrim(pg_get_viewdef(c.oid), E'; \\n')
        || CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN E'\\nWITH NO DATA' ELSE '' END
      FROM pg_class c WHERE c.relkind IN ('v', 'm') AND %s"""
          .formatted(OPTIONS, OWN_TABLE);

  private static final String ROUTINES =
      """
      SELECT 'pg_proc'::regclass::oid, p.oid, rtrim(pg_get_functiondef(p.oid), E' \\n')
      FROM pg_proc p WHERE p.prokind <> 'a' AND %s
        AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass
          AND i.objid = p.oid AND i.deptype = 'i')"""
          .formatted(OWN.formatted("pg_proc", "p.oid"));

  private static final String AGGREGATES =
      """
      SELECT 'pg_proc'::regclass::oid, p.oid,
        format('CREATE AGGREGATE %%I.%%I(%%s) (SFUNC = %%s, STYPE = %%s', n.nspname, p.proname,
          CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END,
          g.aggtransfn, format_type(g.aggtranstype, NULL))
        || CASE WHEN g.aggtransspace <> 0 THEN format(', SSPACE = %%s', g.aggtransspace) ELSE '' END
        || CASE WHEN g.aggfinalfn <> 0 THEN format(', FINALFUNC = %%s', g.aggfinalfn) ELSE '' END
        || CASE WHEN g.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END
        || CASE WHEN g.aggcombinefn <> 0 THEN format(', COMBINEFUNC = %%s', g.aggcombinefn)
          ELSE '' END
        || coalesce(', INITCOND = ' || quote_literal(g.agginitval), '')
        || CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE'
          WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END
        || CASE g.aggkind WHEN 'h' THEN ', HYPOTHETICAL' ELSE '' END || ')'
      FROM pg_aggregate g JOIN pg_proc p ON p.oid = g.aggfnoid
        JOIN pg_namespace n ON n.oid = p.pronamespace WHERE %s"""
          .formatted(OWN.formatted("pg_proc", "p.oid"));

  private static final String DEFAULTS =
      """
      SELECT 'pg_attrdef'::regclass::oid, d.oid, format('ALTER TABLE ONLY %%s ALTER COLUMN %%I SET'
        ' DEFAULT %%s', c.oid::regclass, a.attname, pg_get_expr(d.adbin, d.adrelid))
      FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid
        JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
      WHERE a.attgenerated = '' AND %s"""
          .formatted(OWN_TABLE);

  private static final String CONSTRAINTS =
      """
      SELECT 'pg_constraint'::regclass::oid, k.oid, format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
        c.oid::regclass, k.conname, pg_get_constraintdef(k.oid))
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND k.conparentid = 0 AND k.conislocal AND %s
      UNION ALL
      SELECT 'pg_constraint'::regclass::oid, k.oid, format('ALTER DOMAIN %%s ADD CONSTRAINT %%I %%s',
        t.oid::regtype, k.conname, pg_get_constraintdef(k.oid))
      FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid
      WHERE k.contype = 'c' AND %s"""
          .formatted(OWN_TABLE, OWN.formatted("pg_type", "t.oid"));

  private static final String INDEXES =
      """
      SELECT 'pg_class'::regclass::oid, x.indexrelid,
        replace(pg_get_indexdef(x.indexrelid), ' ON ONLY ', ' ON ')
      FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
      WHERE NOT i.relispartition AND c.relkind IN ('r', 'p', 'm') AND %s AND NOT EXISTS (SELECT FROM pg_constraint k
        WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))"""
          .formatted(OWN_TABLE);

  private static final String STATISTICS =
      """
      SELECT 'pg_statistic_ext'::regclass::oid, s.oid, pg_get_statisticsobjdef(s.oid)
      FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid WHERE %s"""
          .formatted(OWN_TABLE);

  private static final String TRIGGERS =
      """
      SELECT 'pg_trigger'::regclass::oid, g.oid, pg_get_triggerdef(g.oid)
      FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
      WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND %1$s
      UNION ALL
      SELECT 'pg_trigger'::regclass::oid, g.oid, format('ALTER TABLE %%s %%s TRIGGER %%I',
        c.oid::regclass, CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
          ELSE 'ENABLE ALWAYS' END, g.tgname)
      FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
      WHERE NOT g.tgisinternal AND g.tgenabled <> 'O' AND %1$s
      UNION ALL
      SELECT 'pg_event_trigger'::regclass::oid, v.oid, format('CREATE EVENT TRIGGER %%I ON %%s'
        '%%s EXECUTE FUNCTION %%s()', v.evtname, v.evtevent, coalesce((SELECT
          ' WHEN TAG IN (' || string_agg(quote_literal(g), ', ') || ')' FROM unnest(v.evttags) g), ''),
        v.evtfoid::regproc)
      FROM pg_event_trigger v WHERE %2$s"""
          .formatted(OWN_TABLE, OWN.formatted("pg_event_trigger", "v.oid"));

  private static final String RULES =
      """
      SELECT 'pg_rewrite'::regclass::oid, r.oid, rtrim(pg_get_ruledef(r.oid), ';')
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
      WHERE r.rulename <> '_RETURN' AND %1$s
      UNION ALL
      SELECT 'pg_rewrite'::regclass::oid, r.oid, format('ALTER TABLE %%s %%s RULE %%I',
        c.oid::regclass, CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
          ELSE 'ENABLE ALWAYS' END, r.rulename)
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
      WHERE r.rulename <> '_RETURN' AND r.ev_enabled <> 'O' AND %1$s"""
          .formatted(OWN_TABLE);

  private static final String POLICIES =
      """
      SELECT 'pg_policy'::regclass::oid, p.oid, format('CREATE POLICY %%I ON %%s', p.polname,
          c.oid::regclass)
        || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
        || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT'
          WHEN 'w' THEN ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' ELSE '' END
        || CASE WHEN p.polroles = '{0}' THEN '' ELSE (SELECT format(' TO %%s',
            string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', '
              ORDER BY pg_get_userbyid(r))) FROM unnest(p.polroles) r) END
        || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
        || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
      FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE %s"""
          .formatted(OWN_TABLE);

  /** The statements that create objects. */
  static final List<String> OBJECTS =
      List.of(
          SCHEMAS,
          EXTENSIONS,
          ENUMS,
          DOMAINS,
          COMPOSITE_TYPES,
          RANGES,
          SEQUENCES,
          TABLES,
          VIEWS,
          ROUTINES,
          AGGREGATES,
          DEFAULTS,
          CONSTRAINTS,
          INDEXES,
          STATISTICS,
          RULES,
          TRIGGERS,
          POLICIES);

  /** The number of the first group that is created after the rows. */
  static final int POST_DATA = OBJECTS.indexOf(CONSTRAINTS);

  private DumpStatements() {}

  /** A condition that an object is a user's, and no extension's. */
  static String own(String catalog, String number) {
    return OWN.formatted(catalog, number);
  }

  /** A condition that a table with the alias {@code c} is a user's, and not excluded. */
  static String ownTable() {
    return OWN_TABLE;
  }
}
