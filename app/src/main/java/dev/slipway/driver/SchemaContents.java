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
 * @param unread what exists and could not be read, with the reason
 * @param secrets what is never compared, because it is secret
 */
public record SchemaContents(
    Map<String, String> server,
    List<SchemaObject> objects,
    Map<String, List<String>> tables,
    List<String> unread,
    List<String> secrets) {
  /** Contents with copies of these. */
  public SchemaContents {
    server = Collections.unmodifiableMap(new TreeMap<>(server));
    objects = List.copyOf(objects);
    tables = Collections.unmodifiableMap(new TreeMap<>(tables));
    unread = List.copyOf(unread);
    secrets = List.copyOf(secrets);
  }
}
