package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Server;
import dev.slipway.testing.Server.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;

/** Placeholders have the values that Flyway gives them, and so do checksums. */
class FlywayPlaceholdersIT extends EveryServer {
  private static final String TIME = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d";

  private FluentConfiguration flyway() {
    return PlainFlyway.on(database, folder);
  }

  private boolean standIn() {
    return server == Server.COCKROACH_STAND_IN;
  }

  /** Applies one file with Flyway, and returns the rows of its table; removes everything again. */
  private List<String> rowsOfFlyway(FluentConfiguration flyway) {
    flyway.load().migrate();
    List<String> rows = database.query("SELECT name, value FROM v ORDER BY name");
    database.execute("DROP TABLE v", "DROP TABLE " + HISTORY);
    return rows;
  }

  private void writeValues(String file, String... placeholders) {
    List<String> lines = new ArrayList<>();
    lines.add("CREATE TABLE v (name VARCHAR(50), value VARCHAR(500));");
    for (int i = 0; i < placeholders.length; i++) {
      lines.add("INSERT INTO v VALUES ('" + (i + 1) + "', '" + placeholders[i] + "');");
    }
    file(file, lines.toArray(String[]::new));
  }

  @Test
  void builtInPlaceholdersHaveFlywaysValues() {
    List<String> names =
        new ArrayList<>(
            List.of(
                "${flyway:timestamp}",
                "${flyway:defaultSchema}",
                "${flyway:user}",
                "${flyway:filename}",
                "${flyway:workingDirectory}",
                "${flyway:table}",
                "${flyway:environment}",
                "${FLYWAY:Table}"));
    if (database.family() != Family.SQLITE) {
      names.add("${flyway:database}");
    }
    writeValues("sub/V1.2__a_file.sql", names.toArray(String[]::new));
    List<String> expected = standIn() ? List.of() : rowsOfFlyway(flyway());
    up().exits(DONE);
    List<String> rows = new ArrayList<>(database.query("SELECT name, value FROM v ORDER BY name"));
    assertTrue(rows.getFirst().matches("1\\|" + TIME), rows::toString);
    assertEquals("4|V1.2__a_file.sql", rows.get(3));
    if (standIn()) {
      assertEquals(names.size(), rows.stream().filter(row -> !row.endsWith("|")).count());
      return;
    }
    assertEquals(expected.subList(1, expected.size()), rows.subList(1, rows.size()));
    assertTrue(expected.getFirst().matches("1\\|" + TIME), expected::toString);
  }

  @Test
  void aDatabaseWithoutANameHasNoPlaceholderForIt() {
    only(Family.SQLITE);
    writeValues("V1__a.sql", "${flyway:database}");
    up().exits(USAGE)
        .tells("V1__a.sql:2: no value for the placeholder `${flyway:database}`", "flyway:table");
  }

  @Test
  void theSyntaxOfPlaceholdersIsASetting() {
    writeValues(
        "V1__a.sql",
        "#[word]#",
        "${word}",
        "#[flyway/table]#",
        "$${word}",
        "#[WORD]#",
        "##[word]#");
    List<String> expected =
        standIn()
            ? List.of()
            : rowsOfFlyway(
                flyway()
                    .placeholderPrefix("#[")
                    .placeholderSuffix("]#")
                    .placeholderSeparator("/")
                    .placeholders(Map.of("word", "great")));
    slipway()
        .with("MIGRATE_PLACEHOLDER_PREFIX", "#[")
        .with("MIGRATE_PLACEHOLDER_SUFFIX", "]#")
        .with("MIGRATE_PLACEHOLDER_SEPARATOR", "/")
        .run(words("up", "--yes", "--placeholder", "word=great"))
        .exits(DONE);
    List<String> rows = database.query("SELECT name, value FROM v ORDER BY name");
    assertEquals(
        List.of("1|great", "2|${word}", "3|" + HISTORY, "4|$${word}", "5|great", "6|##[word]#"),
        rows);
    if (!standIn()) {
      assertEquals(expected, rows);
    }
  }

  @Test
  void replacementIsOffBySetting() {
    writeValues("V1__a.sql", "${word}");
    slipway()
        .with("MIGRATE_PLACEHOLDER_REPLACEMENT", "false")
        .run(words("up", "--yes"))
        .exits(DONE);
    assertEquals(List.of("1|${word}"), database.query("SELECT name, value FROM v"));
  }

  // ---- repeatable migrations

  private int runs() {
    return database.query("SELECT id FROM runs").size();
  }

  private void writeRepeatable() {
    file("V1__a.sql", "CREATE TABLE runs (id INT, word VARCHAR(200));");
    file(
        "R__again.sql",
        "-- ${flyway:filename} ${flyway:table} ä€𝄞\r",
        "INSERT INTO runs VALUES (1, '${word}');");
  }

  @Test
  void aRepeatableRunsAgainWhenTheValueOfAPlaceholderChanges() {
    writeRepeatable();
    up("--placeholder", "word=one").exits(DONE);
    up("--placeholder", "word=one").exits(DONE);
    assertEquals(1, runs());
    up("--placeholder", "word=two").exits(DONE);
    up("--placeholder", "word=two").exits(DONE);
    assertEquals(2, runs());
  }

  @Test
  void flywayAndSlipwayHaveTheSameChecksum() {
    notOnTheStandIn();
    writeRepeatable();
    String checksum = "SELECT checksum FROM " + HISTORY + " WHERE version IS NULL";
    up("--placeholder", "word=one").exits(DONE);
    Flyway plain = flyway().placeholders(Map.of("word", "one")).load();
    plain.validate();
    assertEquals(0, plain.migrate().migrationsExecuted);
    final List<String> ours = database.query(checksum);
    database.execute("DROP TABLE runs", "DROP TABLE " + HISTORY);
    plain.migrate();
    assertEquals(ours, database.query(checksum));
    up("--placeholder", "word=one").exits(DONE);
    assertEquals(1, runs());
    // Each sees the same reason to run it.
    assertEquals(
        1, flyway().placeholders(Map.of("word", "two")).load().migrate().migrationsExecuted);
    up("--placeholder", "word=two").exits(DONE);
    assertEquals(2, runs());
  }

  @Test
  void theChecksumOfTheFileItselfIsAccepted() {
    writeRepeatable();
    up("--placeholder", "word=one").exits(DONE);
    int raw = new MigrationFileReader(folder.resolve("R__again.sql")).checksum();
    database.execute("UPDATE " + HISTORY + " SET checksum = " + raw + " WHERE version IS NULL");
    up("--placeholder", "word=one").exits(DONE).says("up to date");
    assertEquals(1, runs());
    file("R__again.sql", "INSERT INTO runs VALUES (2, '${word}');");
    up("--placeholder", "word=one").exits(DONE);
    assertEquals(2, runs());
  }
}
