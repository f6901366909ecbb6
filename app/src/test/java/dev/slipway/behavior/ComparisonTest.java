package dev.slipway.behavior;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.behavior.Transcript.Section;
import dev.slipway.behavior.Transcript.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a comparison finds, and what it takes as explained. */
class ComparisonTest {
  private static final Set<Section> ALL = EnumSet.allOf(Section.class);

  @TempDir Path folder;

  @Test
  void equalRecordingsDifferInNothing() throws IOException {
    record("old", "0", "-- a comment\n\n== no heading", "{\"a\":1}");
    record("new", "0", "-- a comment\n\n== no heading", "{\"a\":1}");
    assertEquals(0, differences(ALL));
  }

  @Test
  void eachSectionIsComparedByItself() throws IOException {
    record("old", "0", "SELECT 1", "{\"a\":1}");
    record("new", "4", "SELECT 2", "{\"a\":1}");
    assertEquals(2, differences(ALL));
    assertEquals(1, differences(EnumSet.of(Comparison.section("codes"))));
    assertEquals(1, differences(EnumSet.of(Comparison.section("sql"))));
    assertEquals(0, differences(EnumSet.of(Comparison.section("json"))));
  }

  @Test
  void aDocumentedChangeIsNoDifference() throws IOException {
    record("old", "0", "SELECT 1", "{\"b\":1,\"z\":2}");
    record("new", "0", "SELECT 1", "{\"a\":2,\"b\":1}");
    assertEquals(1, differences(ALL));
    assertEquals(0, differences(ALL, "# renamed", "json \"z\" : => \"a\" :"));
    assertEquals(1, differences(ALL, "sql \"z\" : => \"a\" :"));
  }

  @Test
  void aCaseOfOneRecordingAloneIsADifference() throws IOException {
    record("old", "0", "SELECT 1", "{}");
    transcript("0", "SELECT 1", "{}").write(folder.resolve("new/postgres/other.txt"));
    assertEquals(2, differences(ALL));
  }

  @Test
  void whatDiffersBetweenRunsIsReplaced() {
    var normalizer = new Normalizer();
    normalizer.known("/tmp/x", "<tmp>");
    normalizer.known("5432", "<port>");
    String now = Instant.now().toString();
    assertEquals(
        "<tmp>/a <port> 54321 <date>T<time>Z 2001-01-01T00:00:00Z (<n> ms)",
        normalizer.in("/tmp/x/a 5432 54321 " + now + " 2001-01-01T00:00:00Z (12 ms)"));
    String one = "01900000-0000-7000-8000-000000000001";
    String other = "01900000-0000-7000-8000-000000000002";
    assertEquals("<uuid 1> <uuid 2> <uuid 1>", normalizer.in(one + " " + other + " " + one));
    assertEquals("clock_timestamp(), <ms>, TRUE", normalizer.in("clock_timestamp(), 7, TRUE"));
    assertEquals("clock_timestamp(), -1, FALSE", normalizer.in("clock_timestamp(), -1, FALSE"));
  }

  @Test
  void everyTableCanBeRead() throws IOException {
    assertTrue(CaseTable.read(Path.of("src/test/behavior")).size() > 50);
  }

  private void record(String name, String code, String sql, String json) throws IOException {
    transcript(code, sql, json).write(folder.resolve(name + "/postgres/case.txt"));
  }

  private static Transcript transcript(String code, String sql, String json) {
    Step step = new Step("$ slipway version", 0);
    step.section(Section.CODE, code);
    step.section(Section.SQL, sql);
    step.section(Section.JSON, CanonicalJson.of(json).orElseThrow());
    return new Transcript(List.of(step));
  }

  private int differences(Set<Section> sections, String... allowed) throws IOException {
    return Comparison.of(sections, List.of(allowed))
        .print(folder.resolve("old"), folder.resolve("new"));
  }
}
