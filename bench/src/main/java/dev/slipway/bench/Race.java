package dev.slipway.bench;

import dev.slipway.bench.Contestant.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs contestants, each in a fresh JVM with the flags of {@code bin/slipway} and on a fresh
 * database, one at a time, in an order that turns around with each round.
 */
final class Race {
  /** What one run took: inside {@code main}, from start to exit of the process, and its memory. */
  record Sample(double insideMillis, double wholeMillis, long peakKib) {}

  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "--enable-native-access=ALL-UNNAMED");

  private final List<String> command;
  private final Path work;

  /** {@code classPath} for every contestant; logs and files go into {@code work}. */
  Race(String classPath, String heap, Path work) {
    this.work = work;
    this.command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.add("-Xmx" + heap);
    String more = System.getenv("BENCH_JAVA_OPTS");
    if (more != null && !more.isBlank()) {
      command.addAll(List.of(more.strip().split("\\s+")));
    }
    command.add("-cp");
    command.add(classPath);
    command.add(Contestant.class.getName());
  }

  /**
   * As many rounds in one place as the one who runs most often has; the samples of each are in the
   * order of the rounds.
   */
  Map<Kind, List<Sample>> run(Place place, Corpus.Folders folders, Map<Kind, Integer> rounds)
      throws IOException, InterruptedException, SQLException {
    Map<Kind, List<Sample>> samples = new EnumMap<>(Kind.class);
    List<Kind> order = new ArrayList<>(rounds.keySet());
    for (int round = 0; round < Collections.max(rounds.values()); round++) {
      for (Kind kind : order) {
        if (round >= rounds.get(kind)) {
          continue;
        }
        Place.Target target = place.fresh();
        samples.computeIfAbsent(kind, k -> new ArrayList<>()).add(once(kind, target, folders));
        check(place, target, kind, folders);
        place.drop(target);
      }
      Collections.reverse(order);
    }
    return samples;
  }

  /** One contestant once, on a database that stays. */
  Sample once(Kind kind, Place.Target target, Corpus.Folders folders)
      throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(command);
    whole.add(kind.name());
    whole.add(kind == Kind.SLIPWAY ? target.dsn() : target.url());
    whole.add((kind == Kind.FLYWAY ? folders.flyway() : folders.ory()).toString());
    File log = work.resolve("last.log").toFile();
    long started = System.nanoTime();
    Process process =
        new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(log).start();
    if (!process.waitFor(30, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException(kind + " has not ended after 30 minutes");
    }
    int code = process.exitValue();
    double wholeMillis = (System.nanoTime() - started) / 1e6;
    String said = Files.readString(log.toPath(), StandardCharsets.UTF_8);
    if (code != 0) {
      throw new IllegalStateException(kind + " ended with status " + code + ":\n" + said);
    }
    String[] words =
        said.lines().filter(line -> line.startsWith("BENCH ")).findFirst().orElseThrow().split(" ");
    return new Sample(Long.parseLong(words[1]) / 1e6, wholeMillis, Long.parseLong(words[2]));
  }

  /** Stops the bench when a contestant has not done its work: its time would mean nothing. */
  void check(Place place, Place.Target target, Kind kind, Corpus.Folders folders)
      throws SQLException {
    int orders = place.orders(target);
    if (orders != folders.liveOrders()) {
      throw new IllegalStateException(
          kind + " on " + place.words() + " left " + orders + " tables of " + folders.liveOrders());
    }
  }
}
