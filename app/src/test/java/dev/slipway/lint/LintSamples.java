package dev.slipway.lint;

import dev.slipway.driver.Drivers;
import dev.slipway.sql.SqlScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A schema with rows, the statements of the release that uses it, and migrations to judge. A line
 * of migrations contains alternatives: <code>ALTER TABLE t {ADD a int|DROP b}</code>.
 */
record LintSamples(String dialect, String schema, String rows, List<String> release) {
  private static final Path FOLDER = Path.of("src/test/resources/lint");

  static LintSamples of(String dialect) {
    return new LintSamples(
        dialect,
        read(dialect + "-schema.sql"),
        read(dialect + "-rows.sql"),
        read(dialect + "-release.sql").lines().toList());
  }

  private static String read(String name) {
    try {
      return Files.readString(FOLDER.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first migrations in a random order; every run has the same order. */
  List<String> migrations(int limit) {
    List<String> all =
        new ArrayList<>(
            read(dialect + "-statements.sql")
                .lines()
                .flatMap(line -> expand(line).stream())
                .toList());
    Collections.shuffle(all, new Random(20261130));
    return all.subList(0, Math.min(limit, all.size()));
  }

  /** All combinations of the alternatives. */
  private static List<String> expand(String line) {
    int open = line.indexOf('{');
    if (open < 0) {
      return List.of(line.strip());
    }
    int close = line.indexOf('}', open);
    List<String> all = new ArrayList<>();
    for (String one : line.substring(open + 1, close).split("\\|", -1)) {
      all.addAll(expand(line.substring(0, open) + one + line.substring(close + 1)));
    }
    return all;
  }

  /** The statements of a text. */
  List<String> statements(String sql) {
    SqlScript script = SqlScript.parse(sql, Drivers.require(dialect).syntax());
    return script.statements().stream().map(script::sql).toList();
  }
}
