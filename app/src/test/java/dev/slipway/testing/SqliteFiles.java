package dev.slipway.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** SQLite: a folder with one file for each database. */
record SqliteFiles(Server server) implements RunningServer {
  private static final String SHELL = "sqlite3";

  @Override
  public TestDatabase database(String name) {
    try {
      Path folder = Files.createTempDirectory("slipway-sqlite");
      Path file = folder.resolve(name + ".sqlite");
      return new TestDatabase(
          server,
          "sqlite://" + file + "?_fk=true",
          Optional.empty(),
          file.toString(),
          () -> DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=10000"),
          () -> delete(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<String> schemaDump(TestDatabase database) {
    return hasShell()
        ? Optional.of(Command.of(SHELL, database.name(), ".schema --nosys").output())
        : Optional.empty();
  }

  @Override
  public boolean copy(TestDatabase from, TestDatabase to) {
    if (hasShell()) {
      String dump = Command.of(SHELL, from.name(), ".dump").output();
      Command.of(SHELL, "-bail", to.name()).input(dump).output();
    }
    return hasShell();
  }

  private static boolean hasShell() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, SHELL)));
  }

  /** Removes a folder and all below it. */
  static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
