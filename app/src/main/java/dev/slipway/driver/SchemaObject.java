package dev.slipway.driver;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An object of a database: a schema, a table, a column, an index, a grant's target. Immutable.
 *
 * @param kind the database's word for it, in lower case, such as {@code table}
 * @param name its name as the database prints it, with the names of what it is in; unique in its
 *     kind, and free of everything that another database with this schema would number differently
 * @param parent the {@link #key} of the object without which it does not exist, such as that of a
 *     column's table; a table's is its schema, where the database has schemas
 * @param properties what is known of it, by name; what is off or empty is left out. {@link #OWNER},
 *     {@link #DEFINER}, and {@link #GRANTS} have these names on every database
 */
public record SchemaObject(
    String kind, String name, Optional<String> parent, SortedMap<String, String> properties) {
  /** The property with the owner; the owner of the history is {@link #MIGRATOR}. */
  public static final String OWNER = "owner";

  /** The property with the account whose privileges a view or a routine has, as of an owner. */
  public static final String DEFINER = "definer";

  /** The property with the grants, sorted. */
  public static final String GRANTS = "grants";

  /** The property of a constraint against which all rows have been checked. */
  public static final String VALIDATED = "validated";

  /**
   * Whether a materialized view has rows. A job may fill the live one, whose migrations do not; the
   * other way round, queries of the live one fail.
   */
  public static final String POPULATED = "populated";

  /** The kind of the grants that objects will get that do not exist yet. */
  public static final String DEFAULT_PRIVILEGES = "default privileges";

  /** What stands in place of the login that owns the history. */
  public static final String MIGRATOR = "the migrator";

  /** An object with a copy of these properties. */
  public SchemaObject(
      String kind, String name, Optional<String> parent, Map<String, String> properties) {
    this(kind, name, parent, (SortedMap<String, String>) new TreeMap<>(properties));
  }

  /** An object. */
  public SchemaObject {
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
  }

  /** Its kind and name. */
  public String key() {
    return kind + " " + name;
  }
}
