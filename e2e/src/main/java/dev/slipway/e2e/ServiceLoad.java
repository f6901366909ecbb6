package dev.slipway.e2e;

import dev.slipway.testing.HttpConnection;
import dev.slipway.testing.Load;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Load on a Slipway server. Half of the clients keep their connections as long as the server does.
 * Half open a connection for each request, as new clients do during a rollout. Each response other
 * than 2xx and each broken connection is a failure. Thread-safe.
 */
final class ServiceLoad implements AutoCloseable {
  private static final int CLIENTS = 6;
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int FAILURES_SHOWN = 10;
  private static final Pattern APPLIED =
      Pattern.compile("^slipway_migrations_applied (\\d+)", Pattern.MULTILINE);

  private final AtomicLong created = new AtomicLong();

  /** For each number of applied migrations, when servers reported it. */
  private final Map<String, Period> reports = new ConcurrentHashMap<>();

  private final String name = "load-" + System.nanoTime();
  private final Load load;

  private record Period(long first, long last) {
    static Period join(Period a, Period b) {
      return new Period(Math.min(a.first, b.first), Math.max(a.last, b.last));
    }
  }

  /** Starts the load. */
  ServiceLoad(InetSocketAddress address) {
    load = Load.of(CLIENTS, number -> new Client(address, number)::send);
  }

  /** One client, which creates an identity, reads it, lists identities, and reads the metrics. */
  private final class Client {
    private final HttpConnection connection;
    private final int number;
    private int turn;
    private String id = "";

    Client(InetSocketAddress address, int number) {
      this.connection = new HttpConnection(address, TIMEOUT);
      this.number = number;
    }

    void send() throws IOException, InterruptedException {
      Thread.sleep(PAUSE);
      if (turn % 4 == 1 && id.isEmpty()) {
        // There is nothing to read, because the creation failed.
        turn++;
      }
      switch (turn++ % 4) {
        case 0 -> {
          id = "";
          String email = name + "-" + number + "-" + turn + "@example.com";
          id = Service.firstId(send("POST", "/admin/identities", Service.identityOf(email)));
          created.incrementAndGet();
        }
        case 1 -> send("GET", "/admin/identities/" + id, "");
        case 2 -> send("GET", "/admin/identities?page_size=10", "");
        default -> {
          Matcher applied = APPLIED.matcher(send("GET", "/metrics/prometheus", ""));
          if (applied.find()) {
            long now = System.nanoTime();
            reports.merge(applied.group(1), new Period(now, now), Period::join);
          }
        }
      }
    }

    private String send(String method, String path, String body) throws IOException {
      boolean kept = number % 2 == 0;
      try {
        return connection.send(method, path, body).requireSuccess();
      } catch (IOException e) {
        LocalTime time = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
        String kind = kept ? "kept" : "new";
        throw new IOException(
            "%s %s %s (%s connection): %s".formatted(time, method, path, kind, e), e);
      } finally {
        if (!kept) {
          connection.close();
        }
      }
    }
  }

  /** Ends the load. */
  void stop() {
    load.end();
  }

  /** Ends the load, and checks that no request failed; the number of requests. */
  long stopWithoutFailure() {
    stop();
    Expect.that(
        load.failures().isEmpty(),
        () ->
            "%d of %d requests failed:%n%s"
                .formatted(
                    load.failures().size(),
                    requests(),
                    load.failures().stream()
                        .limit(FAILURES_SHOWN)
                        .map(failure -> failure.why().getMessage())
                        .collect(Collectors.joining("\n"))));
    return requests();
  }

  /** The number of requests so far. */
  long requests() {
    return load.done() + load.failures().size();
  }

  /** The number of identities created so far. */
  long created() {
    return created.get();
  }

  /** The time during which servers of two versions responded; fails without two versions. */
  Duration overlap() {
    Expect.that(reports.size() == 2, "expected servers of two versions: " + reports.keySet());
    long end = reports.values().stream().mapToLong(Period::last).min().orElseThrow();
    long start = reports.values().stream().mapToLong(Period::first).max().orElseThrow();
    return Duration.ofNanos(end - start);
  }

  @Override
  public void close() {
    stop();
  }
}
