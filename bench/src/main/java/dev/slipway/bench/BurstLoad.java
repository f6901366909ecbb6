package dev.slipway.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The load, as a process of its own that stays warm: for each line of stdin, {@code PORT SECONDS
 * STATUS REQUESTS-FILE}, it keeps every connection busy for that long, one request at a time on
 * each, and answers one line, {@link Burst#line} or {@code FAILED} and why. One thread does it all,
 * since the processors are shared with what is measured. The load generator of the test kit is for
 * tests of behavior: its clients take too much processor time for a measurement.
 */
final class BurstLoad {
  /** As many clients as the figures are promised for. */
  static final int CONNECTIONS = 16;

  private BurstLoad() {}

  /** Ends with stdin. */
  public static void main(String[] args) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Requests.Numbers numbers = new Requests.Numbers();
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      System.out.println(answer(order.split(" ", 4), numbers));
    }
  }

  private static String answer(String[] words, Requests.Numbers numbers) {
    try {
      Requests requests = Requests.read(Path.of(words[3]), numbers);
      Duration time = Duration.ofMillis(Math.round(Double.parseDouble(words[1]) * 1000));
      Clients clients = new Clients(Integer.parseInt(words[0]), requests, words[2]);
      return clients.run(CONNECTIONS, time).line();
    } catch (IOException e) {
      return "FAILED " + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }
  }

  /**
   * What one burst has shown: every answer had the expected status, or there would be none.
   *
   * @param p50Millis half of the answers took no longer
   */
  record Burst(long requests, double seconds, double p50Millis, double p99Millis) {
    double perSecond() {
      return requests / seconds;
    }

    String line() {
      return "BURST " + requests + " " + seconds + " " + p50Millis + " " + p99Millis;
    }

    static Burst parse(String line) {
      String[] words = line.split(" ");
      return new Burst(
          Long.parseLong(words[1]),
          Double.parseDouble(words[2]),
          Double.parseDouble(words[3]),
          Double.parseDouble(words[4]));
    }
  }
}
