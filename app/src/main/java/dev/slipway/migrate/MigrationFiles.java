package dev.slipway.migrate;

import dev.slipway.db.Dialect;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.MigrationFile.Kind;
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
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The migrations of one or several folders for one database, in order: of a version's files, the
 * one for this database beats the one for all. Immutable; the files' contents are read later, each
 * when it is needed.
 */
public final class MigrationFiles {
  /** Where a container finds mounted migrations; mounting them without naming them is a mistake. */
  private static final Path MOUNT = Path.of("/migrations");

  private static final BiConsumer<Path, Fault> REFUSE =
      (_, fault) -> {
        throw fault;
      };

  private final List<Migration> versioned;
  private final List<MigrationFile> repeatable;

  private MigrationFiles(List<Migration> versioned, List<MigrationFile> repeatable) {
    this.versioned = versioned;
    this.repeatable = repeatable;
  }

  /**
   * One version's files.
   *
   * @param up applies it
   * @param down undoes it, where there is one
   */
  public record Migration(MigrationFile up, Optional<MigrationFile> down) {
    /** The version that both files carry. */
    public Version version() {
      return up.version().orElseThrow();
    }
  }

  /**
   * Lists the folders, and all below them but hidden ones; without a folder, Slipway's own schema.
   *
   * @throws Fault (usage) if a folder cannot be read or holds no migration, a name fits no pattern,
   *     or two files claim one version
   */
  public static MigrationFiles load(List<Path> folders, Dialect dialect) {
    return of(list(folders, REFUSE), dialect, REFUSE);
  }

  /**
   * Everything in the folders, for whichever database; without a folder, Slipway's own schema.
   *
   * @param refused hears of each file whose name is none; what throws ends the listing
   * @throws Fault (usage) if a folder cannot be read or holds no migration
   */
  public static List<MigrationFile> list(List<Path> folders, BiConsumer<Path, Fault> refused) {
    if (folders.isEmpty()) {
      refuseForgottenMount();
      return list(ownSchema(), refused);
    }
    List<MigrationFile> all = new ArrayList<>();
    for (Path folder : folders) {
      all.addAll(list(folder, refused));
    }
    return all;
  }

  private static void refuseForgottenMount() {
    if (!Files.isDirectory(MOUNT)) {
      return;
    }
    try (Stream<Path> files = Files.list(MOUNT)) {
      if (files.findAny().isPresent()) {
        throw Fault.usage(
                "there are files in "
                    + MOUNT
                    + ", but no path to migrations is given, "
                    + "so Slipway's own schema would be applied")
            .hint("say --path " + MOUNT + " (or MIGRATE_PATH, or migrate.path) to apply them");
      }
    } catch (IOException e) {
      throw Fault.usage("cannot read " + MOUNT + ": " + MigrationFile.reason(e)).cause(e);
    }
  }

  /** Slipway's own migrations: a folder of its class path, or inside its jar. */
  private static Path ownSchema() {
    URL folder = MigrationFiles.class.getResource("/migrations");
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

  /**
   * What of these files is for one database.
   *
   * @param refused hears of each file that claims what another one is; the other one counts
   */
  public static MigrationFiles of(
      List<MigrationFile> all, Dialect dialect, BiConsumer<Path, Fault> refused) {
    TreeMap<Version, MigrationFile> ups = new TreeMap<>();
    Map<Version, MigrationFile> downs = new HashMap<>();
    TreeMap<String, MigrationFile> repeatables = new TreeMap<>();
    for (MigrationFile file : all) {
      if (file.dialect().isPresent() && !file.dialect().get().equals(dialect)) {
        continue;
      }
      switch (file.kind()) {
        case UP -> put(ups, file.version().orElseThrow(), file, refused);
        case DOWN -> put(downs, file.version().orElseThrow(), file, refused);
        case REPEATABLE -> put(repeatables, file.description(), file, refused);
      }
    }
    List<Migration> versioned = new ArrayList<>(ups.size());
    ups.forEach(
        (version, up) -> versioned.add(new Migration(up, Optional.ofNullable(downs.get(version)))));
    return new MigrationFiles(List.copyOf(versioned), List.copyOf(repeatables.values()));
  }

  /** The database's own file beats the one for all; two of a kind are one too many. */
  private static <K> void put(
      Map<K, MigrationFile> chosen, K key, MigrationFile file, BiConsumer<Path, Fault> refused) {
    MigrationFile other = chosen.get(key);
    if (other != null && other.dialect().isPresent() == file.dialect().isPresent()) {
      refused.accept(file.path(), twice(other, file));
    } else if (other == null || file.dialect().isPresent()) {
      chosen.put(key, file);
    }
  }

  private static Fault twice(MigrationFile one, MigrationFile two) {
    String what =
        one.version()
            .map(version -> "version " + version)
            .orElse("repeatable migration `" + one.description() + "`");
    return Fault.usage(
            "two files are "
                + what
                + (one.kind() == Kind.DOWN ? " down" : "")
                + ": "
                + one.path()
                + " and "
                + two.path())
        .hint("rename or remove one of them");
  }

  /** Everything in a folder, for whichever database. */
  static List<MigrationFile> list(Path folder) {
    return files(folder, REFUSE);
  }

  private static List<MigrationFile> list(Path folder, BiConsumer<Path, Fault> refused) {
    int[] refusals = {0};
    List<MigrationFile> files =
        files(
            folder,
            (path, fault) -> {
              refusals[0]++;
              refused.accept(path, fault);
            });
    if (files.isEmpty() && refusals[0] == 0) {
      throw Fault.usage("there is no migration in " + folder)
          .hint(
              "check the path, and that the volume is mounted; files whose names do not end "
                  + "in .sql do not count");
    }
    return files;
  }

  private static List<MigrationFile> files(Path folder, BiConsumer<Path, Fault> refused) {
    List<MigrationFile> files = new ArrayList<>();
    if (Files.isRegularFile(folder)) {
      throw Fault.usage("the path to migrations " + folder + " is a file, not a folder")
          .hint("name the folder that it lies in");
    }
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
              // A mounted ConfigMap holds its files a second time, below "..data".
              return hidden(path) && !path.equals(folder)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
              if (path.toString().endsWith(".sql") && !hidden(path)) {
                String script = folder.relativize(path).toString().replace('\\', '/');
                try {
                  MigrationFile.of(path, script).map(FlywayConf::applyTo).ifPresent(files::add);
                } catch (Fault fault) {
                  refused.accept(path, fault);
                }
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw Fault.usage(
              "cannot read the folder of migrations " + folder + ": " + MigrationFile.reason(e))
          .hint("check --path (MIGRATE_PATH, migrate.path)")
          .cause(e);
    }
    return files;
  }

  private static boolean hidden(Path path) {
    Path name = path.getFileName();
    return name != null
        && name.toString().startsWith(".")
        && name.toString().length() > 1
        && !name.toString().equals("..");
  }

  /** All versions, oldest first. */
  public List<Migration> versioned() {
    return versioned;
  }

  /** The repeatable migrations in the order of their names. */
  public List<MigrationFile> repeatable() {
    return repeatable;
  }
}
