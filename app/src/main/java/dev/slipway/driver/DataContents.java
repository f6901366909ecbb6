package dev.slipway.driver;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a database holds besides its schema, as a {@link DataDumper} has read it. Immutable.
 *
 * @param tables the tables and materialized views, by {@link SchemaObject#key}
 * @param counters statements that give sequences and the like their values, by the key of the
 *     object; those of a new database are left out
 * @param unsupported what the statements do not contain, each as a sentence that names it
 */
public record DataContents(
    Map<String, Rows> tables, Map<String, String> counters, List<String> unsupported) {
  /**
   * The rows of a table, in the order in which they are inserted.
   *
   * @param insert the start of the statement that inserts rows; empty where the database fills the
   *     table itself, so that its rows are only compared
   * @param rows what follows: the values of each row in parentheses; the empty text for a row
   *     without values, which {@code insert} alone inserts
   */
  public record Rows(Optional<String> insert, List<String> rows) {
    /** Rows with copies of these. */
    public Rows {
      rows = List.copyOf(rows);
    }
  }

  /** Contents with copies of these. */
  public DataContents {
    tables = Collections.unmodifiableMap(new TreeMap<>(tables));
    counters = Collections.unmodifiableMap(new TreeMap<>(counters));
    unsupported = List.copyOf(unsupported);
  }
}
