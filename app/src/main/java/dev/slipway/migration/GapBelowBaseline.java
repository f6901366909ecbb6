package dev.slipway.migration;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.util.List;

/**
 * Versions that a baseline migration contains, and a history lacks. Immutable.
 *
 * @param file the baseline migration
 * @param newest the newest version of the history
 * @param lacking the versions, where the file says which it replaces
 */
record GapBelowBaseline(
    MigrationFile file, MigrationVersion newest, List<ReplacedMigration> lacking) {
  /** How many versions are not applied; 1 where the file does not say. */
  int count() {
    return Math.max(1, lacking.size());
  }

  String message() {
    return file.script()
        + " starts an empty schema at version "
        + file.version().orElseThrow()
        + ", and the newest version of this one is "
        + newest
        + (lacking.isEmpty()
            ? "; no file has a version between them"
            : "; files that it replaced are not applied: "
                + NameList.of(lacking.stream().map(ReplacedMigration::script)));
  }

  /** The same about one version. */
  String message(ReplacedMigration one) {
    return "version "
        + one.version()
        + " is not applied, and "
        + file.script()
        + " has replaced its file "
        + one.script();
  }

  SlipwayException rejection() {
    return SlipwayException.of(ExitCode.MIGRATION, message())
        .hint(
            "bring "
                + (lacking.isEmpty() ? "the files of the versions between them" : "these files")
                + " back from version control, or run the release that has them, and apply them"
                + " up to version "
                + file.version().orElseThrow());
  }
}
