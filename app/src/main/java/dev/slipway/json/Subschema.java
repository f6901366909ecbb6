package dev.slipway.json;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A subschema of a document. Not thread-safe. */
final class Subschema {
  final String pointer;
  final JsonNode schema;

  /** Whether its annotations count for the value. */
  final boolean annotates;

  /** The subschemas that it applies to its value, or to a part of it. */
  final List<Subschema> applied = new ArrayList<>();

  /** Those that it always applies to the value itself. */
  final List<Subschema> appliedToSameValue = new ArrayList<>();

  Subschema(String pointer, JsonNode schema, boolean annotates) {
    this.pointer = pointer;
    this.schema = schema;
    this.annotates = annotates;
  }
}
