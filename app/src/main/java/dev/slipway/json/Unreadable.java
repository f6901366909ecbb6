package dev.slipway.json;

import dev.slipway.fault.Fault;
import tools.jackson.core.JacksonException;

/** A document that cannot be read, in words. */
final class Unreadable {
  private Unreadable() {}

  static Fault fault(String what, String format, JacksonException e) {
    // The first line only: further ones quote the document, which may hold a secret.
    String why = e.getOriginalMessage().lines().findFirst().orElse("it cannot be parsed");
    String where =
        e.getLocation() == null || e.getLocation().getLineNr() < 1
            ? ""
            : ":" + e.getLocation().getLineNr() + ":" + e.getLocation().getColumnNr();
    // Without the cause, whose text quotes the document.
    return Fault.usage(what + where + " is not readable as " + format + ": " + why);
  }
}
