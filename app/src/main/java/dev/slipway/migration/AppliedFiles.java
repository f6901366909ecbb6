package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationInfo.Entry;
import dev.slipway.migration.MigrationInfo.RepeatableEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files that make the schema of a history when they are applied to an empty one. A baseline
 * migration stands for the applied versions that it covers if files of them were deleted.
 * Immutable.
 *
 * @param files in the order in which the history has them
 * @param changed the repeatable migrations among the files of which the history has an earlier
 *     version; they are not in {@code files}
 * @param unavailable why no set of files makes this schema, where it is so
 */
record AppliedFiles(
    List<MigrationFile> files,
    List<MigrationFile> changed,
    Optional<SlipwayException> unavailable) {
  /** Compares files and history; reads the repeatable migrations. */
  static AppliedFiles of(MigrationInfo schema) {
    Map<MigrationFile, Integer> ranks = new HashMap<>();
    schema.entries().stream()
        .filter(Entry::applied)
        .forEach(entry -> ranks.put(entry.migration().up(), rank(entry.row())));
    List<MigrationFile> changed = new ArrayList<>();
    for (RepeatableEntry one : schema.repeated()) {
      if (!one.toRun()) {
        ranks.put(one.file(), rank(one.row()));
      } else if (one.row().filter(HistoryRow::success).isPresent()) {
        changed.add(one.file());
      }
    }
    List<MigrationVersion> deleted = schema.coveredByFiles();
    if (deleted.isEmpty()) {
      return new AppliedFiles(inOrder(ranks), List.copyOf(changed), Optional.empty());
    }
    MigrationVersion last = deleted.stream().max(Comparator.naturalOrder()).orElseThrow();
    MigrationFile start =
        schema.baselines().stream()
            .filter(file -> file.version().orElseThrow().compareTo(last) >= 0)
            .findFirst()
            .orElseThrow();
    MigrationVersion version = start.version().orElseThrow();
    ranks
        .keySet()
        .removeIf(file -> file.version().filter(one -> one.compareTo(version) <= 0).isPresent());
    ranks.put(start, 0);
    return new AppliedFiles(
        inOrder(ranks),
        List.copyOf(changed),
        schema.newestApplied().filter(newest -> newest.compareTo(version) < 0).isEmpty()
            ? Optional.empty()
            : Optional.of(
                SlipwayException.usageError(
                        "no file has the applied version "
                            + last
                            + ", and "
                            + start.path()
                            + " contains later versions that are not applied")
                    .hint("add the files of the applied versions, or apply the pending ones")));
  }

  private static int rank(Optional<HistoryRow> row) {
    return row.map(HistoryRow::rank).orElse(0);
  }

  /** Versions that one row of the history covers come in their own order. */
  private static List<MigrationFile> inOrder(Map<MigrationFile, Integer> ranks) {
    return ranks.entrySet().stream()
        .sorted(
            Map.Entry.<MigrationFile, Integer>comparingByValue()
                .thenComparing(
                    each -> each.getKey().version(),
                    Comparator.comparing(
                        version -> version.orElse(null),
                        Comparator.nullsLast(Comparator.naturalOrder()))))
        .map(Map.Entry::getKey)
        .toList();
  }
}
