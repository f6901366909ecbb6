package dev.slipway.json;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A subschema of a document. Not thread-safe.
 *
 * @param annotates whether its annotations count for the value
 * @param applied the subschemas that it applies to its value, or to a part of it
 * @param appliedToSameValue those of them that it always applies to the value itself
 */
record Subschema(
    String pointer,
    JsonNode schema,
    boolean annotates,
    List<Subschema> applied,
    List<Subschema> appliedToSameValue) {
  Subschema(String pointer, JsonNode schema, boolean annotates) {
    this(pointer, schema, annotates, new ArrayList<>(), new ArrayList<>());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Subschema that && pointer.equals(that.pointer);
  }

  @Override
  public int hashCode() {
    return pointer.hashCode();
  }
}
