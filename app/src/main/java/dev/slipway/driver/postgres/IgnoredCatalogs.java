package dev.slipway.driver.postgres;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the comparison of schemas leaves out of the system catalogs, with the reason. Everything
 * else is compared, also what a later version of PostgreSQL adds.
 */
final class IgnoredCatalogs {
  private static final String DATA = "rows and statistics, which are no schema";
  private static final String SHARED = "shared by all databases of the server";
  private static final String STORAGE = "where and how the rows are stored at the moment";
  private static final String DERIVED = "follows from other columns";
  private static final String NAME = "part of the object's name";
  private static final String SEQUENCE = "depends on the order of the statements";
  private static final String SEPARATE = "read by a query of its own";
  private static final String VERSION = "a version of what is installed on the server";
  private static final String STATE = "state of the replication";

  private static final Map<String, String> CATALOGS =
      reasons(
          List.of(
              group(
                  DATA,
                  "pg_statistic pg_statistic_ext_data pg_largeobject pg_largeobject_metadata"),
              group(STATE, "pg_subscription_rel pg_replication_origin"),
              group(
                  SHARED,
                  "pg_authid pg_auth_members pg_tablespace pg_parameter_acl pg_shdescription"
                      + " pg_shseclabel pg_database pg_db_role_setting"),
              group("repeats owners and grants", "pg_shdepend"),
              group("what grants start from, and compared with them", "pg_init_privs")));

  private static final Map<String, String> COLUMNS =
      reasons(
          List.of(
              columns(
                  STORAGE,
                  "pg_class",
                  "relfilenode relpages reltuples relallvisible relallfrozen relfrozenxid relminmxid"
                      + " relrewrite"),
              columns(
                  "a hint that the server clears late",
                  "pg_class",
                  "relhasindex relhasrules relhastriggers relhassubclass"),
              columns(
                  "counts dropped columns too, or follows from other rows",
                  "pg_class",
                  "relnatts relchecks reltype"),
              columns(SEPARATE, "pg_class", "reltoastrelid"),
              columns(NAME, "pg_class", "relname relnamespace"),
              columns(NAME, "pg_attribute", "attrelid attname"),
              columns(STORAGE, "pg_attribute", "attcacheoff atthasmissing attmissingval"),
              columns(
                  DERIVED,
                  "pg_attribute",
                  "attlen attbyval attalign atttypmod atthasdef attisdropped attinhcount"),
              columns(SEQUENCE, "pg_attribute", "attnum"),
              columns("int[][] is int[] after pg_dump", "pg_attribute", "attndims"),
              columns(NAME, "pg_attrdef", "adrelid adnum"),
              columns(NAME, "pg_type", "typname typnamespace"),
              columns(DERIVED, "pg_type", "typarray typrelid typtypmod"),
              columns(NAME, "pg_proc", "proname pronamespace"),
              columns(NAME, "pg_constraint", "conname connamespace conrelid contypid"),
              columns(SEQUENCE, "pg_constraint", "coninhcount"),
              columns(NAME, "pg_index", "indexrelid indrelid"),
              columns(STATE, "pg_index", "indcheckxmin"),
              columns(NAME, "pg_sequence", "seqrelid"),
              columns(NAME, "pg_inherits", "inhrelid"),
              columns(SEQUENCE, "pg_inherits", "inhseqno"),
              columns(NAME, "pg_partitioned_table", "partrelid"),
              columns(NAME, "pg_foreign_table", "ftrelid"),
              columns(NAME, "pg_rewrite", "ev_class rulename"),
              columns("part of the rule's definition", "pg_rewrite", "ev_qual"),
              columns(NAME, "pg_trigger", "tgrelid tgname"),
              columns(DERIVED, "pg_trigger", "tgconstrindid"),
              columns(NAME, "pg_policy", "polrelid polname"),
              columns(NAME, "pg_aggregate", "aggfnoid"),
              columns(NAME, "pg_range", "rngtypid"),
              columns(NAME, "pg_enum", "enumtypid"),
              columns(SEPARATE, "pg_enum", "enumsortorder enumlabel"),
              columns(NAME, "pg_ts_config_map", "mapcfg maptokentype mapseqno"),
              columns(NAME, "pg_description", "objoid classoid objsubid"),
              columns(NAME, "pg_seclabel", "objoid classoid objsubid provider"),
              columns(NAME, "pg_depend", "classid objid objsubid"),
              columns(
                  "part of the other object's name, which is compared",
                  "pg_depend",
                  "refclassid refobjsubid"),
              columns(NAME, "pg_default_acl", "defaclrole defaclnamespace defaclobjtype"),
              columns(NAME, "pg_user_mapping", "umuser umserver"),
              columns(VERSION, "pg_collation", "collversion"),
              columns(VERSION, "pg_extension", "extversion"),
              columns(
                  "no statement sets it, and pg_dump leaves it out", "pg_extension", "extowner"),
              columns(STATE, "pg_subscription", "subskiplsn"),
              columns(SHARED, "pg_subscription", "subdbid")));

  private IgnoredCatalogs() {}

  private static Map<String, List<String>> group(String reason, String catalogs) {
    return Map.of(reason, Arrays.asList(catalogs.split(" ")));
  }

  private static Map<String, List<String>> columns(String reason, String catalog, String columns) {
    return Map.of(
        reason, Arrays.stream(columns.split(" ")).map(column -> catalog + "." + column).toList());
  }

  private static Map<String, String> reasons(List<Map<String, List<String>>> groups) {
    Map<String, String> reasons = new TreeMap<>();
    groups.forEach(
        group ->
            group.forEach((reason, names) -> names.forEach(name -> reasons.put(name, reason))));
    return Collections.unmodifiableMap(reasons);
  }

  /** Why a whole catalog is left out; empty if it is compared. */
  static Optional<String> reason(String catalog) {
    return Optional.ofNullable(CATALOGS.get(catalog));
  }

  /** Why a column is left out, or its whole catalog; empty if it is compared. */
  static Optional<String> reason(CatalogColumn column) {
    return column.name().equals("oid")
        ? Optional.of(NAME)
        : reason(column.catalog()).or(() -> Optional.ofNullable(COLUMNS.get(column.key())));
  }

  /** All names in the list: catalogs, and columns with their catalog. */
  static Map<String, String> all() {
    Map<String, String> all = new TreeMap<>(CATALOGS);
    all.putAll(COLUMNS);
    return all;
  }
}
