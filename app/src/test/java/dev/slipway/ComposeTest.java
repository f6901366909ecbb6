package dev.slipway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What reading the compose files can prove; {@code scripts/compose-test} runs them. */
class ComposeTest {
  private static final Path COMPOSE = Path.of("../compose");
  private static final Path DOCS = Path.of("../docs");

  private static final Pattern METRIC = Pattern.compile("\\b(?:slipway|jvm|process)_[a-z_]+\\b");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+):-([^}]*)}");
  private static final Pattern SECRET = Pattern.compile("SLIPWAY_SECRETS:-secrets}/(\\S+)");

  /** The database's own part, what waits for it, its password, and where SQLite's file lies. */
  private static final Pattern DATABASE =
      Pattern.compile(
          """
      (?m)^  database:
      (?:^    .*
      )*
      |    depends_on:
            database:
              condition: service_healthy
      |^      volumes: \\[data:/data]
      |^volumes:
      (?:^  \\w+:
      )*|^  password:
          file: .*
      """);

  @ParameterizedTest
  @CsvSource({"mysql, MySQL", "cockroach, CockroachDB", "sqlite, SQLite"})
  void theFourFilesDifferOnlyInTheDatabase(String name, String title) {
    assertEquals(withoutDatabase("postgres", "PostgreSQL"), withoutDatabase(name, title));
  }

  private static String withoutDatabase(String name, String title) {
    return DATABASE
        .matcher(read(COMPOSE.resolve(name + ".yaml")))
        .replaceAll("")
        .replaceAll("\n{2,}", "\n\n")
        .replace(title, "…")
        .replace(name, "…");
  }

  @Test
  void theDashboardShowsExactlyTheFiguresThatTheDocsName() {
    Set<String> named =
        Pattern.compile("(?m)^\\| `([a-z_]+)` \\|")
            .matcher(read(DOCS.resolve("serving.md")))
            .results()
            .map(result -> result.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertFalse(named.isEmpty());
    Set<String> shown =
        METRIC
            .matcher(read(Path.of("../charts/slipway/dashboard.json")))
            .results()
            .map(MatchResult::group)
            .map(metric -> metric.replaceFirst("_(bucket|sum|count)$", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(named, shown);
  }

  @Test
  void theImageIsThatOfThisVersion() {
    String version =
        Pattern.compile("<version>(.*?)</version>")
            .matcher(read(Path.of("../pom.xml")))
            .results()
            .findFirst()
            .orElseThrow()
            .group(1);
    assertEquals("ghcr.io/slipway-project/slipway:" + version, variables().get("SLIPWAY_IMAGE"));
  }

  @Test
  void theDocsNameEveryVariableWithItsDefault() {
    Map<String, String> named = new TreeMap<>();
    Pattern.compile("(?m)^\\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \\| (`\\S+`(?:, `\\S+`)*) \\|")
        .matcher(read(DOCS.resolve("compose.md")))
        .results()
        .forEach(
            row -> {
              String[] names = row.group(1).replace("`", "").split(", ");
              String[] defaults = row.group(2).replace("`", "").split(", ");
              assertEquals(names.length, defaults.length, row::group);
              for (int i = 0; i < names.length; i++) {
                named.put(names[i], defaults[i]);
              }
            });
    assertEquals(variables(), named);
  }

  /** Every variable of the files, which has the same default everywhere. */
  private static Map<String, String> variables() {
    Map<String, String> all = new TreeMap<>();
    files()
        .forEach(
            file ->
                VARIABLE
                    .matcher(read(file))
                    .results()
                    .forEach(
                        used -> {
                          String before = all.put(used.group(1), used.group(2));
                          assertTrue(
                              before == null || before.equals(used.group(2)),
                              () -> file + ": " + used.group());
                        }));
    return all;
  }

  @Test
  void theDemoSecretsAreThoseThatTheFilesName() throws IOException {
    Set<String> named =
        files()
            .flatMap(file -> SECRET.matcher(read(file)).results())
            .map(result -> result.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    try (Stream<Path> secrets = Files.list(COMPOSE.resolve("secrets"))) {
      assertEquals(
          named,
          secrets
              .map(Path::getFileName)
              .map(Path::toString)
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  private static Stream<Path> files() {
    return Stream.of("sqlite", "postgres", "mysql", "cockroach", "stack", "own-service")
        .map(name -> COMPOSE.resolve(name + ".yaml"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
