package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.Certificates;
import dev.slipway.migration.FaultyConversation.Fault;
import dev.slipway.migration.FaultyConversation.Phase;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TcpProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Migrators with a fault at a point of their conversation with the server. Each run ends in time,
 * its report and its exit code agree with the history that another connection reads, and the next
 * run converges. {@code make test} runs a sample, {@code make fault-test} 100 points on each
 * database. {@code -Dslipway.fault.seed=N} repeats the points of a run.
 */
@Tag("alone")
class FaultIT extends RealProcesses {
  private static final int POINTS = 100;
  private static final int SAMPLE = Integer.getInteger("slipway.fault.points", 10);

  /** The sample is the same in every run; a whole run finds other moments each time. */
  private static final long SEED =
      Long.getLong("slipway.fault.seed", SAMPLE < POINTS ? 1 : System.nanoTime());

  private static final int MIGRATIONS = 9;

  /** The deadline of a run that meets a silent server. */
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  /** What a command may take to end after its deadline or a signal. */
  private static final Duration END = Duration.ofSeconds(2);

  /** The time for the start of a process, on a machine that runs other tests. */
  private static final Duration START = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern APPLIED = Pattern.compile("(?m)^applied (\\S+) \\(");
  private static final Pattern COMMITTED = Pattern.compile("has committed ([^\\s,]+)");
  private static final Pattern UNCHANGED = Pattern.compile("(\\S+) left no changes");

  /** Every third file runs outside a transaction on every database. */
  private static boolean apart(int version) {
    return version % 3 == 0;
  }

  private static String label(int version) {
    return version + (apart(version) ? "_apart" : "_together");
  }

  private void write() {
    file("1_together.up.sql", "CREATE TABLE log (version INT, part INT);");
    for (int version = 2; version <= MIGRATIONS; version++) {
      file(
          label(version) + (apart(version) ? ".autocommit.up.sql" : ".up.sql"),
          "CREATE TABLE t" + version + " (id INT);",
          "INSERT INTO log VALUES (" + version + ", 1);",
          pause(version),
          "CREATE INDEX i" + version + " ON t" + version + " (id);",
          "INSERT INTO log VALUES (" + version + ", 2);");
    }
    if (database.family() == Family.POSTGRES) {
      file(
          MIGRATIONS + 1 + "_index.autocommit.up.sql",
          "CREATE INDEX CONCURRENTLY late ON log (version);");
    }
  }

  /** Some time in which a fault can come. */
  private String pause(int version) {
    return switch (database.family()) {
      case POSTGRES, COCKROACH -> "SELECT pg_sleep(0.05);";
      case MYSQL -> "DO SLEEP(0.05);";
      case SQLITE ->
          "INSERT INTO t"
              + version
              + " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL"
              + " SELECT i + 1 FROM n WHERE i < 80000) SELECT max(i) FROM n;";
    };
  }

  private static List<Integer> points() {
    List<Integer> points = new ArrayList<>(IntStream.range(0, POINTS).boxed().toList());
    Collections.shuffle(points, new Random(SEED));
    return points.subList(0, Math.min(SAMPLE, POINTS));
  }

  // ---- databases with a server

  @Test
  void aFaultInTheConversationIsReportedAsItIs()
      throws IOException, GeneralSecurityException, InterruptedException {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    write();
    enableTls();
    Map<Phase, Integer> chunks = countChunks();
    Map<String, Integer> counts = new TreeMap<>();
    for (int point : points()) {
      Fault fault = Fault.values()[point % Fault.values().length];
      Phase phase = Phase.values()[point / Fault.values().length % Phase.values().length];
      counts.merge(phase.ordinal() + 1 + " " + phase + " " + fault, 1, Integer::sum);
      renew();
      disturb(point, fault, phase, chunks);
    }
    System.out.printf("%s: faults by phase, seed %d: %s%n", server, SEED, counts);
  }

  private void renew() {
    database.close();
    database = server.database();
  }

  private String dsn(Phase phase) {
    if (phase != Phase.TLS) {
      return database.dsn();
    }
    return database.family() == Family.MYSQL
        ? database.dsn("tls=skip-verify")
        : database.dsn().replace("sslmode=disable", "sslmode=require");
  }

  /** The embedded PostgreSQL comes without TLS. */
  private void enableTls() throws IOException, GeneralSecurityException, InterruptedException {
    if (database.family() == Family.MYSQL || database.query("SHOW ssl").equals(List.of("on"))) {
      return;
    }
    Path data = Path.of(database.query("SHOW data_directory").getFirst());
    Certificates certificates = new Certificates(Files.createTempDirectory("slipway-fault"));
    Path certificate =
        certificates.sign("server", "localhost", List.of("RSA"), "san=dns:localhost");
    Files.copy(certificate, data.resolve("server.crt"));
    Files.copy(certificates.pkcs8("server"), data.resolve("server.key"));
    Files.setPosixFilePermissions(
        data.resolve("server.key"), PosixFilePermissions.fromString("rw-------"));
    Files.setAttribute(
        data.resolve("server.key"), "unix:uid", Files.getAttribute(data, "unix:uid"));
    Files.setAttribute(
        data.resolve("server.crt"), "unix:uid", Files.getAttribute(data, "unix:uid"));
    database.execute("ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()");
    for (int i = 0; i < 100 && !database.query("SHOW ssl").equals(List.of("on")); i++) {
      Thread.sleep(50);
    }
  }

  /** How many requests a run sends in each phase. */
  private Map<Phase, Integer> countChunks() {
    Map<Phase, Integer> counts = new TreeMap<>();
    for (Phase first : List.of(Phase.TLS, Phase.LOGIN)) {
      renew();
      FaultyConversation conversation = FaultyConversation.undisturbed(database.family());
      try (TcpProxy proxy =
          TcpProxy.to(database.dsn())
              .listening(() -> conversation.listener(first == Phase.TLS))
              .open()) {
        Slipway.bare().with("DSN", proxy.dsn(dsn(first))).run(words("up", "--yes")).exits(DONE);
      }
      conversation.counts().forEach(counts::putIfAbsent);
    }
    assertComplete();
    return counts;
  }

  private void disturb(int point, Fault fault, Phase phase, Map<Phase, Integer> chunks) {
    Random random = new Random(SEED + point);
    int chunk = random.nextInt(chunks.get(phase.counted()));
    boolean signal = random.nextBoolean();
    boolean unreachable = random.nextInt(3) == 0;
    List<String> more = new ArrayList<>(List.of("--yes"));
    if (fault == Fault.SILENCE && !signal) {
      more.addAll(List.of("--timeout", TIMEOUT.toSeconds() + "s"));
    }
    String what =
        "%s: %s in phase %s, request %d%s%s, -Dslipway.fault.seed=%d (point %d)"
            .formatted(
                server,
                fault,
                phase,
                chunk,
                signal ? ", signal" : "",
                unreachable ? ", unreachable" : "",
                SEED,
                point);
    FaultyConversation conversation =
        FaultyConversation.disturbed(
            database.family(), phase, chunk, Duration.ofMillis(random.nextInt(40)));
    long begin = System.nanoTime();
    try (TcpProxy proxy =
            TcpProxy.to(database.dsn())
                .listening(() -> conversation.listener(phase == Phase.TLS))
                .open();
        Running run =
            Slipway.bare()
                .with("DSN", proxy.dsn(dsn(phase)))
                .start(words("up", more.toArray(String[]::new)))) {
      conversation.act(
          () -> {
            switch (fault) {
              case KILL -> {
                run.kill();
                proxy.cut();
              }
              case SILENCE -> proxy.freeze();
              case CUT -> {
                if (unreachable) {
                  proxy.shut();
                } else {
                  proxy.cut();
                }
              }
              case DELAY -> proxy.slowDown(Duration.ofMillis(60));
            }
          });
      while (!conversation.awaitFault(Duration.ofMillis(100)) && run.alive()) {
        // A slow machine may come to the deadline of a run before the fault.
        assertTrue(System.nanoTime() - begin < PATIENCE.toNanos(), () -> what + run.output());
      }
      boolean stops = signal && (fault == Fault.SILENCE || fault == Fault.DELAY);
      if (stops) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(500)));
        run.terminate();
      }
      long start = stops ? System.nanoTime() : begin;
      Ran ran = run.await();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      Duration limit =
          stops
              ? END.plusMillis(500)
              : fault == Fault.SILENCE ? START.plus(TIMEOUT).plus(END) : Duration.ofSeconds(30);
      assertTrue(took.compareTo(limit) < 0, () -> what + "\nended after " + took + "\n" + ran);
      proxy.shut();
      awaitNoSessions(PATIENCE);
      if (fault != Fault.KILL) {
        assertTrueReport(what, ran);
      }
      if (fault == Fault.DELAY && !signal) {
        ran.exits(DONE);
      }
    }
    converge(what);
  }

  // ---- SQLite

  @Test
  void aKilledOrStalledRunOnSqliteIsReportedAsItIs() throws Exception {
    only(Family.SQLITE);
    write();
    Map<String, Integer> counts = new TreeMap<>();
    for (int point : points()) {
      renew();
      Random random = new Random(SEED + point);
      long moment = random.nextLong(Duration.ofMillis(400).toNanos());
      String fault =
          List.of("kill", "stopped process", "locked file", "locked, timeout").get(point % 4);
      String what = fault + " after " + moment + " ns, -Dslipway.fault.seed=" + SEED;
      counts.merge(fault, 1, Integer::sum);
      List<String> more = new ArrayList<>(List.of("--yes"));
      if (fault.endsWith("timeout")) {
        more.addAll(List.of("--timeout", "2s"));
      }
      long start = System.nanoTime();
      try (Running run = slipway().start(words("up", more.toArray(String[]::new)))) {
        run.awaitWords("The migration plan is as follows");
        LockSupport.parkNanos(moment);
        switch (fault) {
          case "kill" -> {
            run.kill();
            assertTrue(run.ends(PATIENCE));
          }
          case "stopped process" -> {
            signal("STOP", run);
            Thread.sleep(300);
            signal("CONT", run);
            run.await().exits(DONE);
          }
          default -> {
            try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
              statement.execute("PRAGMA busy_timeout = 5000");
              statement.execute("BEGIN EXCLUSIVE");
              if (fault.endsWith("timeout")) {
                assertTrue(run.ends(PATIENCE));
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                assertTrue(took.compareTo(START.plus(END).plusSeconds(2)) < 0, what + took);
              } else {
                Thread.sleep(300);
              }
              statement.execute("ROLLBACK");
            }
            Ran ran = run.await();
            assertTrueReport(what, ran);
            if (fault.equals("locked file")) {
              ran.exits(DONE);
            }
          }
        }
      }
      converge(what);
    }
    System.out.printf("%s: faults, seed %d: %s%n", server, SEED, counts);
  }

  /** Without effect on a run that has ended. */
  private static void signal(String name, Running run) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(run.pid())).start().waitFor();
  }

  // ---- what holds for all of them

  private void assertTrueReport(String what, Ran ran) {
    List<String> rows = history();
    String all = what + "\n" + ran + "\nhistory: " + rows;
    for (Pattern claim : List.of(APPLIED, COMMITTED)) {
      claim
          .matcher(ran.err())
          .results()
          .map(one -> one.group(1))
          .forEach(label -> assertTrue(rows.contains(version(label) + " ok"), all));
    }
    UNCHANGED
        .matcher(ran.err())
        .results()
        .map(one -> version(one.group(1)))
        .forEach(
            version -> {
              assertTrue(rows.stream().noneMatch(row -> row.startsWith(version + " ")), all);
              assertFalse(tablesMade().contains("t" + version), all);
            });
    boolean failed = rows.stream().anyMatch(row -> row.endsWith(" failed"));
    boolean onlyIndex = rows.contains(MIGRATIONS + 1 + " failed");
    boolean open = ran.err().contains("unknown whether") || ran.err().contains("still runs");
    switch (ran.code()) {
      case 0 -> assertFalse(failed || rows.size() < MIGRATIONS, all);
      case 4 -> assertTrue(failed || open, all);
      case 5 -> assertTrue(!failed || onlyIndex || open, all);
      default -> throw new AssertionError(all);
    }
  }

  private static String version(String label) {
    return label.substring(0, label.indexOf('_'));
  }

  private void converge(String what) {
    List<String> before = history();
    Ran next = up();
    if (next.code() == MIGRATION.number()) {
      assertTrue(
          before.stream().anyMatch(row -> row.endsWith(" failed")),
          () -> what + "\n" + before + next);
      repair().exits(DONE);
      up().exits(DONE);
    } else {
      assertEquals(DONE.number(), next.code(), () -> what + "\n" + before + next);
    }
    assertComplete();
  }

  private void assertComplete() {
    List<String> versions = new ArrayList<>(List.of("1 ok"));
    List<String> log = new ArrayList<>();
    for (int version = 2; version <= MIGRATIONS; version++) {
      versions.add(version + " ok");
      log.add(version + "|1");
      log.add(version + "|2");
    }
    if (database.family() == Family.POSTGRES) {
      versions.add(MIGRATIONS + 1 + " ok");
    }
    assertEquals(versions, history());
    assertEquals(log, database.query("SELECT version, part FROM log ORDER BY version, part"));
  }
}
