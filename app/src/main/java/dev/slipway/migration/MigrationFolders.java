package dev.slipway.migration;

import dev.slipway.config.Glob;
import dev.slipway.config.IoErrors;
import dev.slipway.config.Settings;
import dev.slipway.config.Utf8;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationFileName.Category;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The migration files in one or several folders, for any database, and what was left out of them.
 * The order in which a file system lists its files changes nothing. Immutable; the files' contents
 * are read later, each when it is needed.
 */
public final class MigrationFolders {
  /** Where a container finds mounted migrations; mounting them without naming them is a mistake. */
  private static final Path MOUNT = Path.of("/migrations");

  /** Where a service's migrations usually are, in the folder in which slipway runs. */
  private static final Path WORKING_FOLDER = Path.of("./migrations");

  /** What Flyway adds to a migration's name for its configuration. */
  private static final String CONF = ".sql.conf";

  private final List<MigrationFile> files = new ArrayList<>();
  private final List<String> excluded = new ArrayList<>();
  private final List<String> withoutMigration = new ArrayList<>();
  private final List<String> withoutVersion = new ArrayList<>();
  private final TreeMap<String, List<String>> otherDatabases = new TreeMap<>();
  private final Set<Glob> used = new HashSet<>();
  private final List<Glob> exclude;

  private MigrationFolders(List<Glob> exclude) {
    this.exclude = exclude;
  }

  /**
   * Lists the folders, and all below them but hidden ones; without a folder, Slipway's own schema.
   *
   * @throws SlipwayException (usage) if a folder cannot be read or holds no migration, or naming
   *     every file whose name is not exactly a migration's
   */
  static MigrationFolders read(Settings.Migrate settings) {
    Map<Path, SlipwayException> rejections = new TreeMap<>();
    return requireExactNames(read(settings, rejections::put), rejections);
  }

  /** The same for one folder in which the first migration may still be missing, or the folder. */
  static MigrationFolders readForCreation(Settings.Migrate settings) {
    Path folder = settings.paths().getFirst();
    Map<Path, SlipwayException> rejections = new TreeMap<>();
    var listing = new MigrationFolders(settings.exclude());
    if (Files.exists(folder)) {
      listing.walk(folder, rejections::put);
    }
    return requireExactNames(listing, rejections);
  }

  private static MigrationFolders requireExactNames(
      MigrationFolders listing, Map<Path, SlipwayException> rejections) {
    List<SlipwayException> faults = List.copyOf(rejections.values());
    if (faults.size() == 1) {
      throw faults.getFirst();
    }
    if (!faults.isEmpty()) {
      throw SlipwayException.usageError(
              faults.size()
                  + " files cannot be used as migrations:\n"
                  + faults.stream()
                      .map(SlipwayException::getMessage)
                      .collect(Collectors.joining("\n")))
          .hint(faults.stream().flatMap(fault -> fault.hint().stream()).findFirst().orElse(""));
    }
    return listing;
  }

  /**
   * Lists the same, and goes on after a file that cannot be used.
   *
   * @param rejected receives each file that is almost a migration, in the order of their paths
   * @throws SlipwayException (usage) if a folder cannot be read or holds no migration
   */
  public static MigrationFolders read(
      Settings.Migrate settings, BiConsumer<Path, SlipwayException> rejected) {
    var listing = new MigrationFolders(settings.exclude());
    if (settings.paths().isEmpty()) {
      rejectUnusedFolders();
      listing.add(bundledMigrations(), rejected);
    }
    for (Path folder : settings.paths()) {
      listing.add(folder, rejected);
    }
    return listing;
  }

  /** The migrations, in the order of their names in the history. */
  public List<MigrationFile> files() {
    return List.copyOf(files);
  }

  /** What was left out and why, in lines for the log; nothing about files that are no SQL. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!excluded.isEmpty()) {
      notes.add("excluded by --exclude (migrate.exclude): " + String.join(", ", excluded));
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
                "ignored, because Slipway does not "
                    + "support "
                    + database
                    + ": "
                    + String.join(", ", names)));
    if (!withoutMigration.isEmpty()) {
      notes.add(
          "warning: no migration with a name of Flyway's belongs to "
              + String.join(", ", withoutMigration));
    }
    if (!withoutVersion.isEmpty()) {
      notes.add("ignored, because the name has no version: " + String.join(", ", withoutVersion));
    }
    return notes;
  }

  /** Migrations in the usual folders that nothing names: applying the bundled ones is a mistake. */
  private static void rejectUnusedFolders() {
    for (Path folder : List.of(MOUNT, WORKING_FOLDER)) {
      if (Files.isDirectory(folder) && !isEmpty(folder)) {
        throw SlipwayException.usageError(
                "there are files in "
                    + folder
                    + ", but no path to migrations is given, so the schema of the bundled service"
                    + " would be applied")
            .hint(
                "say --path "
                    + folder
                    + " (or MIGRATE_PATH, or migrate.path) to apply them; for the bundled service,"
                    + " run slipway in another folder");
      }
    }
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.allMatch(MigrationFolders::ignored);
    } catch (IOException e) {
      throw SlipwayException.usageError("cannot read " + folder + ": " + IoErrors.describe(e))
          .cause(e);
    }
  }

  /** Slipway's own migrations: a folder of its class path, or inside its jar. */
  private static Path bundledMigrations() {
    URL folder = MigrationFolders.class.getResource("/migrations");
    try {
      // The file system of the jar stays open: the files are read from it until the process ends.
      return folder.openConnection() instanceof JarURLConnection inJar
          ? FileSystems.newFileSystem(Path.of(inJar.getJarFileURL().toURI()))
              .getPath(inJar.getEntryName())
          : Path.of(folder.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(Path folder, BiConsumer<Path, SlipwayException> rejected) {
    if (walk(folder, rejected)) {
      return;
    }
    throw SlipwayException.usageError("there is no migration in " + folder)
        .hint(
            "check the path, and that the volume is mounted; the names of migrations are "
                + MigrationFileName.PATTERNS);
  }

  /** Returns whether there is a migration in the folder, or what is almost one. */
  private boolean walk(Path folder, BiConsumer<Path, SlipwayException> rejected) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw SlipwayException.usageError(
              "the path to migrations " + folder + " is a file, not a folder")
          .hint("name the folder that it lies in");
    }
    var walk = new FolderVisitor(folder);
    try {
      Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
    } catch (IOException e) {
      throw SlipwayException.usageError(
              "cannot read the folder of migrations " + folder + ": " + IoErrors.describe(e))
          .hint("check --path (MIGRATE_PATH, migrate.path)")
          .cause(e);
    }
    walk.finish();
    walk.rejections.forEach(rejected);
    files.addAll(walk.found);
    return !walk.found.isEmpty() || !walk.rejections.isEmpty();
  }

  /** One folder, and all below it. */
  private final class FolderVisitor extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final List<MigrationFile> found = new ArrayList<>();
    private final TreeMap<Path, SlipwayException> rejections = new TreeMap<>();
    private final List<Path> code = new ArrayList<>();
    private final List<Path> configurations = new ArrayList<>();
    private final Set<Path> withMigrations = new HashSet<>();

    FolderVisitor(Path folder) {
      this.folder = folder;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
      if (path.equals(folder)) {
        return FileVisitResult.CONTINUE;
      }
      if (ignored(path) || excluded(script(path), "/")) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      if (MigrationFileName.of(path.getFileName().toString()).category() == Category.MIGRATION) {
        rejections.put(
            path,
            SlipwayException.usageError(path + " is a folder, with the name of a migration")
                .hint(
                    "a container's engine makes such a folder where the file to be mounted does not "
                        + "exist; remove it, or leave it out with --exclude"));
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    /** Also called instead of the method above for a folder that cannot be read. */
    @Override
    public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
      if (path.equals(folder)) {
        throw e;
      }
      if (ignored(path) || excluded(script(path), "")) {
        return FileVisitResult.CONTINUE;
      }
      throw SlipwayException.usageError(
              "cannot read " + path + ", which may contain migrations: " + IoErrors.describe(e))
          .hint("let the user who runs slipway read it, or leave it out with --exclude")
          .cause(e);
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
      String script = script(path);
      if (ignored(path) || excluded(script, "")) {
        return FileVisitResult.CONTINUE;
      }
      if (script.toLowerCase(Locale.ROOT).endsWith(CONF)) {
        configurations.add(path);
        return FileVisitResult.CONTINUE;
      }
      MigrationFileName name = MigrationFileName.of(script.substring(script.lastIndexOf('/') + 1));
      if (name.category() != Category.OTHER && Utf8.invalid(script)) {
        rejections.put(
            path,
            SlipwayException.usageError(
                    "the file name " + folder + "/" + Utf8.escaped(script) + " is not valid UTF-8")
                .hint("rename it; `convmv -f LATIN1 -t UTF-8` does so for a whole folder"));
        return FileVisitResult.CONTINUE;
      }
      switch (name.category()) {
        case MIGRATION -> {
          withMigrations.add(path.getParent());
          // Whoever opens a named pipe waits for its other end, and no signal ends that.
          if (attributes.isOther()) {
            rejections.put(
                path,
                SlipwayException.usageError(path + " is not a regular file")
                    .hint(
                        "a pipe, a socket, or a device holds no migration; remove it, or leave it out "
                            + "with --exclude"));
            return FileVisitResult.CONTINUE;
          }
          try {
            found.add(
                FlywayScriptConfig.applyTo(
                    MigrationFile.of(path, script, name.parts().orElseThrow())));
          } catch (SlipwayException fault) {
            rejections.put(path, fault);
          }
        }
        case MISNAMED -> {
          withMigrations.add(path.getParent());
          rejections.put(path, misnamed(path, name.problem()));
        }
        case CODE -> code.add(path);
        case OTHER_DATABASE -> {
          withMigrations.add(path.getParent());
          otherDatabases.computeIfAbsent(name.problem(), _ -> new ArrayList<>()).add(script);
        }
        case NO_VERSION -> withoutVersion.add(script);
        case OTHER -> {}
      }
      return FileVisitResult.CONTINUE;
    }

    /** A program is a migration where there are others; elsewhere its number may mean anything. */
    void finish() {
      for (Path path : code) {
        if (withMigrations.contains(path.getParent())) {
          rejections.put(
              path, misnamed(path, MigrationFileName.of(path.getFileName().toString()).problem()));
        }
      }
      for (Path path : configurations) {
        check(path);
      }
      found.sort(Comparator.comparing(MigrationFile::script));
      withoutMigration.sort(null);
      withoutVersion.sort(null);
      excluded.sort(null);
      otherDatabases.values().forEach(names -> names.sort(null));
    }

    /** A configuration that belongs to no file would change nothing, which nobody intends. */
    private void check(Path configuration) {
      String name = configuration.getFileName().toString();
      Path file = configuration.resolveSibling(name.substring(0, name.length() - ".conf".length()));
      List<String> siblings =
          found.stream()
              .filter(MigrationFile::flyway)
              .filter(each -> Objects.equals(configuration.getParent(), each.path().getParent()))
              .map(each -> each.path().getFileName().toString())
              .filter(each -> each.equalsIgnoreCase(file.getFileName().toString()))
              .toList();
      if (siblings.isEmpty()) {
        withoutMigration.add(script(configuration));
      } else if (siblings.stream().noneMatch(each -> name.equals(each + ".conf"))) {
        rejections.put(
            configuration,
            misnamed(configuration, "rename it to " + siblings.getFirst() + ".conf"));
      }
    }

    private SlipwayException misnamed(Path path, String text) {
      return SlipwayException.usageErrorIn(path, text)
          .hint(
              "only exact names are applied, and none is skipped: "
                  + MigrationFileName.PATTERNS
                  + "; --exclude GLOB leaves a file out");
    }

    private String script(Path path) {
      return Utf8.text(folder.relativize(path)).replace('\\', '/');
    }

    private boolean excluded(String script, String end) {
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
  }

  /**
   * Hidden files and folders: a mounted ConfigMap contains its files a second time, below "..data".
   * The root of a volume contains a folder for recovered files, which only root may read.
   */
  private static boolean ignored(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith(".") || name.equals("lost+found");
  }
}
