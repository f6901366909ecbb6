import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Collects the licenses and notices of the libraries that the archive and the image contain: {@code
 * java Licenses.java JARS FOLDER} reads the jars of a folder, and writes a folder for each library.
 * Run it in the top folder of the project.
 *
 * <p>Most jars contain their license. The others are under Apache-2.0, as their Maven metadata states,
 * and get the text of that license. A library with neither is an error.
 */
final class Licenses {
  private static final Pattern LEGAL =
      Pattern.compile("(?:.*/)?(?:LICENSE|NOTICE|COPYING)(?!.*\\.class$)[^/]*");

  /** Libraries under Apache-2.0 whose jars do not contain its text. */
  private static final Pattern APACHE =
      Pattern.compile(
          "(HikariCP|flyway-database-\\w+|flyway-mysql|jetty-\\w+|json-schema-validator|password4j"
              + "|picocli|snakeyaml-engine)-\\d.*");

  private Licenses() {}

  static void main(String... arguments) throws IOException {
    Path target = Path.of(arguments[1]);
    List<Path> jars;
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    for (Path jar : jars) {
      String library = jar.getFileName().toString().replaceFirst("\\.jar$", "");
      if (!library.startsWith("slipway-")) {
        collect(jar, Files.createDirectories(target.resolve(library)), library);
      }
    }
  }

  private static void collect(Path jar, Path folder, String library) throws IOException {
    int found = 0;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().filter(each -> !each.isDirectory()).toList()) {
        if (LEGAL.matcher(entry.getName()).matches()) {
          try (InputStream text = zip.getInputStream(entry)) {
            Files.copy(text, folder.resolve(entry.getName().replace('/', '-')));
          }
          found++;
        }
      }
    }
    if (APACHE.matcher(library).matches()) {
      Files.copy(Path.of("LICENSE"), folder.resolve("LICENSE-Apache-2.0"));
    } else if (found == 0) {
      System.err.println("licenses: " + jar.getFileName() + " contains no license");
      System.err.println("hint: if its Maven metadata names Apache-2.0, add it to Licenses.java");
      System.exit(1);
    }
  }
}
