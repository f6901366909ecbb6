package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.DatabaseDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a baseline migration says of the files that it replaced, and what follows for a history. */
class ReplacedMigrationTest {
  @TempDir Path folder;

  private static HistoryRow row(int rank, String version, String type) {
    return new HistoryRow(
        rank, Optional.of(MigrationVersion.of(version)), "x", type, "x", Optional.empty(), true, 0);
  }

  private void write(String... lines) throws IOException {
    Files.writeString(folder.resolve("B3__squashed.sql"), String.join("\n", lines));
  }

  private MigrationFixture files() throws IOException {
    MigrationFixture files = new MigrationFixture(folder);
    files.write("V4__d.sql", "SELECT 1;");
    return files;
  }

  private static List<String> lacking(MigrationFixture files, HistoryRow... rows) {
    return files
        .info(List.of(rows))
        .gapBelowBaseline()
        .map(gap -> gap.lacking().stream().map(ReplacedMigration::script).toList())
        .orElse(List.of("no gap"));
  }

  @Test
  void theCommentsAtTheTopAreRead() throws IOException {
    ReplacedMigration first =
        new ReplacedMigration(MigrationVersion.of("1.2"), -7, "sub/V1.2__a b.sql");
    write(
        "-- words", first.line(), "-- slipway:replaces x 1 no", "", "-- slipway:replaces 3 1 late");
    MigrationFile file =
        MigrationFile.of(
            folder.resolve("B3__squashed.sql"),
            "B3__squashed.sql",
            MigrationFixture.name("B3__squashed.sql").parts().orElseThrow());
    assertEquals(List.of(first), ReplacedMigration.in(file));
    assertEquals("a b", first.name());
    assertEquals("x", new ReplacedMigration(MigrationVersion.of("1"), 0, "1_x.up.sql").name());
  }

  @Test
  void aHistoryNeedsEachVersionThatIsNamed() throws IOException {
    write("-- slipway:replaces 1 1 V1__a.sql", "-- slipway:replaces 2 1 V2__b.sql", "SELECT 1;");
    MigrationFixture files = files();
    assertEquals(List.of("no gap"), lacking(files));
    assertEquals(List.of("V2__b.sql"), lacking(files, row(1, "1", "SQL")));
    assertEquals(List.of("V1__a.sql"), lacking(files, row(1, "2", "SQL")));
    assertEquals(List.of("no gap"), lacking(files, row(1, "1", "SQL"), row(2, "2", "SQL")));
    assertEquals(List.of("no gap"), lacking(files, row(1, "2", "BASELINE")));
    assertEquals(List.of("V2__b.sql"), lacking(files, row(1, "1", "BASELINE")));
    assertEquals(List.of("no gap"), lacking(files, row(1, "3", "SQL_BASELINE")));
    assertEquals(List.of("no gap"), lacking(files, row(1, "0", "BASELINE")));
    files.write("V2__b.sql", "SELECT 1;");
    assertEquals(List.of("no gap"), lacking(files, row(1, "1", "SQL")));
  }

  @Test
  void withoutNamesTheNewestVersionDecides() throws IOException {
    write("SELECT 1;");
    MigrationFixture files = files();
    assertEquals(List.of(), lacking(files, row(1, "1", "SQL")));
    assertEquals(List.of("no gap"), lacking(files, row(1, "3", "SQL")));
    assertEquals(List.of("no gap"), lacking(files, row(1, "4", "SQL")));
    SchemaState state = files.info(List.of(row(1, "1", "SQL"))).schemaState();
    assertTrue(!state.ready() && state.pending() == 2, state::toString);
  }

  @Test
  void theNameOfABaselineMigrationMaySayItsDatabase() {
    NameParts parts = MigrationFixture.name("B3__squashed.postgres.sql").parts().orElseThrow();
    assertEquals(
        "squashed for postgres",
        parts.name()
            + parts.dialect().map(DatabaseDriver::name).stream()
                .collect(Collectors.joining("", " for ", "")));
    assertEquals("v1.x", MigrationFixture.name("B3__v1.x.sql").parts().orElseThrow().name());
    assertTrue(
        MigrationFixture.name("V3__a.postgres.sql").parts().orElseThrow().dialect().isEmpty());
  }
}
