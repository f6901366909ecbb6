package dev.slipway.migration;

import dev.slipway.config.Glob;
import dev.slipway.config.Utf8;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What is in the folders of migrations and is not applied, for the log. For one thread. */
final class IgnoredFiles {
  private final List<Glob> exclude;
  private final Set<Glob> used = new HashSet<>();
  private final List<String> excluded = new ArrayList<>();
  private final List<String> withoutMigration = new ArrayList<>();
  private final List<String> withoutVersion = new ArrayList<>();
  private final List<String> testData = new ArrayList<>();
  private final TreeMap<String, List<String>> otherDatabases = new TreeMap<>();

  IgnoredFiles(List<Glob> exclude) {
    this.exclude = exclude;
  }

  /**
   * Whether the user excludes a file or a folder, which is remembered.
   *
   * @param end what the log adds to the name
   */
  boolean excludes(String script, String end) {
    boolean matches = false;
    for (Glob glob : exclude) {
      if (glob.matches(script)) {
        used.add(glob);
        matches = true;
      }
    }
    if (matches) {
      excluded.add(Utf8.escaped(script) + end);
    }
    return matches;
  }

  /** A configuration that belongs to no migration. */
  void addWithoutMigration(String script) {
    withoutMigration.add(script);
  }

  void addWithoutVersion(String script) {
    withoutVersion.add(script);
  }

  void addTestData(String script) {
    testData.add(script);
  }

  void addOtherDatabase(String database, String script) {
    otherDatabases.computeIfAbsent(database, _ -> new ArrayList<>()).add(script);
  }

  /** Lines for the log; nothing about files that are no SQL. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!excluded.isEmpty()) {
      notes.add("excluded by --exclude (migrate.exclude): " + names(excluded));
    }
    exclude.stream()
        .filter(glob -> !used.contains(glob))
        .forEach(
            glob ->
                notes.add(
                    "warning: --exclude "
                        + glob.text()
                        + " matches no file in the folders of migrations"));
    otherDatabases.forEach(
        (database, names) ->
            notes.add(
                "ignored, because Slipway does not support " + database + ": " + names(names)));
    if (!withoutMigration.isEmpty()) {
      notes.add(
          "warning: no migration with a name of Flyway's belongs to " + names(withoutMigration));
    }
    if (!withoutVersion.isEmpty()) {
      notes.add("ignored, because the name has no version: " + names(withoutVersion));
    }
    if (!testData.isEmpty()) {
      notes.add("ignored, because the folder is named testdata: " + names(testData));
    }
    return notes;
  }

  private static String names(List<String> names) {
    return String.join(", ", names.stream().sorted().toList());
  }
}
