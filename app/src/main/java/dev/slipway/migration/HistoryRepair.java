package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import dev.slipway.migration.HistoryRow.FailurePoint;
import dev.slipway.migration.MigrationInfo.Entry;
import dev.slipway.migration.MigrationInfo.EntryState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Names what is left over, and how it is cleared. Locks need no clearing: they go with the session
 * or the process that held them, and CockroachDB's row expires.
 */
final class HistoryRepair {
  private HistoryRepair() {}

  static List<RepairAction> actions(
      MigrationInfo schema,
      List<MigrationVersion> forget,
      HistoryTable history,
      StepReader reader) {
    schema.checkFiles();
    List<RepairAction> findings = new ArrayList<>();
    for (Entry entry : schema.entries()) {
      if (entry.state() == EntryState.INCOMPLETE) {
        findings.add(incomplete(entry, history, reader));
      }
    }
    schema
        .edited()
        .forEach(
            edited ->
                findings.add(
                    new RepairAction(
                        edited.file().path() + " has been edited since it was applied",
                        "the history takes over its checksum as it is now",
                        "whether the schema is as the file says now: nothing of it is run",
                        history.updateChecksum(edited.row(), edited.checksum()))));
    List<HistoryRow> forgotten = forgotten(schema, forget);
    findings.addAll(renumbered(schema, forgotten, history));
    forgotten.forEach(
        row ->
            findings.add(
                new RepairAction(
                    "no file has the applied version " + schema.describe(row),
                    "its row is removed from the history (--forget)",
                    "what it did, which stays in the schema: a release that has its file applies it again",
                    history.delete(row.rank()))));
    return findings;
  }

  /** The rows of the versions to forget: only what no file has can be forgotten. */
  private static List<HistoryRow> forgotten(MigrationInfo schema, List<MigrationVersion> forget) {
    return forget.stream()
        .distinct()
        .map(
            version ->
                schema.unknown().stream()
                    .filter(row -> row.version().filter(version::equals).isPresent())
                    .findFirst()
                    .orElseThrow(
                        () ->
                            SlipwayException.usageError(
                                    "--forget "
                                        + version
                                        + ": the history has no unknown "
                                        + "version "
                                        + version
                                        + ", so nothing was changed")
                                .hint(
                                    "only a version that no file has can be forgotten, and `slipway migrate sql "
                                        + "status` lists those as Missing or Future; `down` reverts a known one")))
        .toList();
  }

  /** Unknown rows and pending files that are each other's only match by checksum. */
  private static List<RepairAction> renumbered(
      MigrationInfo schema, List<HistoryRow> forgotten, HistoryTable history) {
    Map<Integer, List<HistoryRow>> rows =
        schema.unknown().stream()
            .filter(row -> row.success() && row.checksum().isPresent() && !forgotten.contains(row))
            .collect(Collectors.groupingBy(row -> row.checksum().get()));
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<Integer, List<MigrationFile>> files =
        schema.pending().stream()
            .filter(entry -> entry.row().isEmpty())
            .map(entry -> entry.migration().up())
            .collect(Collectors.groupingBy(file -> file.read().checksum()));
    List<RepairAction> findings = new ArrayList<>();
    for (HistoryRow row : schema.unknown()) {
      List<HistoryRow> same = row.checksum().map(rows::get).orElse(List.of());
      List<MigrationFile> pending = row.checksum().map(files::get).orElse(List.of());
      if (same.equals(List.of(row)) && pending.size() == 1) {
        MigrationFile file = pending.getFirst();
        findings.add(
            new RepairAction(
                "no file has the applied version "
                    + schema.describe(row)
                    + ", and the pending file "
                    + file.path()
                    + " has its checksum",
                "the row takes over the version and the name of the file",
                "whether the file was renumbered: a release that has it under its old number sees that "
                    + "one as pending afterwards",
                history.renumber(row.rank(), file)));
      }
    }
    return findings;
  }

  private static RepairAction incomplete(Entry entry, HistoryTable history, StepReader reader) {
    HistoryRow row = entry.row().orElseThrow();
    FailurePoint standstill = row.failurePoint();
    String command = MigrationPlan.isReverting(entry) ? "down" : "up";
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
    return new RepairAction(
        MigrationPlan.describeFailurePoint(entry, reader),
        remedy,
        watch,
        history.progress(row.rank(), standstill.release()));
  }
}
