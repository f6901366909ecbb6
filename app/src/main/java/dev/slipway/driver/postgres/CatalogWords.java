package dev.slipway.driver.postgres;

import dev.slipway.driver.SchemaObject;
import java.util.HashMap;
import java.util.Map;

/**
 * Plain words for frequent properties and their values. Every other column has the name that it has
 * in its catalog.
 */
final class CatalogWords {
  private static final Map<String, String> NAMES = new HashMap<>();
  private static final Map<String, Map<String, String>> VALUES = new HashMap<>();

  private static final Map<String, String> FIRES =
      Map.of("O", "on", "D", "off", "R", "on replicas", "A", "always");

  static {
    names("pg_class", "relpersistence=persistence relam=access_method reloptions=options");
    names("pg_class", "relrowsecurity=row_level_security reltablespace=tablespace");
    names("pg_class", "relforcerowsecurity=row_level_security_of_the_owner");
    names("pg_class", "relreplident=replica_identity");
    names("pg_class", "relpartbound=partition_bound relispartition=partition");
    names("pg_attribute", "atttypid=type attnotnull=not_null attcollation=collation");
    names("pg_attribute", "attidentity=identity attgenerated=generated attoptions=options");
    names("pg_attribute", "attstorage=storage attcompression=compression attislocal=local");
    names("pg_attribute", "attstattarget=statistics_target attfdwoptions=foreign_options");
    names("pg_attrdef", "adbin=default");
    names("pg_constraint", "conbin=definition convalidated=validated conkey=columns");
    names("pg_constraint", "condeferrable=deferrable condeferred=initially_deferred");
    names("pg_constraint", "conenforced=enforced conislocal=local connoinherit=no_inherit");
    names("pg_index", "indkey=columns indexprs=expressions indpred=condition indisvalid=valid");
    names("pg_index", "indisunique=unique indisprimary=primary_key indclass=operator_classes");
    names("pg_index", "indoption=order indcollation=collations indisclustered=clustered");
    names("pg_index", "indisreplident=replica_identity indnullsnotdistinct=nulls_not_distinct");
    names("pg_sequence", "seqtypid=type seqstart=start seqincrement=increment seqmax=maximum");
    names("pg_sequence", "seqmin=minimum seqcache=cache seqcycle=cycle");
    names("pg_inherits", "inhparent=inherits");
    names("pg_partitioned_table", "partstrat=partition_strategy partattrs=partition_key");
    names("pg_partitioned_table", "partexprs=partition_key_expressions");
    names("pg_foreign_table", "ftserver=server ftoptions=foreign_options");
    names("pg_rewrite", "ev_action=definition ev_enabled=enabled");
    names("pg_trigger", "tgqual=definition tgenabled=enabled");
    names("pg_policy", "polcmd=command polpermissive=permissive polroles=roles");
    names("pg_policy", "polqual=using polwithcheck=with_check");
    names("pg_proc", "prosrc=body prosqlbody=SQL_body prolang=language prorettype=result");
    names("pg_proc", "provolatile=volatility proisstrict=strict prosecdef=security_definer");
    names("pg_proc", "proparallel=parallel proleakproof=leakproof proconfig=settings");
    names("pg_proc", "proargdefaults=argument_defaults proargnames=argument_names");
    names("pg_type", "typnotnull=not_null typbasetype=type typdefaultbin=default");
    names("pg_type", "typdefault=default_text typcollation=collation");
    names("pg_extension", "extnamespace=schema extrelocatable=relocatable");
    names("pg_description", "description=comment");
    names("pg_seclabel", "label=security_label");
    names("pg_depend", "refobjid=belongs_to");
    names("pg_foreign_server", "srvoptions=options srvversion=version");
    names("pg_user_mapping", "umoptions=options");
    names("pg_subscription", "subconninfo=connection_string subenabled=enabled");
    names("pg_event_trigger", "evtenabled=enabled evtevent=event evttags=tags evtfoid=function");
    names("pg_publication", "puballtables=all_tables pubinsert=insert pubupdate=update");
    names("pg_publication", "pubviaroot=publish_via_partition_root");
    names("pg_publication", "pubdelete=delete pubtruncate=truncate");
    VALUES.put("pg_class.relpersistence", Map.of("p", "permanent", "u", "unlogged"));
    VALUES.put(
        "pg_class.relreplident", Map.of("d", "default", "n", "nothing", "f", "full", "i", "index"));
    VALUES.put("pg_attribute.attidentity", Map.of("a", "always", "d", "by default"));
    VALUES.put("pg_attribute.attgenerated", Map.of("s", "stored", "v", "virtual"));
    VALUES.put(
        "pg_attribute.attstorage",
        Map.of("p", "plain", "e", "external", "m", "main", "x", "extended"));
    VALUES.put("pg_attribute.attcompression", Map.of("p", "pglz", "l", "lz4"));
    VALUES.put("pg_rewrite.ev_enabled", FIRES);
    VALUES.put("pg_trigger.tgenabled", FIRES);
    VALUES.put("pg_event_trigger.evtenabled", FIRES);
    VALUES.put(
        "pg_policy.polcmd",
        Map.of("r", "SELECT", "a", "INSERT", "w", "UPDATE", "d", "DELETE", "*", "ALL"));
    VALUES.put("pg_proc.provolatile", Map.of("i", "immutable", "s", "stable", "v", "volatile"));
    VALUES.put("pg_proc.proparallel", Map.of("s", "safe", "r", "restricted", "u", "unsafe"));
    VALUES.put("pg_partitioned_table.partstrat", Map.of("r", "range", "l", "list", "h", "hash"));
  }

  private CatalogWords() {}

  private static void names(String catalog, String names) {
    for (String each : names.split(" ")) {
      int equals = each.indexOf('=');
      NAMES.put(
          catalog + "." + each.substring(0, equals), each.substring(equals + 1).replace('_', ' '));
    }
  }

  /** The name of a property. */
  static String name(CatalogColumn column) {
    if (column.isGrants()) {
      return SchemaObject.GRANTS;
    }
    if (column.key().equals("pg_class.relispopulated")) {
      return SchemaObject.POPULATED;
    }
    return column.name().endsWith("owner")
        ? SchemaObject.OWNER
        : NAMES.getOrDefault(column.key(), column.name());
  }

  /** The value of a property, as it is shown. */
  static String value(CatalogColumn column, String value) {
    return VALUES.getOrDefault(column.key(), Map.of()).getOrDefault(value, value);
  }
}
