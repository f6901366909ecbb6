package dev.slipway.driver;

import java.util.Objects;

/**
 * A JSON document on its way into a JSON column, which drivers want told apart from a text.
 *
 * @param text the document
 */
public record JsonValue(String text) {
  /** Refuses null, which is SQL's own NULL and not JSON's. */
  public JsonValue {
    Objects.requireNonNull(text);
  }
}
