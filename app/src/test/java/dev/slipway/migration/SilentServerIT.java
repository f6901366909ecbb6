package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.RETRY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.cli.Cli;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TcpProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server, or a proxy before it, that stays connected and sends nothing. */
@Tag("alone")
class SilentServerIT extends RealProcesses {
  /** What a command may take to end after its deadline or a signal. */
  private static final Duration END = Duration.ofSeconds(2);

  private static final Duration TIMEOUT = Duration.ofMillis(300);

  private Slipway behind(TcpProxy proxy) {
    return Slipway.bare().with("DSN", proxy.dsn(database.dsn()));
  }

  private void endsInTime(Slipway slipway, Duration deadline, String words, String... command) {
    long start = System.nanoTime();
    Ran ran = slipway.run(command);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    ran.exits(RETRY).tells(words);
    assertTrue(took.compareTo(deadline.plus(END)) < 0, () -> took + "\n" + ran);
  }

  @Test
  void everyCommandEndsAtItsTimeout() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    table("1");
    try (TcpProxy proxy = TcpProxy.to(database.dsn()).open().freeze()) {
      String[] timeout = {"--timeout", TIMEOUT.toMillis() + "ms"};
      for (List<String> command :
          List.of(
              List.of("up", "--yes"),
              List.of("down", "--yes"),
              List.of("status"),
              List.of("status", "--block"),
              List.of("repair", "--yes"),
              List.of("adopt", "--yes"),
              List.of("verify"),
              List.of("test"))) {
        String[] more = new String[command.size() + 1];
        command.subList(1, command.size()).toArray(more);
        System.arraycopy(timeout, 0, more, command.size() - 1, 2);
        endsInTime(behind(proxy), TIMEOUT, "(--timeout)", words(command.getFirst(), more));
      }
      for (String command : List.of("create", "drop")) {
        endsInTime(
            behind(proxy),
            TIMEOUT,
            "(--timeout)",
            "database",
            command,
            "--name",
            "other",
            command.equals("drop") ? "--yes" : "--no-password",
            "--timeout",
            timeout[1]);
      }
    }
  }

  @Test
  void theWaitForTheServerEndsInTheMiddleOfALogin() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    table("1");
    try (TcpProxy proxy = TcpProxy.to(database.dsn()).open().freeze()) {
      endsInTime(
          behind(proxy),
          Duration.ofSeconds(1),
          "after 1s: no answer to the login",
          words("up", "--yes", "--wait", "1s"));
    }
  }

  @Test
  void theWaitForTheLockEndsInTheMiddleOfAQuery() {
    only(Family.POSTGRES, Family.MYSQL);
    table("1");
    try (TcpProxy proxy = TcpProxy.to(database.dsn())) {
      proxy
          .listening(
              () ->
                  bytes -> {
                    String text = new String(bytes, StandardCharsets.ISO_8859_1);
                    if (text.contains("pg_try_advisory_lock") || text.contains("GET_LOCK")) {
                      proxy.freeze();
                    }
                  })
          .open();
      endsInTime(
          behind(proxy),
          Duration.ofSeconds(2),
          "no answer from",
          words("up", "--yes", "--lock-timeout", "1s"));
    }
  }

  @Test
  void aPromptEndsAtTheTimeout() throws IOException {
    table("1");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PipedOutputStream nobodyTypes = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(nobodyTypes)) {
      long start = System.nanoTime();
      int code =
          Cli.run(
              words("up", "--timeout", "1s"),
              Map.of("DSN", database.dsn()),
              in,
              new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8));
      assertTrue(System.nanoTime() - start < END.plusSeconds(1).toNanos());
      assertEquals(RETRY.number(), code);
    }
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("timed out after 1s (--timeout)"));
    assertEquals(List.of(), tablesMade());
  }

  @Test
  void aSignalEndsTheWaitForAStatementThatNoConnectionShows() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    file("1_slow.autocommit.up.sql", "CREATE TABLE t1 (id INT);", Sleeper.statement(database, 60));
    try (TcpProxy proxy = TcpProxy.to(database.dsn()).open();
        Running run = behind(proxy).start(words("up", "--yes"))) {
      Sleeper sleeper = Sleeper.await(database);
      proxy.freeze();
      run.terminate();
      assertTrue(run.ends(END), run::output);
      run.await().exits(MIGRATION).tells("unknown whether 1_slow was applied", "partial change");
      proxy.shut();
      sleeper.end();
    }
    assertEquals(List.of("1 failed"), history());
  }

  @Test
  void silenceAloneEndsNothing() throws InterruptedException {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    file("1_slow.up.sql", "CREATE TABLE t1 (id INT);", Sleeper.statement(database, 1));
    try (TcpProxy proxy = TcpProxy.to(database.dsn()).open();
        Running run = behind(proxy).start(words("up", "--yes"))) {
      Sleeper.await(database);
      proxy.freeze();
      Thread.sleep(15_000);
      proxy.thaw();
      run.await().exits(DONE);
    }
    assertEquals(List.of("1 ok"), history());
  }
}
