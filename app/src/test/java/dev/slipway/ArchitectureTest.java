package dev.slipway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.slipway.driver.Drivers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for dependencies: packages, cycles, and what only a driver may know. */
class ArchitectureTest {
  private static final Path DOCS = Path.of("../docs");
  private static final Path MAIN = Path.of("src/main/java/dev/slipway");
  private static final JavaClasses CLASSES = new ClassFileImporter().importPath("target/classes");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.slipway.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** The table in docs/architecture.md is the map: each package with the packages that it uses. */
  @Test
  void packagesUseWhatTheMapSays() throws IOException {
    Map<String, Set<String>> map = new TreeMap<>();
    rows("## Packages", 3)
        .forEach(
            row ->
                map.put(
                    row.get(0).replace("`", ""),
                    Stream.of(row.get(2).replace("`", "").split(", "))
                        .filter(each -> !each.isEmpty())
                        .collect(Collectors.toCollection(TreeSet::new))));
    Map<String, Set<String>> used = new TreeMap<>();
    for (JavaClass each : CLASSES) {
      String own = topPackage(each);
      if (!own.isEmpty()) {
        Set<String> uses = used.computeIfAbsent(own, _ -> new TreeSet<>());
        each.getDirectDependenciesFromSelf().stream()
            .map(dependency -> topPackage(dependency.getTargetClass()))
            .filter(target -> !target.isEmpty() && !target.equals(own))
            .forEach(uses::add);
      }
    }
    assertEquals(map, used);
  }

  /** Each file of the table "Where is …?" contains the name to search for. */
  @Test
  void behaviorsAreWhereTheTableSays() throws IOException {
    List<String> wrong = new ArrayList<>();
    List<List<String>> rows = rows("## Where is", 3);
    for (List<String> row : rows) {
      Matcher links = Pattern.compile("\\]\\(([^)]+)\\)").matcher(row.get(1));
      assertTrue(links.find(), () -> "no file answers: " + row.get(0));
      do {
        Path file = DOCS.resolve(links.group(1));
        String name = row.get(2).replace("`", "");
        if (!Files.exists(file) || !Files.readString(file).contains(name)) {
          wrong.add(row.get(0) + " " + file + " does not contain " + name);
        }
      } while (links.find());
    }
    assertTrue(rows.size() > 40, () -> "only " + rows.size() + " rows");
    assertEquals(List.of(), wrong);
  }

  /** The rows of the first table of this width after a heading of docs/architecture.md. */
  private static List<List<String>> rows(String heading, int columns) throws IOException {
    String page = Files.readString(DOCS.resolve("architecture.md"));
    return page.substring(page.indexOf(heading))
        .lines()
        .dropWhile(line -> !line.startsWith("|---"))
        .skip(1)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> Stream.of(line.split("\\|")).skip(1).map(String::strip).toList())
        .peek(row -> assertEquals(columns, row.size(), row::toString))
        .toList();
  }

  private static String topPackage(JavaClass each) {
    String name = each.getBaseComponentType().getPackageName();
    return name.startsWith("dev.slipway.")
        ? name.substring("dev.slipway.".length()).replaceFirst("\\..*", "")
        : "";
  }

  @Test
  void onlyDriversUseTheClassesOfADriver() {
    noClasses()
        .that(resideOutsideOfPackage("dev.slipway.driver.*.."))
        .should()
        .dependOnClassesThat(resideInAnyPackage("dev.slipway.driver.*.."))
        .check(CLASSES);
  }

  // ---- cycles of classes

  /** A nested class counts as its owner. */
  @Test
  void cyclesHaveAtMostThreeClasses() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass each : CLASSES) {
      Set<String> used = uses.computeIfAbsent(owner(each), _ -> new TreeSet<>());
      each.getDirectDependenciesFromSelf().stream()
          .map(dependency -> owner(dependency.getTargetClass()))
          .filter(target -> target.startsWith("dev.slipway."))
          .forEach(used::add);
    }
    assertEquals(List.of(), cycles(uses).stream().filter(cycle -> cycle.size() > 3).toList());
  }

  private static String owner(JavaClass each) {
    return each.getBaseComponentType().getName().replaceFirst("\\$.*", "");
  }

  /** The strongly connected components with more than one class (Tarjan 1972). */
  private static List<Set<String>> cycles(Map<String, Set<String>> uses) {
    return new Tarjan(uses).components.stream().filter(each -> each.size() > 1).toList();
  }

  private static final class Tarjan {
    final List<Set<String>> components = new ArrayList<>();
    private final Map<String, Set<String>> uses;
    private final Map<String, Integer> index = new HashMap<>();
    private final Map<String, Integer> low = new HashMap<>();
    private final Deque<String> stack = new ArrayDeque<>();
    private final Set<String> onStack = new HashSet<>();

    Tarjan(Map<String, Set<String>> uses) {
      this.uses = uses;
      uses.keySet().stream().filter(each -> !index.containsKey(each)).forEach(this::visit);
    }

    private void visit(String at) {
      index.put(at, index.size());
      low.put(at, index.get(at));
      stack.push(at);
      onStack.add(at);
      for (String next : uses.getOrDefault(at, Set.of())) {
        if (!index.containsKey(next)) {
          visit(next);
          low.merge(at, low.get(next), Math::min);
        } else if (onStack.contains(next)) {
          low.merge(at, index.get(next), Math::min);
        }
      }
      if (low.get(at).equals(index.get(at))) {
        Set<String> component = new TreeSet<>();
        String each;
        do {
          each = stack.pop();
          onStack.remove(each);
          component.add(each);
        } while (!each.equals(at));
        components.add(component);
      }
    }
  }

  // ---- databases

  /** Which database is in use decides nothing outside the drivers' own packages. */
  @Test
  void onlyDriversKnowADatabase() throws IOException {
    List<String> wrong = new ArrayList<>();
    Set<String> folders =
        Drivers.all().stream()
            .map(driver -> driver.getClass().getPackageName())
            .map(name -> name.substring("dev.slipway.".length()).replace('.', '/'))
            .collect(Collectors.toSet());
    try (Stream<Path> files = Files.walk(MAIN)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        String folder = MAIN.relativize(file).getParent() + "";
        if (!folders.contains(folder)) {
          namesOfDatabases(Files.readString(file)).forEach(name -> wrong.add(file + ": " + name));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // comparison
        "if (driver instanceof MysqlDriver) {}",
        "if (driver == Drivers.all().getFirst()) {}",
        "if (driver == Drivers.all().stream().skip(2).findFirst().get()) {}",
        "if (driver.equals(Drivers.byName(\"mysql\").get())) {}",
        // flag
        "private final boolean sqlite;",
        "boolean isCockroach() {}",
        "boolean isPg;",
        "boolean crdbSession;",
        // name
        "if (dsn.driver().equals(\"sqlite3\")) {}",
        "case \"pg\" -> 5432;",
        "url.startsWith(\"jdbc:mysql:\")",
        "dsn.target().startsWith(\"sqlite3 file\")",
        "String hidden = \"/*\"; if (driver instanceof MysqlDriver) {} // */",
        // table
        "Map.of(\"postgres\", 5432, \"mysql\", 3306)",
        "enum Kind { POSTGRES, MYSQL }"
      })
  void knowledgeOfADatabaseIsFound(String code) {
    assertFalse(namesOfDatabases(code).isEmpty());
  }

  @Test
  void messagesAndCommentsMayNameADatabase() {
    assertEquals(
        List.of(),
        namesOfDatabases(
            """
            /** MySQL commits before each DDL statement. */
            log("needs CREATEDB on PostgreSQL"); // as in psql
            """));
  }

  /**
   * Identifiers that contain the name of a database, strings without a space that contain or are
   * one, and drivers by their position.
   */
  private static List<String> namesOfDatabases(String source) {
    Set<String> exact =
        Drivers.all().stream()
            .flatMap(driver -> Stream.concat(Stream.of(driver.name()), driver.aliases().stream()))
            .collect(Collectors.toSet());
    Pattern part =
        Pattern.compile(
            exact.stream()
                .map(name -> name.replaceAll("\\d", ""))
                .filter(name -> name.length() > 4)
                .collect(Collectors.joining("|")));
    Pattern literal = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
    Pattern compared =
        Pattern.compile("(?:equals\\w*|startsWith|endsWith|contains|case)\\s*\\(?\\s*" + literal);
    Pattern identifier = Pattern.compile("[A-Za-z_]\\w*");
    Pattern position =
        Pattern.compile(
            "Drivers\\s*\\.all\\(\\)\\s*(?:\\.stream\\(\\)\\s*)?"
                + "\\.(get\\w*|indexOf|iterator|skip|limit|findFirst)\\(");
    String code = withoutComments(source, literal);

    List<String> found = new ArrayList<>();
    Matcher literals = literal.matcher(code);
    while (literals.find()) {
      String text = literals.group(1).toLowerCase(Locale.ROOT);
      if (exact.contains(text) || (!text.contains(" ") && part.matcher(text).find())) {
        found.add(literals.group());
      }
    }
    Matcher comparisons = compared.matcher(code);
    while (comparisons.find()) {
      if (part.matcher(comparisons.group(1).toLowerCase(Locale.ROOT)).find()) {
        found.add(comparisons.group());
      }
    }
    Matcher identifiers = identifier.matcher(literals.replaceAll("\"\""));
    while (identifiers.find()) {
      boolean names =
          Stream.of(identifiers.group().split("(?<=[a-z0-9])(?=[A-Z])|_"))
              .map(word -> word.toLowerCase(Locale.ROOT))
              .anyMatch(word -> exact.contains(word) || part.matcher(word).find());
      if (names) {
        found.add(identifiers.group());
      }
    }
    Matcher positions = position.matcher(code);
    while (positions.find()) {
      found.add(positions.group());
    }
    return found;
  }

  /** A string may contain what looks like a comment. */
  private static String withoutComments(String source, Pattern literal) {
    return Pattern.compile(literal + "|(?s:/\\*.*?\\*/)|//[^\n]*")
        .matcher(source)
        .replaceAll(
            token -> token.group().startsWith("/") ? "" : Matcher.quoteReplacement(token.group()));
  }
}
