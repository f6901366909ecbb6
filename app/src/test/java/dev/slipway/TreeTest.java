package dev.slipway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the source tree that reading the files can prove. */
class TreeTest {
  private static final Path ROOT = root();
  private static final Path MAIN = ROOT.resolve("app/src/main/java/dev/slipway");
  private static final Path TEST = ROOT.resolve("app/src/test/java/dev/slipway");

  /** The one package that may name each library; those of a database are in its own folder. */
  private static final Map<String, String> HOME_OF_LIBRARY =
      Map.ofEntries(
          Map.entry("com.zaxxer.", "pool"),
          Map.entry("org.postgresql.", "driver/postgres"),
          Map.entry("com.mysql.", "driver/mysql"),
          Map.entry("org.sqlite.", "driver/sqlite"),
          Map.entry("org.eclipse.jetty.", "http"),
          Map.entry("picocli.", "cli"),
          Map.entry("com.password4j.", "identity"),
          Map.entry("com.networknt.", "json"),
          Map.entry("tools.jackson.", "json"),
          Map.entry("com.fasterxml.", "json"));

  private static final Pattern STATIC_FIELD =
      Pattern.compile(
          "(?m)^\\s*(?:(?:public|protected|private|volatile|transient)\\s+)*static\\s+"
              + "(?!final\\b)(?:volatile\\s+|transient\\s+)*"
              + "(?!(?:class|record|interface|enum|final)\\b)[\\w.<>\\[\\], ?]+\\s\\w+\\s*(?:=[^=]|;)");

  @Test
  void eachLibraryLivesInOnePackage() {
    List<String> wrong = new ArrayList<>();
    forEachSource(
        MAIN,
        (file, code) ->
            HOME_OF_LIBRARY.forEach(
                (library, home) -> {
                  if (!home.equals(packageOf(file))
                      && Pattern.compile("(?<![\\w.])" + Pattern.quote(library))
                          .matcher(code)
                          .find()) {
                    wrong.add(file + " uses " + library + "*, which lives in " + home);
                  }
                }));
    assertEquals(List.of(), wrong);
  }

  /** A {@code DataSource} has to name the type {@code Logger}; nothing else of it is needed. */
  @Test
  void loggingIsSetUpInTheCommandLineAlone() {
    Pattern setUp = Pattern.compile("java\\.util\\.logging\\.(?!Logger;)");
    List<String> wrong = new ArrayList<>();
    forEachSource(
        MAIN,
        (file, code) -> {
          if (!packageOf(file).equals("cli") && setUp.matcher(code).find()) {
            wrong.add(file.toString());
          }
        });
    assertEquals(List.of(), wrong);
  }

  @Test
  void oneFileUsesFlywayAndTheDriversCreateItsParsers() {
    List<String> using = new ArrayList<>();
    forEachSource(
        MAIN,
        (file, code) -> {
          if (code.contains("org.flywaydb.")) {
            using.add(MAIN.relativize(file).toString());
          }
        });
    assertEquals(
        List.of(
            "driver/FlywayParserFactory.java",
            "driver/cockroach/CockroachDriver.java",
            "driver/postgres/PostgresDriver.java",
            "driver/sqlite/SqliteDriver.java",
            "migration/FlywayParser.java"),
        using);
  }

  @Test
  void onlyTheProcessExitsAndOnlyTheCommandLinePrints() {
    List<String> wrong = new ArrayList<>();
    forEachSource(
        MAIN,
        (file, code) -> {
          if (!packageOf(file).isEmpty() && code.contains("System.exit(")) {
            wrong.add(file + " ends the process");
          }
          if (!Set.of("", "cli").contains(packageOf(file))
              && Pattern.compile("System\\.(out|err|in)\\b").matcher(code).find()) {
            wrong.add(file + " uses the terminal");
          }
        });
    assertEquals(List.of(), wrong);
  }

  @Test
  void noStaticFieldChanges() {
    List<String> wrong = new ArrayList<>();
    forEachSource(
        MAIN,
        (file, code) -> {
          Matcher field = STATIC_FIELD.matcher(code);
          while (field.find()) {
            wrong.add(file + ": " + field.group().strip());
          }
        });
    assertEquals(List.of(), wrong);
  }

  @Test
  void theLookForStaticFieldsSeesOne() {
    assertTrue(STATIC_FIELD.matcher("  private static int count = 0;").find());
    assertTrue(STATIC_FIELD.matcher("  static volatile Map<String, List<Path>> all;").find());
    assertFalse(STATIC_FIELD.matcher("  private static final int COUNT = 0;").find());
    assertFalse(STATIC_FIELD.matcher("  static int count(int start) {").find());
  }

  @Test
  void namesSayWhatThingsAre() {
    Pattern vague = Pattern.compile("(?i)(.*(util|utils|helper|manager|impl)|common|core|misc)");
    List<String> wrong = new ArrayList<>();
    forEachSource(
        MAIN,
        (file, code) -> {
          String type = file.getFileName().toString().replace(".java", "");
          if (vague.matcher(type).matches() || vague.matcher(packageOf(file)).matches()) {
            wrong.add(file.toString());
          }
        });
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyPackageSaysWhatItOwnsUsesAndNeverDoes() {
    List<String> wrong = new ArrayList<>();
    for (Path folder : files(MAIN, "java").stream().map(Path::getParent).distinct().toList()) {
      Path info = folder.resolve("package-info.java");
      boolean says =
          Files.exists(info)
              && Pattern.compile("Uses .*[Nn]ever ", Pattern.DOTALL).matcher(read(info)).find();
      if (!says && !folder.equals(MAIN)) {
        wrong.add(info.toString());
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** NullAway checks only code that is marked. */
  @Test
  void everyPackageIsNullMarked() {
    List<String> unmarked =
        files(MAIN, "java").stream()
            .filter(file -> file.endsWith("package-info.java") && !packageOf(file).equals("http"))
            .filter(file -> !read(file).contains("\n@org.jspecify.annotations.NullMarked\n"))
            .map(Path::toString)
            .toList();
    assertEquals(List.of(), unmarked);
  }

  @Test
  void noTestEscapesTheBuild() {
    Pattern test = Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory)\\b");
    List<String> wrong = new ArrayList<>();
    BiConsumer<Path, String> look =
        (file, code) -> {
          String type = file.getFileName().toString();
          boolean named = type.endsWith("Test.java") || type.endsWith("IT.java");
          boolean tests = test.matcher(code).find();
          if (tests && !named) {
            wrong.add(file + " has tests, but is named neither …Test nor …IT");
          } else if (named && !tests) {
            wrong.add(file + " is named as a test and has none");
          } else if (code.contains("@Disabled")) {
            wrong.add(file + " disables a test");
          }
        };
    forEachSource(TEST, look);
    forEachSource(ROOT.resolve("bench/src"), look);
    assertEquals(List.of(), wrong);
  }

  @Test
  void nothingIsLeftForLater() {
    Pattern later = Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b");
    List<String> wrong = new ArrayList<>();
    for (Path file : files(ROOT, "java", "md", "sql", "yaml", "xml", "sh")) {
      if (!file.endsWith("TreeTest.java") && later.matcher(read(file)).find()) {
        wrong.add(file.toString());
      }
    }
    assertEquals(List.of(), wrong);
  }

  /**
   * Paths of the repository in Markdown: the targets of relative links, and code in backticks that
   * starts with one of our folders. A path with a placeholder names no file.
   */
  @Test
  void pathsNamedInMarkdownExist() {
    Pattern link = Pattern.compile("\\]\\((?!https?:|mailto:|#)([^)#\\s]+)");
    Pattern code =
        Pattern.compile(
            "`((?:app|bench|e2e|image|testkit|charts|compose|scripts|docs|\\.ci|\\.github)/[^`\\s:<>*{}$]*+)(?![<>*{}$])");
    Pattern source = Pattern.compile("`([a-z]+/[A-Z]\\w+\\.java)");
    List<String> wrong = new ArrayList<>();
    for (Path file : files(ROOT, "md")) {
      String text = read(file);
      check(link.matcher(text), file.getParent(), file, wrong);
      check(code.matcher(text), ROOT, file, wrong);
      check(source.matcher(text), MAIN, file, wrong);
    }
    assertEquals(List.of(), wrong);
  }

  private static void check(Matcher named, Path base, Path file, List<String> wrong) {
    while (named.find()) {
      boolean built = named.group(1).matches("(app|bench|e2e|image|testkit)/target\\b.*");
      if (!built && !Files.exists(base.resolve(named.group(1)))) {
        wrong.add(file + " names " + named.group(1));
      }
    }
  }

  private static String packageOf(Path file) {
    return MAIN.relativize(file.getParent()).toString();
  }

  /** Each Java file with its code: comments, which may name anything, are taken out. */
  private static void forEachSource(Path folder, BiConsumer<Path, String> look) {
    for (Path file : files(folder, "java")) {
      if (!file.endsWith("TreeTest.java")) {
        look.accept(file, read(file).replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//[^\n]*", ""));
      }
    }
  }

  private static List<Path> files(Path folder, String... endings) {
    Set<String> wanted = Set.of(endings);
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> wanted.contains(file.toString().replaceFirst(".*\\.", "")))
          .filter(
              file ->
                  Stream.of("target", ".git", ".cache", ".idea", ".vscode")
                      .noneMatch(
                          name ->
                              Stream.of("", "app", "bench", "e2e", "image", "testkit")
                                  .anyMatch(
                                      in -> ROOT.relativize(file).startsWith(Path.of(in, name)))))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("app/pom.xml"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
