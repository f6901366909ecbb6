package dev.slipway.json;

import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import tools.jackson.core.JacksonException;

/** A document that cannot be read, in words. */
final class ParseErrors {
  private static final int LENGTH_MAX = 400;

  private ParseErrors() {}

  static SlipwayException of(String source, String format, JacksonException e) {
    // The first line only: further ones quote the document, which may hold a secret.
    String reason =
        Excerpt.of(
            e.getOriginalMessage().lines().findFirst().orElse("it cannot be parsed"), LENGTH_MAX);
    String position =
        e.getLocation() == null || e.getLocation().getLineNr() < 1
            ? ""
            : ":" + e.getLocation().getLineNr() + ":" + e.getLocation().getColumnNr();
    // Without the cause, whose text quotes the document.
    return SlipwayException.usageError(
        source + position + " is not readable as " + format + ": " + reason);
  }
}
