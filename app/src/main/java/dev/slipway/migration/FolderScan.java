package dev.slipway.migration;

import dev.slipway.config.IoErrors;
import dev.slipway.config.Settings;
import dev.slipway.config.Utf8;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationFileName.Category;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files in one folder of migrations, and in all below it: visits them, and then decides what
 * each of them is. Used once, by one thread.
 */
final class FolderScan extends SimpleFileVisitor<Path> {
  /** What Flyway adds to a migration's name for its configuration. */
  private static final String CONF = ".conf";

  /** Where Diesel says that a migration runs outside a transaction. */
  private static final String METADATA = "metadata.toml";

  private static final Pattern NO_TRANSACTION =
      Pattern.compile("^\\s*run_in_transaction\\s*=\\s*false\\s*(?:#.*)?$", Pattern.MULTILINE);

  /** The name of a folder that is a migration: Diesel separates the parts of a date by dashes. */
  private static final Pattern FOLDER_NAME = Pattern.compile("(\\d+(?:-\\d+)*)(?:_(.*))?");

  private final Path folder;
  private final Settings.Migrate settings;
  private final IgnoredFiles ignored;
  private final FolderFormat format;
  private final FlywayFileName flyway;
  private final TreeMap<Path, SlipwayException> rejections = new TreeMap<>();
  private final Map<Path, MigrationFileName> misnamed = new TreeMap<>();
  private final List<Path> code = new ArrayList<>();
  private final List<Path> configurations = new ArrayList<>();
  private final Set<Path> withMigrations = new HashSet<>();

  /** Folders that are migrations by their names and hold none, or the reverse. */
  private final Map<Path, String> incompleteFolders = new TreeMap<>();

  FolderScan(Path folder, Settings.Migrate settings, IgnoredFiles ignored) {
    this.folder = folder;
    this.settings = settings;
    this.ignored = ignored;
    this.flyway = new FlywayFileName(settings.flyway());
    this.format = new FolderFormat(folder, settings.recursive(), flyway, rejections::put);
  }

  /** The files that cannot be used, in the order of their paths; complete after {@link #finish}. */
  Map<Path, SlipwayException> rejections() {
    return rejections;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
    if (path.equals(folder)) {
      return FileVisitResult.CONTINUE;
    }
    if (isIgnored(path) || ignored.excludes(script(path), "/")) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    String name = path.getFileName().toString();
    if (MigrationFileName.of(name, flyway).parts().isPresent()) {
      rejections.put(
          path,
          SlipwayException.usageError(path + " is a folder, with the name of a migration")
              .hint(
                  "a container's engine makes such a folder where the file to be mounted does not "
                      + "exist; remove it, or leave it out with --exclude"));
      return FileVisitResult.SKIP_SUBTREE;
    }
    if (folder.equals(path.getParent()) && FOLDER_NAME.matcher(name).matches()) {
      incompleteFolders.put(path, "the folder of a migration contains none");
    }
    return FileVisitResult.CONTINUE;
  }

  /** Also called instead of the method above for a folder that cannot be read. */
  @Override
  public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
    if (path.equals(folder)) {
      throw e;
    }
    if (isIgnored(path) || ignored.excludes(script(path), "")) {
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
    if (isIgnored(path) || ignored.excludes(script, "")) {
      return FileVisitResult.CONTINUE;
    }
    if (isConfiguration(script)) {
      configurations.add(path);
      return FileVisitResult.CONTINUE;
    }
    String fileName = script.substring(script.lastIndexOf('/') + 1);
    Optional<NameParts> inFolder = inVersionFolder(path, fileName);
    MigrationFileName name = MigrationFileName.of(fileName, flyway);
    boolean named = inFolder.isPresent() || name.category() != Category.OTHER;
    if (named && Utf8.invalid(script)) {
      rejections.put(
          path,
          SlipwayException.usageError(
                  "the file name " + folder + "/" + Utf8.escaped(script) + " is not valid UTF-8")
              .hint("rename it; `convmv -f LATIN1 -t UTF-8` does so for a whole folder"));
      return FileVisitResult.CONTINUE;
    }
    Optional<NameParts> parts = inFolder.or(name::parts);
    if (parts.isPresent()) {
      withMigrations.add(path.getParent());
      if (isRegular(path, attributes)) {
        add(
            path,
            script,
            parts.get(),
            inFolder.isEmpty() && name.category() == Category.SINGLE_FILE);
      }
      return FileVisitResult.CONTINUE;
    }
    switch (name.category()) {
      case MISNAMED -> {
        withMigrations.add(path.getParent());
        misnamed.put(path, name);
      }
      case CODE -> code.add(path);
      case OTHER_DATABASE -> {
        withMigrations.add(path.getParent());
        ignored.addOtherDatabase(name.problem(), script);
      }
      case NO_VERSION -> ignored.addWithoutVersion(script);
      case MIGRATION, SINGLE_FILE, OTHER -> {}
    }
    return FileVisitResult.CONTINUE;
  }

  private boolean isConfiguration(String script) {
    String lower = script.toLowerCase(Locale.ROOT);
    return lower.endsWith(CONF)
        && (lower.endsWith(".sql" + CONF)
            || flyway
                .withoutSuffix(lower.substring(0, lower.length() - CONF.length()))
                .isPresent());
  }

  /** Opening a named pipe blocks until its other end is opened, and no signal interrupts it. */
  private boolean isRegular(Path path, BasicFileAttributes attributes) {
    if (attributes.isOther()) {
      rejections.put(
          path,
          SlipwayException.usageError(path + " is not a regular file")
              .hint(
                  "a pipe, a socket, or a device holds no migration; remove it, or leave it out "
                      + "with --exclude"));
    }
    return !attributes.isOther();
  }

  private void add(Path path, String script, NameParts parts, boolean single) {
    try {
      if (single) {
        format.addSingleFile(path, script, parts);
      } else {
        format.add(path, script, parts);
      }
    } catch (SlipwayException fault) {
      rejections.put(path, fault);
    }
  }

  /** What a file of Prisma or Diesel is by its own name and that of its folder. */
  private Optional<NameParts> inVersionFolder(Path path, String fileName) {
    // Prisma's guide keeps statements that revert a migration in a down.sql next to it.
    boolean prisma =
        fileName.equals("migration.sql")
            || (fileName.equals("down.sql") && Files.exists(path.resolveSibling("migration.sql")));
    Path parent = path.getParent();
    if ((!prisma && !fileName.equals("up.sql") && !fileName.equals("down.sql"))
        || parent == null
        || parent.equals(folder)) {
      return Optional.empty();
    }
    Matcher name = FOLDER_NAME.matcher(parent.getFileName().toString());
    if (!name.matches()) {
      incompleteFolders.put(parent, "the folder of a migration has no version in its name");
      return Optional.empty();
    }
    incompleteFolders.remove(parent);
    return Optional.of(
        new NameParts(
            fileName.equals("down.sql") ? MigrationKind.DOWN : MigrationKind.UP,
            Optional.of(MigrationVersion.of(name.group(1).replace("-", ""))),
            Objects.requireNonNullElse(name.group(2), ""),
            Optional.empty(),
            !prisma && isOutsideTransaction(parent.resolve(METADATA)),
            prisma ? MigrationFormat.PRISMA : MigrationFormat.DIESEL));
  }

  private static boolean isOutsideTransaction(Path metadata) {
    try {
      return Files.exists(metadata) && NO_TRANSACTION.matcher(Files.readString(metadata)).find();
    } catch (IOException e) {
      throw MigrationFileReader.unreadable(metadata, e);
    }
  }

  /** The migrations that were found, in the order of their names in the history. */
  List<MigrationFile> finish() {
    Set<MigrationFormat> formats = format.formats(MigrationFormat.of(settings.fileFormat()));
    boolean single = formats.stream().anyMatch(MigrationFormat::isSingleFile);
    misnamed.forEach(
        (path, name) ->
            rejections.put(path, misnamed(path, single ? amongSingleFiles(path) : name)));
    List<MigrationFile> found = new ArrayList<>();
    for (MigrationFile file : format.files(formats, ignored)) {
      try {
        found.add(FlywayScriptConfig.applyTo(file, settings.flyway()));
      } catch (SlipwayException fault) {
        rejections.put(file.path(), fault);
      }
    }
    // A program is a migration where there are others; elsewhere its number may mean anything.
    for (Path path : code) {
      if (withMigrations.contains(path.getParent())) {
        rejections.put(
            path,
            misnamed(
                path,
                single
                    ? amongSingleFiles(path)
                    : MigrationFileName.of(path.getFileName().toString(), flyway)));
      }
    }
    // Such a folder would be a migration that is left out.
    formats.stream()
        .filter(MigrationFormat::hasFolders)
        .forEach(
            one ->
                incompleteFolders.forEach(
                    (path, problem) -> rejections.put(path, incomplete(path, problem, one))));
    for (Path path : configurations) {
      check(path, found);
    }
    found.sort(Comparator.comparing(MigrationFile::script));
    return found;
  }

  private MigrationFileName amongSingleFiles(Path path) {
    return MigrationFileName.amongSingleFiles(path.getFileName().toString(), flyway);
  }

  private static SlipwayException incomplete(Path path, String problem, MigrationFormat format) {
    return SlipwayException.usageErrorIn(path, problem)
        .hint(
            "the format "
                + format.label()
                + " is "
                + format.pattern()
                + "; --exclude leaves the folder out");
  }

  /** A configuration that belongs to no file would change nothing, which nobody intends. */
  private void check(Path configuration, List<MigrationFile> found) {
    String name = configuration.getFileName().toString();
    Path file = configuration.resolveSibling(name.substring(0, name.length() - CONF.length()));
    List<String> siblings =
        found.stream()
            .filter(MigrationFile::flyway)
            .filter(each -> Objects.equals(configuration.getParent(), each.path().getParent()))
            .map(each -> each.path().getFileName().toString())
            .filter(each -> each.equalsIgnoreCase(file.getFileName().toString()))
            .toList();
    if (siblings.isEmpty()) {
      ignored.addWithoutMigration(script(configuration));
    } else if (siblings.stream().noneMatch(each -> name.equals(each + CONF))) {
      rejections.put(
          configuration, misnamed(configuration, "rename it to " + siblings.getFirst() + CONF));
    }
  }

  private static SlipwayException misnamed(Path path, MigrationFileName name) {
    return misnamed(path, name.problem());
  }

  private static SlipwayException misnamed(Path path, String text) {
    return SlipwayException.usageErrorIn(path, text)
        .hint(
            "only exact names are applied, and none is skipped: "
                + MigrationFileName.patterns()
                + "; --exclude GLOB leaves a file out");
  }

  private String script(Path path) {
    return Utf8.text(folder.relativize(path)).replace('\\', '/');
  }

  /**
   * Hidden files and folders: a mounted ConfigMap contains its files a second time, below "..data".
   * The root of a volume contains a folder for recovered files, which only root may read.
   */
  static boolean isIgnored(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith(".") || name.equals("lost+found");
  }
}
