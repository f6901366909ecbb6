package dev.slipway.testing;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The command that starts Slipway as a user's process does: from jars, with the flags of the image.
 * The classes under test are put into a jar, because class data sharing, without which a start
 * takes twice as long, reads no folders.
 */
final class JavaProcess {
  private static final Path FOLDER = Path.of("target", "test-process").toAbsolutePath();
  private static final Path ARCHIVE = FOLDER.resolve("classes.jsa");

  private JavaProcess() {}

  /** The script that users start, in a folder as `make build` lays it out. */
  static Path launcher() {
    return Home.LAUNCHER;
  }

  /** The words that start it with these arguments. */
  static List<String> command(List<String> arguments) {
    return command(ClassPath.TEXT, "-XX:SharedArchiveFile=" + ARCHIVE, arguments);
  }

  private static List<String> command(String classPath, String archive, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-Xlog:disable",
                archive,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                "dev.slipway.Main"));
    command.addAll(arguments);
    return command;
  }

  /** Made once, when the first script starts. */
  private static final class Home {
    static final Path LAUNCHER = make();

    private static Path make() {
      Path home = FOLDER.resolve("home");
      try {
        copy(Path.of("src/main/bin"), home.resolve("bin"));
        copy(Path.of("src/main/jvm"), home.resolve("jvm"));
        Path lib = Files.createDirectories(home.resolve("lib"));
        for (String entry : ClassPath.TEXT.split(File.pathSeparator)) {
          Path jar = Path.of(entry);
          Path link = lib.resolve(jar.getFileName());
          Files.deleteIfExists(link);
          Files.createSymbolicLink(link, jar);
        }
        Path script = home.resolve("bin/slipway");
        script.toFile().setExecutable(true);
        return script;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void copy(Path from, Path to) throws IOException {
      Files.createDirectories(to);
      try (Stream<Path> files = Files.list(from)) {
        for (Path file : files.toList()) {
          Files.copy(
              file, to.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  /** Made once, when the first process starts. */
  private static final class ClassPath {
    static final String TEXT = make();

    private static String make() {
      try {
        Path classes =
            Path.of(
                dev.slipway.Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Files.createDirectories(FOLDER);
        Path jar = FOLDER.resolve("slipway.jar");
        pack(classes, jar);
        List<String> entries = new ArrayList<>(List.of(jar.toString()));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
          if (entry.endsWith(".jar")) {
            entries.add(entry);
          }
        }
        String text = String.join(File.pathSeparator, entries);
        archive(text);
        return text;
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Without an archive, a process starts all the same, only later. */
    private static void archive(String classPath) throws IOException {
      Path database = FOLDER.resolve("train.sqlite");
      Process process =
          new ProcessBuilder(
                  command(
                      classPath,
                      "-XX:ArchiveClassesAtExit=" + ARCHIVE,
                      List.of("migrate", "sql", "up", "--yes", "sqlite://" + database)))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
      Files.deleteIfExists(database);
    }

    private static void pack(Path classes, Path jar) throws IOException {
      try (OutputStream file = Files.newOutputStream(jar);
          ZipOutputStream zip = new ZipOutputStream(file);
          Stream<Path> all = Files.walk(classes)) {
        for (Path path : all.sorted().toList()) {
          String name = classes.relativize(path).toString().replace(File.separatorChar, '/');
          if (Files.isDirectory(path) && !name.isEmpty()) {
            zip.putNextEntry(new ZipEntry(name + "/"));
          } else if (!name.isEmpty()) {
            zip.putNextEntry(new ZipEntry(name));
            Files.copy(path, zip);
          }
        }
      }
    }
  }
}
