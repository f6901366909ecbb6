package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationInfo.Entry;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files that make the schema of a history when they are applied to an empty one. A baseline
 * migration stands for the applied versions that it covers if files of them were deleted.
 * Immutable.
 *
 * @param files in no order
 * @param unavailable why no set of files makes this schema, where it is so
 */
record AppliedFiles(Set<MigrationFile> files, Optional<SlipwayException> unavailable) {
  /** Compares files and history; reads the repeatable migrations. */
  static AppliedFiles of(MigrationInfo schema) {
    Set<MigrationFile> applied = new HashSet<>();
    schema.entries().stream()
        .filter(Entry::applied)
        .forEach(entry -> applied.add(entry.migration().up()));
    schema.repeated().forEach(one -> applied.add(one.file()));
    schema.repeatables().forEach(one -> applied.remove(one.file()));
    List<MigrationVersion> deleted = schema.coveredByFiles();
    if (deleted.isEmpty()) {
      return new AppliedFiles(Set.copyOf(applied), Optional.empty());
    }
    MigrationVersion last = deleted.stream().max(Comparator.naturalOrder()).orElseThrow();
    MigrationFile start =
        schema.baselines().stream()
            .filter(file -> file.version().orElseThrow().compareTo(last) >= 0)
            .findFirst()
            .orElseThrow();
    MigrationVersion version = start.version().orElseThrow();
    applied.removeIf(file -> file.version().filter(one -> one.compareTo(version) <= 0).isPresent());
    applied.add(start);
    return new AppliedFiles(
        Set.copyOf(applied),
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
}
