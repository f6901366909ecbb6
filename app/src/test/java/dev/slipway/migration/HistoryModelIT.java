package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * Random histories, and releases with other files that work on them in turn, against a model of the
 * rules in a few lines. `make test` runs a sample; {@code make history-test} runs more. A failure
 * prints its seed: {@code -Dslipway.history.seed=N} repeats that one case.
 */
class HistoryModelIT extends RealProcesses {
  private static final int SAMPLE = 15;
  private static final int COMMANDS = 4;

  private Random random;
  private final StringBuilder log = new StringBuilder();

  /** A row as the model keeps it; the version is 0 for a repeatable migration. */
  private record Row(
      int rank,
      int version,
      String description,
      Integer checksum,
      boolean success,
      boolean released,
      boolean baseline,
      Set<Integer> former) {
    Row(
        int rank,
        int version,
        String description,
        Integer checksum,
        boolean success,
        boolean released,
        boolean baseline) {
      this(rank, version, description, checksum, success, released, baseline, Set.of());
    }

    /** After a repair with a file that has this checksum. */
    Row accepting(int accepted) {
      if (checksum == null || checksum == accepted) {
        return this;
      }
      Set<Integer> sums = new TreeSet<>(former);
      sums.add(checksum);
      sums.remove(accepted);
      return new Row(rank, version, description, accepted, success, released, baseline, sums);
    }

    Row with(int newVersion, String name, Integer sum, boolean done, boolean free) {
      return new Row(rank, newVersion, name, sum, done, free, baseline);
    }
  }

  /** A release: names and contents by version, and of repeatable migrations by name. */
  private record Release(
      Path path,
      TreeMap<Integer, String> names,
      TreeMap<Integer, String> contents,
      TreeMap<String, String> repeatables) {}

  @Test
  void commandsFollowTheRules() throws Exception {
    Long repeated = Long.getLong("slipway.history.seed");
    int cases =
        Integer.getInteger("slipway.history.cases", SAMPLE) * (server == Server.SQLITE ? 4 : 1);
    long first = repeated != null ? repeated : System.nanoTime() / 1_000_000;
    for (long seed = first; seed < first + (repeated != null ? 1 : cases); seed++) {
      random = new Random(seed);
      log.setLength(0);
      log.append("-Dslipway.history.seed=").append(seed).append('\n');
      try {
        oneCase();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(log.toString(), e);
      }
      database.execute(
          database.tables().stream().map(table -> "DROP TABLE " + table).toArray(String[]::new));
    }
    System.out.println(server + ": " + cases + " histories from seed " + first);
  }

  private void oneCase() throws IOException {
    List<Release> releases = List.of(release("one"), release("two"));
    List<Row> rows = begin(releases);
    // Tables without a row of history are another rule: `up` refuses them.
    for (int i = 0; i < COMMANDS && !rows.isEmpty(); i++) {
      Release release = releases.get(random.nextInt(2));
      Expected expected = new Expected(release, rows);
      rows =
          switch (random.nextInt(6)) {
            case 0, 1, 2 -> up(expected);
            case 3 -> down(expected);
            case 4 -> repair(expected);
            default -> status(expected);
          };
    }
  }

  // ---- what is there

  private Release release(String name) throws IOException {
    Path path = Files.createTempDirectory(folder, name);
    Release release = new Release(path, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    for (int version = 1; version <= 7; version++) {
      if (random.nextInt(3) > 0 || version == 4 && release.names().isEmpty()) {
        String title = random.nextInt(6) == 0 ? "other" : "word_" + version;
        String sql =
            "CREATE TABLE IF NOT EXISTS t"
                + (random.nextInt(6) == 0 ? random.nextInt(3) : version)
                + " (id INT);";
        release.names().put(version, title);
        release.contents().put(version, sql);
        Files.writeString(path.resolve(version + "_" + title + ".up.sql"), sql);
        Files.writeString(path.resolve(version + "_" + title + ".down.sql"), "SELECT 1;");
      }
    }
    for (String title : List.of("a", "b")) {
      if (random.nextBoolean()) {
        String sql = "CREATE TABLE IF NOT EXISTS r" + random.nextInt(2) + " (id INT);";
        release.repeatables().put(title, sql);
        Files.writeString(path.resolve("R__" + title + ".sql"), sql);
      }
    }
    return release;
  }

  /** A history of rows of both releases and of neither, in a random order. */
  private List<Row> begin(List<Release> releases) {
    List<Integer> versions = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6, 7, 8));
    Collections.shuffle(versions, random);
    slipway().run(words(releases.getFirst(), "baseline", "99")).exits(DONE);
    database.execute("DELETE FROM " + HISTORY);
    List<Row> rows = new ArrayList<>();
    for (int version : versions.subList(0, 1 + random.nextInt(6))) {
      Release of = releases.get(random.nextInt(2));
      boolean known = of.names().containsKey(version) && random.nextInt(8) > 0;
      String name = known ? of.names().get(version) : "word_" + version;
      Integer checksum =
          random.nextInt(12) == 0
              ? null
              : known ? checksum(of.contents().get(version)) : random.nextInt(5);
      boolean baseline = random.nextInt(12) == 0;
      boolean success = baseline || random.nextInt(16) > 0;
      rows.add(
          new Row(
              rows.size() + 1,
              version,
              name.replace('_', ' '),
              baseline ? null : checksum,
              success,
              false,
              baseline));
    }
    if (random.nextInt(3) == 0) {
      rows.add(
          new Row(rows.size() + 1, 0, random.nextBoolean() ? "a" : "gone", 5, true, false, false));
    }
    for (Row row : rows) {
      database.execute(
          "INSERT INTO "
              + HISTORY
              + " (installed_rank, version, description, type,"
              + " script, checksum, installed_by, execution_time, success) VALUES ("
              + row.rank()
              + ", "
              + (row.version() == 0 ? "NULL" : "'" + row.version() + "'")
              + ", '"
              + row.description()
              + "', '"
              + (row.baseline() ? "BASELINE" : "SQL")
              + "', 'x', "
              + row.checksum()
              + ", 'x', "
              + (row.success() ? "0" : "-1")
              + ", "
              + row.success()
              + ")");
    }
    return rows;
  }

  private static int checksum(String sql) {
    CRC32 sum = new CRC32();
    sum.update(sql.getBytes(StandardCharsets.UTF_8));
    return (int) sum.getValue();
  }

  private String[] words(Release release, String command, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("migrate", "sql", command, "-e", "--path", release.path().toString()));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  // ---- the rules

  /** What the rules say of a release on a history. */
  private static final class Expected {
    private final Release release;
    private final List<Row> rows;
    private final Map<Integer, Row> byVersion;
    private final int baseline;
    private final Set<Integer> missing = new TreeSet<>();
    private final Set<Integer> future = new TreeSet<>();
    private final Set<Integer> pending = new TreeSet<>();
    private final Set<Integer> released = new TreeSet<>();
    private boolean foreign;
    private boolean incomplete;
    private boolean edited;
    private boolean superseded;

    Expected(Release release, List<Row> rows) {
      this.release = release;
      this.rows = rows;
      this.byVersion =
          rows.stream()
              .filter(row -> row.version() > 0 && !row.baseline())
              .collect(Collectors.toMap(Row::version, row -> row));
      this.baseline = rows.stream().filter(Row::baseline).mapToInt(Row::version).max().orElse(0);
      int newest = Math.max(baseline, release.names().isEmpty() ? 0 : release.names().lastKey());
      byVersion.keySet().stream()
          .filter(version -> version > baseline && !release.names().containsKey(version))
          .forEach(version -> (version > newest ? future : missing).add(version));
      for (int version : release.names().keySet()) {
        Row row = byVersion.get(version);
        if (row == null) {
          if (version > baseline) {
            pending.add(version);
          }
          continue;
        }
        boolean changed =
            row.checksum() != null && row.checksum() != checksum(release.contents().get(version));
        boolean renamed = !row.description().equals(release.names().get(version).replace('_', ' '));
        foreign |= changed && renamed;
        if (changed && row.success() && !renamed) {
          boolean former = row.former().contains(checksum(release.contents().get(version)));
          superseded |= former;
          edited |= !former;
        }
        incomplete |= !row.success() && !row.released();
        if (row.released()) {
          released.add(version);
        }
      }
    }

    boolean unknown() {
      return !missing.isEmpty() || !future.isEmpty();
    }

    Set<Integer> open() {
      Set<Integer> open = new TreeSet<>(pending);
      open.addAll(released);
      return open;
    }

    String name(int version) {
      return byVersion.get(version).description().replace(' ', '_');
    }

    /** Those that would run if the history had no unknown version. */
    List<String> repeatables() {
      return release.repeatables().entrySet().stream()
          .filter(
              one ->
                  rows.stream()
                      .filter(row -> row.version() == 0 && row.description().equals(one.getKey()))
                      .reduce((_, last) -> last)
                      .filter(row -> row.checksum() == checksum(one.getValue()))
                      .isEmpty())
          .map(Map.Entry::getKey)
          .toList();
    }
  }

  private List<Row> up(Expected is) {
    int to = random.nextInt(4) == 0 ? 1 + random.nextInt(7) : 0;
    int steps = to == 0 && random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0;
    boolean ignore = random.nextInt(4) == 0;
    boolean refuse = random.nextInt(4) == 0;
    List<Integer> chosen =
        is.open().stream()
            .filter(version -> to == 0 || version <= to)
            .limit(steps == 0 ? 99 : steps)
            .toList();
    int newest =
        is.byVersion.values().stream()
            .filter(
                row ->
                    row.version() > 0
                        && (row.success() || !is.release.names().containsKey(row.version()))
                        && (is.release.names().containsKey(row.version())
                            || row.version() > is.baseline))
            .mapToInt(Row::version)
            .max()
            .orElse(0);
    boolean outOfOrder =
        chosen.stream().anyMatch(version -> is.pending.contains(version) && version < newest);
    int code =
        is.foreign || is.incomplete
            ? 4
            : to > 0 && !is.release.names().containsKey(to)
                ? 2
                : is.unknown() && !chosen.isEmpty() && !ignore
                    ? 4
                    : is.edited && !(is.unknown() && chosen.isEmpty())
                        ? 4
                        : refuse && outOfOrder ? 4 : 0;
    List<String> more = new ArrayList<>(List.of("--yes"));
    if (to > 0) {
      more.addAll(List.of("--to", String.valueOf(to)));
    }
    if (steps > 0) {
      more.addAll(List.of("--steps", String.valueOf(steps)));
    }
    if (ignore) {
      more.add("--ignore-missing");
    }
    List<String> before = tablesMade();
    Ran ran =
        slipway()
            .with("MIGRATE_OUT_OF_ORDER", refuse ? "refuse" : "apply")
            .run(words(is.release, "up", more.toArray(String[]::new)));
    List<Row> after = new ArrayList<>(is.rows);
    List<String> repeatables = to == 0 && steps == 0 ? is.repeatables() : List.of();
    if (code == 0) {
      for (int version : chosen) {
        apply(is, after, version);
      }
      if (is.unknown()) {
        repeatables.forEach(name -> ran.tells("R__" + name + " is skipped"));
      } else {
        repeatables.forEach(
            name ->
                after.add(
                    new Row(
                        after.size() + 1 + gap(after),
                        0,
                        name,
                        checksum(is.release.repeatables().get(name)),
                        true,
                        false,
                        false)));
      }
    }
    check(ran, code, is, after);
    boolean refusedForUnknown =
        code == 4 && is.unknown() && !is.foreign && !is.incomplete && !chosen.isEmpty() && !ignore;
    if (is.unknown() && code == 0 || refusedForUnknown) {
      is.missing.forEach(version -> ran.tells(version + "_" + is.name(version) + " (Missing"));
      is.future.forEach(version -> ran.tells(version + "_" + is.name(version) + " (Future"));
      if (refusedForUnknown) {
        chosen.forEach(
            version -> ran.tells(version + "_" + is.release.names().get(version) + ".up.sql"));
      }
    }
    if (code != 0) {
      assertEquals(before, tablesMade());
    }
    return after;
  }

  private static void apply(Expected is, List<Row> after, int version) {
    int checksum = checksum(is.release.contents().get(version));
    Row row = is.byVersion.get(version);
    if (row == null) {
      after.add(
          new Row(
              after.size() + 1 + gap(after),
              version,
              is.release.names().get(version).replace('_', ' '),
              checksum,
              true,
              false,
              false));
    } else {
      after.set(after.indexOf(row), row.with(version, row.description(), checksum, true, false));
    }
  }

  /** How far ranks are ahead of the number of rows, where rows have been removed. */
  private static int gap(List<Row> rows) {
    return rows.stream().mapToInt(Row::rank).max().orElse(0) - rows.size();
  }

  private List<Row> down(Expected is) {
    int steps = 1 + random.nextInt(3);
    List<Row> reverted =
        is.byVersion.values().stream()
            .filter(row -> is.release.names().containsKey(row.version()))
            .sorted(Comparator.comparing(row -> -row.rank()))
            .limit(steps)
            .toList();
    boolean stopped =
        is.byVersion.values().stream()
            .filter(row -> !is.release.names().containsKey(row.version()))
            .anyMatch(row -> reverted.stream().anyMatch(one -> one.rank() < row.rank()));
    boolean failed =
        is.byVersion.values().stream()
            .anyMatch(row -> is.release.names().containsKey(row.version()) && !row.success());
    int code = is.foreign || failed || stopped ? 4 : 0;
    Ran ran = slipway().run(words(is.release, "down", "--yes", "--steps", String.valueOf(steps)));
    List<Row> after = new ArrayList<>(is.rows);
    if (code == 0) {
      after.removeAll(reverted);
    }
    check(ran, code, is, after);
    return after;
  }

  private List<Row> repair(Expected is) {
    int forget = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 0;
    Set<Integer> unknown = new HashSet<>(is.missing);
    unknown.addAll(is.future);
    int code = is.foreign ? 4 : forget > 0 && !unknown.contains(forget) ? 2 : 0;
    Ran ran =
        slipway()
            .run(
                forget == 0
                    ? words(is.release, "repair", "--yes")
                    : words(is.release, "repair", "--yes", "--forget", String.valueOf(forget)));
    List<Row> after = new ArrayList<>();
    for (Row row : is.rows) {
      String content = row.baseline() ? null : is.release.contents().get(row.version());
      if (code != 0 || row.version() == 0 || row.baseline()) {
        after.add(row);
      } else if (content != null && !row.success()) {
        after.add(row.with(row.version(), row.description(), row.checksum(), false, true));
      } else if (content != null) {
        after.add(row.accepting(checksum(content)));
      } else if (row.version() != forget) {
        after.add(unknown.contains(row.version()) ? renumbered(is, row, unknown, forget) : row);
      }
    }
    check(ran, code, is, after);
    return after;
  }

  private static Row renumbered(Expected is, Row row, Set<Integer> unknown, int forget) {
    long same =
        unknown.stream()
            .filter(version -> version != forget)
            .map(is.byVersion::get)
            .filter(
                one ->
                    one.success()
                        && one.checksum() != null
                        && one.checksum().equals(row.checksum()))
            .count();
    List<Integer> files =
        is.pending.stream()
            .filter(
                version ->
                    row.checksum() != null
                        && checksum(is.release.contents().get(version)) == row.checksum())
            .toList();
    return row.success() && same == 1 && files.size() == 1
        ? row.with(
            files.getFirst(),
            is.release.names().get(files.getFirst()).replace('_', ' '),
            row.checksum(),
            true,
            false)
        : row;
  }

  private List<Row> status(Expected is) {
    boolean behind = !is.open().isEmpty() || is.incomplete;
    List<String> repeatables = is.repeatables();
    boolean skipped = is.unknown();
    int code = is.foreign ? 4 : behind || (!repeatables.isEmpty() && !skipped) ? 3 : 0;
    Ran ran = slipway().run(words(is.release, "status", "--exit-code"));
    check(ran, code, is, is.rows);
    is.release
        .repeatables()
        .keySet()
        .forEach(
            name ->
                ran.answersWith(
                    "R\t"
                        + name.replace(' ', '_')
                        + "\t"
                        + (!repeatables.contains(name)
                            ? "Applied"
                            : skipped ? "Skipped" : "Pending")));
    is.missing.forEach(
        version ->
            ran.says(
                "no file has the applied version "
                    + version
                    + "_"
                    + is.name(version)
                    + " (Missing"));
    is.future.forEach(
        version ->
            ran.says(
                "no file has the applied version "
                    + version
                    + "_"
                    + is.name(version)
                    + " (Future"));
    assertEquals(is.edited, ran.err().contains("has been edited"), ran::toString);
    assertEquals(is.superseded, ran.err().contains("is as it was before an edit"), ran::toString);
    return is.rows;
  }

  private void check(Ran ran, int code, Expected is, List<Row> after) {
    log.append(is.rows)
        .append("\nfiles ")
        .append(is.release.names())
        .append(' ')
        .append(is.release.contents())
        .append(' ')
        .append(is.release.repeatables())
        .append('\n')
        .append(ran)
        .append("\nexpected ")
        .append(code)
        .append(", ")
        .append(after)
        .append('\n');
    assertEquals(code, ran.code());
    if (is.foreign && code == 4) {
      assertTrue(ran.err().contains("another set of migration files"));
      assertTrue(ran.err().contains("--table"));
    }
    List<String> expected =
        after.stream()
            .sorted(Comparator.comparing(Row::rank))
            .map(
                row ->
                    row.rank()
                        + "|"
                        + (row.version() == 0 ? "null" : row.version())
                        + "|"
                        + row.description()
                        + "|"
                        + row.checksum()
                        + "|"
                        + (row.success() ? "ok" : "failed"))
            .toList();
    assertEquals(
        expected,
        database.query(
            "SELECT installed_rank, version, description, checksum,"
                + " CASE WHEN success THEN 'ok' ELSE 'failed' END FROM "
                + HISTORY
                + " ORDER BY installed_rank"));
  }
}
