package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Setting;
import dev.slipway.http.Health;
import dev.slipway.http.Metrics;
import dev.slipway.http.Probe;
import dev.slipway.http.Response;
import dev.slipway.http.Route;
import dev.slipway.testing.HttpSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServingTest {
  private final List<Probe> probes = new ArrayList<>();
  private final ShutdownSignals signals = ShutdownSignals.none();
  private final CompletableFuture<URI> address = new CompletableFuture<>();
  private Optional<Health> health = Optional.empty();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    signals.ask();
    health.ifPresent(Health::close);
    threads.shutdownNow();
    client.close();
  }

  @Test
  void noRequestFailsWhenItIsAskedToEndUnderLoad() throws Exception {
    Future<?> served = start(Duration.ofSeconds(1), Route.work("GET", "/work", r -> done()));
    await(200, "/health/ready");
    var answered = new AtomicInteger();
    var enough = new AtomicBoolean();
    List<Future<?>> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      clients.add(
          threads.submit(
              () -> {
                while (!enough.get()) {
                  assertEquals(200, status("/work"));
                  answered.incrementAndGet();
                }
                return null;
              }));
    }
    while (answered.get() < 200) {
      Thread.sleep(5);
    }
    signals.ask();
    await(503, "/health/ready");
    int before = answered.get();
    // What balances load takes a while to learn of it and sends on.
    while (answered.get() < before + 200) {
      Thread.sleep(5);
    }
    assertEquals(200, status("/health/alive"));
    enough.set(true);
    for (Future<?> each : clients) {
      each.get();
    }
    served.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatIsInWorkAfterTheDelayIsStillAnswered() throws Exception {
    var inside = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    Route slow =
        Route.work(
            "GET",
            "/slow",
            r -> {
              inside.countDown();
              release.await();
              return done();
            });
    Future<?> served = start(Duration.ofMillis(50), slow);
    Future<Integer> last = threads.submit(() -> status("/slow"));
    inside.await();
    signals.ask();
    awaitRefusal();
    release.countDown();
    assertEquals(200, last.get());
    served.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aServerThatWasNeverReadyDoesNotWaitForRequests() throws Exception {
    probes.add(new Away());
    Future<?> served = start(Duration.ofMinutes(5));
    await(503, "/health/ready");
    signals.ask();
    served.get(10, TimeUnit.SECONDS);
  }

  @Test
  void withoutADelayItEndsAtOnce() throws Exception {
    Future<?> served = start(Duration.ZERO);
    assertEquals(200, status("/health/alive"));
    long start = System.nanoTime();
    signals.ask();
    served.get(10, TimeUnit.SECONDS);
    assertTrue(System.nanoTime() - start < 2_000_000_000L);
    assertThrows(IOException.class, () -> status("/health/alive"));
  }

  private Future<?> start(Duration drainDelay, Route... routes) {
    health = Optional.of(Health.start(probes));
    var serving =
        new ServerLifecycle(
            HttpSettings.with(Map.of(Setting.SERVE_DRAIN_DELAY, drainDelay.toMillis() + "ms")),
            "1.2.3",
            health.get(),
            List.of(routes));
    return threads.submit(() -> serving.run(signals, new Metrics(), address::complete));
  }

  private static Response done() {
    return Response.json(200, "{}");
  }

  private int status(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address.get() + path))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofSeconds(20))
            .build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }

  private void await(int status, String path) throws Exception {
    long end = System.nanoTime() + 10_000_000_000L;
    while (status(path) != status) {
      assertTrue(System.nanoTime() < end, path + " does not answer " + status);
    }
  }

  private void awaitRefusal() throws Exception {
    long end = System.nanoTime() + 10_000_000_000L;
    while (true) {
      try {
        assertEquals(200, status("/health/alive"));
        assertTrue(System.nanoTime() < end, "still accepts");
      } catch (IOException e) {
        return;
      }
    }
  }

  private record Away() implements Probe {
    @Override
    public String name() {
      return "database";
    }

    @Override
    public Finding check() {
      return new Finding(false, "away");
    }
  }
}
