package dev.slipway.driver;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a {@link SchemaReader} has read. Immutable.
 *
 * @param server what two databases must have in common for their schemas to be comparable, such as
 *     the major version and the collation
 * @param objects all objects, in no order
 * @param tables the names of the tables whose rows can be counted, each with the names of its
 *     columns; {@link DatabaseDriver#quoteTable} makes SQL of them
 * @param unread what exists and could not be read: the {@link SchemaObject#key}, a colon, and the
 *     reason
 * @param omitted what is not read, or not compared, on this database, each with the reason
 * @param hidden the kinds of objects, and {@link SchemaObject#GRANTS}, of which the login may see
 *     only some or none, each with the statement that lets it see them: that one is not among the
 *     objects does not mean that it does not exist
 */
public record SchemaContents(
    Map<String, String> server,
    List<SchemaObject> objects,
    Map<String, List<String>> tables,
    List<String> unread,
    List<String> omitted,
    Map<String, String> hidden) {
  /** Contents with copies of these. */
  public SchemaContents {
    server = Collections.unmodifiableMap(new TreeMap<>(server));
    objects = List.copyOf(objects);
    tables = Collections.unmodifiableMap(new TreeMap<>(tables));
    unread = List.copyOf(unread);
    omitted = List.copyOf(omitted);
    hidden = Collections.unmodifiableMap(new TreeMap<>(hidden));
  }

  /** Contents that a login has read that sees everything. */
  public SchemaContents(
      Map<String, String> server,
      List<SchemaObject> objects,
      Map<String, List<String>> tables,
      List<String> unread,
      List<String> omitted) {
    this(server, objects, tables, unread, omitted, Map.of());
  }
}
