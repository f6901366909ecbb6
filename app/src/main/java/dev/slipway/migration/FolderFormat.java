package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides which format the files of one folder have. All have the same: a file that does not fit is
 * rejected, and none is left out. Names of pairs and of Flyway may be mixed, since nothing in them
 * can be mistaken.
 */
final class FolderFormat {
  private static final Set<MigrationFormat> MIXABLE =
      EnumSet.of(MigrationFormat.PAIRS, MigrationFormat.FLYWAY);

  private final Path folder;
  private final boolean recursive;
  private final FlywayFileName flyway;
  private final BiConsumer<Path, SlipwayException> rejected;
  private final Map<MigrationFormat, List<Candidate>> candidates =
      new EnumMap<>(MigrationFormat.class);

  /** Whether the settings name the format. */
  private boolean isForced;

  /**
   * A file with the name of a migration.
   *
   * @param parts what the name says; the format of a single file is not known by its name
   * @param section what the comments of a single file say
   */
  private record Candidate(
      Path path, String script, NameParts parts, Optional<SectionInputStream> section) {
    /** How many folders it is below the one that was named. */
    int depth() {
      return (int) script.chars().filter(c -> c == '/').count();
    }

    MigrationFormat format() {
      return section
          .map(SectionInputStream::formats)
          .flatMap(formats -> formats.stream().findFirst())
          .orElse(parts.format());
    }
  }

  /**
   * Nothing is decided yet.
   *
   * @param rejected receives each file that does not fit
   */
  FolderFormat(
      Path folder,
      boolean recursive,
      FlywayFileName flyway,
      BiConsumer<Path, SlipwayException> rejected) {
    this.folder = folder;
    this.recursive = recursive;
    this.flyway = flyway;
    this.rejected = rejected;
  }

  /** Adds a file whose name says everything. */
  void add(Path path, String script, NameParts parts) {
    add(new Candidate(path, script, parts, Optional.empty()));
  }

  /**
   * Adds a file whose comments say in which format it is.
   *
   * @throws SlipwayException (usage) if it cannot be read
   */
  void addSingleFile(Path path, String script, NameParts parts) {
    add(new Candidate(path, script, parts, Optional.of(SectionInputStream.scan(path))));
  }

  private void add(Candidate candidate) {
    candidates.computeIfAbsent(candidate.format(), _ -> new ArrayList<>()).add(candidate);
  }

  /**
   * The formats of the folder: one, or those that may be mixed.
   *
   * @param forced the format that the settings name
   */
  Set<MigrationFormat> formats(Optional<MigrationFormat> forced) {
    if (forced.isPresent()) {
      isForced = true;
      return EnumSet.of(forced.get());
    }
    // A subfolder may contain anything, as long as the folder itself contains migrations.
    Map<MigrationFormat, Long> counts = new EnumMap<>(MigrationFormat.class);
    candidates.forEach(
        (format, files) -> {
          int own = format.hasFolders() ? 1 : 0;
          long count = files.stream().filter(file -> file.depth() == own).count();
          if (count > 0) {
            counts.put(format, count);
          }
        });
    if (counts.isEmpty()) {
      candidates.forEach((format, files) -> counts.put(format, (long) files.size()));
    }
    if (counts.isEmpty() || MIXABLE.containsAll(counts.keySet())) {
      return counts.isEmpty() ? Set.of() : EnumSet.copyOf(counts.keySet());
    }
    if (hasSections(counts.keySet())) {
      // A file without comments is the one that lacks them.
      counts.remove(MigrationFormat.PLAIN);
    }
    Set<MigrationFormat> mixed = EnumSet.copyOf(MIXABLE);
    mixed.retainAll(counts.keySet());
    long mixedCount = mixed.stream().mapToLong(format -> counts.getOrDefault(format, 0L)).sum();
    counts.keySet().removeAll(mixed);
    long most = counts.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    return mixedCount >= most
        ? mixed
        : Set.of(
            counts.keySet().stream()
                .filter(format -> counts.getOrDefault(format, 0L) == most)
                .findFirst()
                .orElseThrow());
  }

  private static boolean hasSections(Set<MigrationFormat> formats) {
    return formats.stream().anyMatch(MigrationFormat::hasSections);
  }

  /**
   * The migrations in these formats; rejects all other files.
   *
   * @param ignored receives the files in folders that are named {@code testdata}
   */
  List<MigrationFile> files(Set<MigrationFormat> formats, IgnoredFiles ignored) {
    List<MigrationFile> files = new ArrayList<>();
    Map<String, List<Candidate>> nested = new TreeMap<>();
    candidates.forEach(
        (format, all) -> {
          for (Candidate file : all) {
            if (!recursive && !format.isRecursive() && isTestData(file)) {
              ignored.addTestData(file.script());
            } else if (!formats.contains(format) && !isBaselineOfPairs(file, formats)) {
              // Without the comments of goose or dbmate, a file is what its name says.
              if (formats.equals(Set.of(MigrationFormat.PLAIN)) && format.hasSections()) {
                files.add(whole(file));
              } else {
                rejected.accept(file.path(), misfit(file, formats));
              }
            } else if (!recursive
                && !format.isRecursive()
                && file.depth() > (format.hasFolders() ? 1 : 0)) {
              nested
                  .computeIfAbsent(
                      file.script().substring(0, file.script().lastIndexOf('/')),
                      _ -> new ArrayList<>())
                  .add(file);
            } else {
              add(file, files);
            }
          }
        });
    nested.forEach(
        (subfolder, inside) ->
            rejected.accept(inside.getFirst().path(), nested(subfolder, inside)));
    return files;
  }

  /** Whether a file stands for pairs, which have no name of their own for it. */
  private static boolean isBaselineOfPairs(Candidate file, Set<MigrationFormat> formats) {
    return file.parts().kind() == MigrationKind.BASELINE && formats.contains(MigrationFormat.PAIRS);
  }

  private static boolean isTestData(Candidate file) {
    return Stream.of(file.script().split("/")).anyMatch("testdata"::equals);
  }

  private void add(Candidate file, List<MigrationFile> files) {
    if (file.section().isEmpty() || !file.format().hasSections()) {
      files.add(whole(file));
      return;
    }
    SectionInputStream section = file.section().get();
    Optional<SlipwayException> fault = fault(file, section);
    if (fault.isPresent()) {
      rejected.accept(file.path(), fault.get());
      return;
    }
    files.add(section(file, section, MigrationKind.UP, file.script()));
    if (section.has(MigrationKind.DOWN)) {
      // The name in the history distinguishes the directions of an incomplete migration.
      files.add(section(file, section, MigrationKind.DOWN, file.script() + " (down)"));
    }
  }

  private static MigrationFile whole(Candidate file) {
    return MigrationFile.of(file.path(), file.script(), file.parts());
  }

  private static MigrationFile section(
      Candidate file, SectionInputStream section, MigrationKind direction, String script) {
    NameParts name = file.parts();
    return new MigrationFile(
        file.path(),
        script,
        direction,
        name.version(),
        name.name(),
        name.dialect(),
        section.isAutocommit(direction),
        file.format(),
        false);
  }

  private static Optional<SlipwayException> fault(Candidate file, SectionInputStream section) {
    if (section.formats().size() > 1) {
      return Optional.of(
          SlipwayException.usageErrorIn(
                  file.path(), "contains the comments of both goose and dbmate")
              .hint("keep those of one of them"));
    }
    if (section.problem().isPresent()) {
      SectionInputStream.Problem problem = section.problem().get();
      return Optional.of(
          SlipwayException.usageErrorAt(file.path(), problem.line(), problem.text())
              .hint(file.format().label() + " itself would reject the file"));
    }
    return section.has(MigrationKind.UP)
        ? Optional.empty()
        : Optional.of(
            SlipwayException.usageErrorIn(file.path(), "has no " + begin(file.format()))
                .hint("write the line above the statements that apply the migration"));
  }

  private static String begin(MigrationFormat format) {
    return format == MigrationFormat.GOOSE ? "`-- +goose Up`" : "`-- migrate:up`";
  }

  private SlipwayException misfit(Candidate file, Set<MigrationFormat> formats) {
    MigrationFormat format = formats.iterator().next();
    if (isForced) {
      return SlipwayException.usageErrorIn(
              file.path(),
              "is in the format "
                  + file.format().label()
                  + ", and --file-format (migrate.file_format) says "
                  + format.label())
          .hint(format.label() + " is " + format.pattern() + "; --exclude GLOB leaves a file out");
    }
    String overridden =
        "; --exclude GLOB leaves a file out, and --file-format (migrate.file_format) names the format";
    if (format.hasSections() && file.format() == MigrationFormat.PLAIN) {
      return SlipwayException.usageErrorIn(
              file.path(),
              "has no "
                  + begin(format)
                  + ", and the other files in the folder are "
                  + format.label()
                  + "'s")
          .hint("write the line above the statements that apply the migration" + overridden);
    }
    String names =
        formats.stream().map(MigrationFormat::label).collect(Collectors.joining(" and "));
    String example =
        formats.stream()
            .flatMap(each -> candidates.getOrDefault(each, List.of()).stream())
            .map(Candidate::script)
            .min(Comparator.naturalOrder())
            .map(script -> " (" + script + ")")
            .orElse("");
    String rename =
        file.format() == MigrationFormat.PLAIN && MIXABLE.containsAll(formats)
            ? "rename it to "
                + MigrationFileName.asPair(file.path().getFileName().toString(), flyway)
            : "move the files of one format to a folder of their own, with a --path for each";
    return SlipwayException.usageErrorIn(
            file.path(),
            "the folder fits two formats: this file is "
                + file.format().label()
                + ", and others are "
                + names
                + example)
        .hint(rename + overridden);
  }

  private SlipwayException nested(String subfolder, List<Candidate> files) {
    MigrationFormat format = files.getFirst().format();
    Path path = folder.resolve(subfolder);
    return SlipwayException.usageErrorIn(
            path,
            "migrations in a subfolder, which the format "
                + format.label()
                + (format.hasFolders() ? " has only one level of" : " does not have")
                + ": "
                + NameList.of(
                    files.stream().map(file -> file.script().substring(subfolder.length() + 1))))
        .hint(
            "--recursive reads them too, --path "
                + path
                + " reads this folder, and --exclude "
                + subfolder
                + " leaves it out");
  }
}
