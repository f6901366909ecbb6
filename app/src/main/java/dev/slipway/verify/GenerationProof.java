package dev.slipway.verify;

import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaObject;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.lint.LintViolation;
import dev.slipway.lint.Linter;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.verify.SchemaModel.Difference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of generated migrations in a temporary folder, until they are proven. For one thread.
 */
final class GenerationProof implements AutoCloseable {
  private static final int DIFFERENCES_MAX = 20;
  private static final String NO_TRANSACTION = "-- no-transaction\n";

  private final DatabaseDriver driver;
  private final Settings.Migrate settings;
  private final boolean hasMigrations;
  private final Path folder;
  private final Map<String, String> files = new TreeMap<>();

  /** An empty folder. */
  GenerationProof(DatabaseDriver driver, Settings.Migrate settings, boolean hasMigrations) {
    this.driver = driver;
    this.settings = settings;
    this.hasMigrations = hasMigrations;
    try {
      this.folder = Files.createTempDirectory("slipway-generate");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder with the files. */
  Path folder() {
    return folder;
  }

  /** The text of each file by its name. */
  Map<String, String> files() {
    return files;
  }

  /** Writes files, and replaces those that have the same names. */
  void write(Map<String, String> texts) {
    files.putAll(texts);
    try {
      for (Map.Entry<String, String> file : texts.entrySet()) {
        Path path = folder.resolve(file.getKey());
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        Files.writeString(path, file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Adds a comment to each statement in which lint finds something, which accepts it.
   *
   * @throws SlipwayException (migration) if lint finds what no comment accepts
   */
  void acceptFindings(GeneratedMigrations migrations) {
    Map<Path, Set<LintViolation>> byFile = new TreeMap<>();
    lint().stream()
        .filter(violation -> violation.rule().isSuppressible())
        .forEach(
            violation ->
                byFile
                    .computeIfAbsent(violation.file(), _ -> new LinkedHashSet<>())
                    .add(violation));
    Map<String, String> accepting = new TreeMap<>();
    byFile.forEach(
        (path, violations) -> {
          String name = folder.relativize(path).toString().replace('\\', '/');
          accepting.put(
              name, withComments(Objects.requireNonNull(files.get(name)), violations, migrations));
        });
    write(accepting);
    List<LintViolation> left = lint();
    if (!left.isEmpty()) {
      LintViolation first = left.getFirst();
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              "no migration was written, because lint finds "
                  + first.rule().id()
                  + " in "
                  + first.file().getFileName()
                  + ":"
                  + first.line()
                  + ": "
                  + first.subject())
          .hint(first.rule().remedy());
    }
  }

  private List<LintViolation> lint() {
    List<Path> paths = new ArrayList<>(hasMigrations ? settings.paths() : List.of());
    paths.add(folder);
    return Linter.check(
            settings.withFolders(paths, settings.exclude()), List.of(driver), Linter.Scope.all())
        .flaws()
        .stream()
        .filter(violation -> violation.file().startsWith(folder))
        .toList();
  }

  private static String withComments(
      String text, Set<LintViolation> violations, GeneratedMigrations migrations) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    violations.stream()
        .sorted(Comparator.comparingInt(LintViolation::line).reversed())
        .forEach(
            violation ->
                lines.add(
                    violation.line() == 1 && text.startsWith(NO_TRANSACTION)
                        ? 1
                        : violation.line() - 1,
                    "-- slipway:allow "
                        + violation.rule().id()
                        + " "
                        + migrations.reason(violation.subject())));
    return String.join("\n", lines) + "\n";
  }

  /**
   * Applies or reverts a migration on a scratch database.
   *
   * @throws SlipwayException (migration) if it fails
   */
  void step(ScratchReplay replay, ScratchDatabase scratch, Direction direction, int number) {
    try {
      replay.step(scratch, folder, direction, number);
    } catch (SlipwayException e) {
      if (e.exitCode() != ExitCode.MIGRATION && e.exitCode() != ExitCode.USAGE) {
        throw e;
      }
      throw failure(String.valueOf(e.getMessage()).replace(folder + "/", "")).cause(e);
    }
  }

  /**
   * Compares the schema of a scratch database after a step.
   *
   * @param irreversible whether the schema may have more than it should
   */
  void require(
      String when,
      SchemaContents found,
      SchemaContents expected,
      boolean down,
      boolean irreversible) {
    boolean grants = driver.schemaDumper().filter(dumper -> !dumper.writesGrants()).isEmpty();
    List<Difference> differences =
        SchemaModel.of(found).differences(SchemaModel.of(expected)).stream()
            .filter(
                difference ->
                    grants || !difference.property().equals(Optional.of(SchemaObject.GRANTS)))
            .filter(
                difference ->
                    !down || !difference.property().equals(Optional.of(SchemaObject.VALIDATED)))
            .toList();
    if (differences.isEmpty()
        || (irreversible && differences.stream().noneMatch(Difference::isMissing))) {
      return;
    }
    throw failure(
        when
            + ", the schema differs\n"
            + String.join(
                "\n",
                differences.stream()
                    .limit(DIFFERENCES_MAX)
                    .map(difference -> difference.describe("is missing", "should not exist"))
                    .toList()));
  }

  /** Why nothing is written. */
  static SlipwayException failure(String why) {
    return SlipwayException.of(
            ExitCode.MIGRATION, "no migration was written, because it could not be proven\n" + why)
        .hint("write this change by hand, with `slipway migrate sql create`");
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // It is empty or small, and in the folder for temporary files.
      System.getLogger(GenerationProof.class.getName()).log(System.Logger.Level.DEBUG, "close", e);
    }
  }
}
