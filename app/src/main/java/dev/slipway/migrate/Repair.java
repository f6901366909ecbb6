package dev.slipway.migrate;

import dev.slipway.migrate.HistoryRow.Standstill;
import dev.slipway.migrate.Reconciliation.Entry;
import dev.slipway.migrate.Reconciliation.State;
import java.util.ArrayList;
import java.util.List;

/**
 * Names what is left over, and how it is cleared. Locks need no clearing: they go with the session
 * or the process that held them, and CockroachDB's row expires.
 */
final class Repair {
  private Repair() {}

  static List<Finding> findings(Reconciliation schema, History history, StepReader reader) {
    List<Finding> findings = new ArrayList<>();
    for (Entry entry : schema.entries()) {
      if (entry.state() == State.INCOMPLETE) {
        findings.add(incomplete(entry, history, reader));
      }
    }
    schema
        .edited()
        .forEach(
            edited ->
                findings.add(
                    new Finding(
                        edited.file().path() + " has been edited since it was applied",
                        "the history takes over its checksum as it is now",
                        "whether the schema is as the file says now: nothing of it is run",
                        history.align(edited.row(), edited.checksum()))));
    return findings;
  }

  private static Finding incomplete(Entry entry, History history, StepReader reader) {
    HistoryRow row = entry.row().orElseThrow();
    Standstill standstill = row.standstill();
    String command = Plan.undoing(entry) ? "down" : "up";
    String remedy =
        standstill.statement() > 1
            ? "the next `" + command + "` goes on at statement " + standstill.statement()
            : "the next `" + command + "` runs it from its first statement";
    String watch =
        standstill.failed()
            ? "why the statement failed: it will be sent again"
            : "whether the statement has taken effect: if it made or removed something that is "
                + "there or gone already, `"
                + command
                + "` passes over it";
    return new Finding(
        Plan.standstill(entry, reader),
        remedy,
        watch,
        history.progress(row.rank(), standstill.release()));
  }
}
