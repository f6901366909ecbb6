package dev.slipway.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.mysql.MysqlDsnParser;
import dev.slipway.driver.postgres.LibpqDsnParser;
import dev.slipway.driver.sqlite.SqliteDsnParser;
import dev.slipway.dsn.ParameterHandlers;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code docs/dsn.md} and the rules say the same of every parameter. */
class DsnDocTest {
  private static final Path PAGE = Path.of("../docs/dsn.md");
  private static final Pattern NAME = Pattern.compile("`([\\w-]+)`");
  private static final Pattern REFUSED = Pattern.compile("Refused: (.*)\\.$");

  /** A section of the page, a DSN that the section's parameters can be added to, and its rules. */
  enum Section {
    POOL("Pool parameters", "mysql://u@tcp(h)/d", ParameterHandlers.pool().keySet()),
    LIBPQ(
        "PostgreSQL and CockroachDB parameters",
        "postgres://u@h/d",
        LibpqDsnParser.handlers().keySet()),
    COCKROACH("CockroachDB's own", "cockroach://u@h/d", Set.of("cluster")),
    MYSQL("MySQL parameters", "mysql://u@tcp(h)/d", MysqlDsnParser.handlers().keySet()),
    SQLITE("SQLite parameters", "sqlite://file.db", SqliteDsnParser.handlers().keySet());

    private final String title;
    private final String dsn;
    private final Set<String> rules;

    Section(String title, String dsn, Set<String> rules) {
      this.title = title;
      this.dsn = dsn;
      this.rules = rules;
    }
  }

  /** A line of a table: the parameters of its first column, and what the second says of them. */
  private record Line(List<String> names, String words) {}

  @ParameterizedTest
  @EnumSource
  void everyRuleHasItsLine(Section section) throws IOException {
    Set<String> missing = new TreeSet<>(section.rules);
    if (section != Section.POOL) {
      missing.removeAll(ParameterHandlers.pool().keySet());
    }
    missing.removeAll(names(section));
    assertEquals(Set.of(), missing, "these have no line in docs/dsn.md");
  }

  @ParameterizedTest
  @EnumSource
  void everyParameterOfThePageIsKnown(Section section) throws IOException {
    for (String name : names(section)) {
      Optional<String> refusal = refusal(section, name);
      assertFalse(
          refusal.filter(text -> text.startsWith("unknown DSN parameter")).isPresent(),
          () -> name + " is in docs/dsn.md: " + refusal.orElseThrow());
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusalsAreThoseOfThePage(Section section) throws IOException {
    for (Line line : lines(section)) {
      Matcher refused = REFUSED.matcher(line.words());
      for (String name : line.names()) {
        Optional<String> refusal = refusal(section, name);
        boolean refusedByRule = refusal.filter(text -> text.contains(" is refused: ")).isPresent();
        assertEquals(refused.find(0), refusedByRule, () -> name + ": " + refusal.orElse("taken"));
        if (refusedByRule) {
          assertTrue(
              refusal.orElseThrow().endsWith(" is refused: " + refused.group(1)),
              () -> name + ": " + refusal.orElseThrow());
        }
      }
    }
  }

  /** A page without tables would pass every other test here. */
  @ParameterizedTest
  @EnumSource
  void noParameterStandsTwice(Section section) throws IOException {
    List<String> all = new ArrayList<>();
    lines(section).forEach(line -> all.addAll(line.names()));
    assertFalse(all.isEmpty(), section.title);
    assertEquals(List.copyOf(new LinkedHashSet<>(all)), all);
  }

  /** The error for this parameter with a value that most parameters reject. */
  private static Optional<String> refusal(Section section, String name) {
    String text = section.dsn + "?" + name + "=x";
    try {
      Drivers.parse(text);
      return Optional.empty();
    } catch (SlipwayException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static Set<String> names(Section section) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    lines(section).forEach(line -> names.addAll(line.names()));
    return names;
  }

  private static List<Line> lines(Section section) throws IOException {
    List<Line> lines = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        inside = line.equals("## " + section.title);
      } else if (inside && line.startsWith("| `")) {
        String[] cells = line.split("\\|");
        List<String> names = new ArrayList<>();
        Matcher name = NAME.matcher(cells[1]);
        while (name.find()) {
          names.add(name.group(1));
        }
        lines.add(new Line(names, cells[2].strip()));
      }
    }
    return lines;
  }
}
