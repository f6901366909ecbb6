package dev.slipway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.http.Health.Report;
import dev.slipway.http.Probe.Finding;
import dev.slipway.testing.HttpSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HealthTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Metrics metrics = new Metrics();
  private final BlockingQueue<Report> news = new LinkedBlockingQueue<>();
  private final AtomicReference<Callable<Finding>> database =
      new AtomicReference<>(() -> Finding.READY);
  private final AtomicReference<Finding> schema = new AtomicReference<>(Finding.READY);
  private final AtomicInteger schemaAsked = new AtomicInteger();
  private Health health;
  private Server server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    if (health != null) {
      health.close();
    }
    client.close();
  }

  @Test
  void isAliveWhateverTheProbesSay() throws Exception {
    database.set(
        () -> {
          throw new IllegalStateException("away");
        });
    start();
    assertEquals(200, get("/health/alive").statusCode());
    assertEquals("{\"status\":\"ok\"}\n", get("/admin/health/alive").body());
  }

  @Test
  void isReadyWhenEveryProbeIs() throws Exception {
    start();
    assertEquals(new Report(true, Map.of(), Map.of()), news.take());
    assertEquals(200, get("/health/ready").statusCode());
    assertEquals("{\"status\":\"ok\"}\n", get("/admin/health/ready").body());
  }

  @Test
  void saysWhyItIsNotReadyAsOryDoes() throws Exception {
    schema.set(new Finding(false, "3 migrations are pending: \"first\""));
    start();
    news.take();
    HttpResponse<String> answer = get("/health/ready");
    assertEquals(503, answer.statusCode());
    assertEquals(
        "{\"errors\":{\"migrations\":\"3 migrations are pending: \\\"first\\\"\"}}\n",
        answer.body());
  }

  @Test
  void doesNotAskForTheSchemaOfADatabaseThatIsAway() throws Exception {
    database.set(
        () -> {
          throw new IllegalStateException("connection refused");
        });
    start();
    assertEquals(
        new Report(false, Map.of("database", "connection refused"), Map.of()), news.take());
    assertEquals(0, schemaAsked.get());
  }

  @Test
  void turnsUnreadyAndReadyAgainAndTellsOfEachChangeOnce() throws Exception {
    start();
    assertTrue(news.take().ready());
    database.set(() -> new Finding(false, "away"));
    assertFalse(news.poll(2, TimeUnit.SECONDS).ready());
    assertEquals(503, get("/health/ready").statusCode());
    database.set(() -> Finding.READY);
    assertTrue(news.poll(2, TimeUnit.SECONDS).ready());
    assertEquals(200, get("/health/ready").statusCode());
    assertTrue(news.isEmpty());
  }

  @Test
  void aProbeThatHangsTurnsItUnreadyWithinTwoSecondsAndIsInterrupted() throws Exception {
    var interrupted = new CountDownLatch(1);
    start();
    assertTrue(news.take().ready());
    long start = System.nanoTime();
    database.set(
        () -> {
          try {
            new CountDownLatch(1).await();
            return Finding.READY;
          } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
          }
        });
    Report report = news.poll(5, TimeUnit.SECONDS);
    assertTrue(System.nanoTime() - start < 2_000_000_000L);
    assertEquals(Map.of("database", "no answer within 1 s"), report.errors());
    assertTrue(interrupted.await(1, TimeUnit.SECONDS));
    database.set(() -> Finding.READY);
    Report next = news.poll(5, TimeUnit.SECONDS);
    while (!next.ready()) {
      next = news.poll(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void aProbeThatHearsNoInterruptIsNotAskedASecondTime() throws Exception {
    var asked = new AtomicInteger();
    var release = new CountDownLatch(1);
    database.set(
        () -> {
          asked.incrementAndGet();
          while (release.getCount() > 0) {
            Thread.onSpinWait();
          }
          return Finding.READY;
        });
    start();
    assertFalse(news.take().ready());
    assertEquals(503, get("/health/ready").statusCode());
    assertEquals(1, asked.get());
    release.countDown();
    assertTrue(news.poll(5, TimeUnit.SECONDS).ready());
  }

  @Test
  void anErrorInAProbeIsNotReadyAndNotTheEnd() throws Exception {
    database.set(
        () -> {
          throw new NoClassDefFoundError("org/Driver");
        });
    start();
    assertEquals(Map.of("database", "org/Driver"), news.take().errors());
    database.set(() -> Finding.READY);
    assertTrue(news.poll(5, TimeUnit.SECONDS).ready());
  }

  @Test
  void keepsWarningsBesideReadiness() throws Exception {
    schema.set(new Finding(true, "2 newer migrations are applied"));
    start();
    Report report = news.take();
    assertTrue(report.ready());
    assertEquals("migrations: 2 newer migrations are applied", report.describe());
  }

  @Test
  void keepsAGoodFindingForItsTimeButNotOverAnOutage() throws Exception {
    start();
    assertTrue(news.take().ready());
    assertEquals(1, schemaAsked.get());
    database.set(() -> new Finding(false, "away"));
    assertFalse(news.poll(5, TimeUnit.SECONDS).ready());
    assertEquals(1, schemaAsked.get(), "kept for an hour");
    database.set(() -> Finding.READY);
    assertTrue(news.poll(5, TimeUnit.SECONDS).ready());
    assertEquals(2, schemaAsked.get());
  }

  @Test
  void leavingIsNotReadyForGood() throws Exception {
    start();
    assertTrue(news.take().ready());
    health.shutDown("shutting down");
    assertEquals("{\"errors\":{\"server\":\"shutting down\"}}\n", get("/health/ready").body());
    assertEquals(200, get("/health/alive").statusCode());
  }

  @Test
  void refusesNotReadyWithoutAReason() {
    assertThrows(IllegalArgumentException.class, () -> new Finding(false, " "));
  }

  @Test
  void tellsTheMetrics() throws Exception {
    schema.set(new Finding(false, "pending"));
    start();
    news.take();
    String text = get("/metrics/prometheus").body();
    assertTrue(text.contains("slipway_ready 0\n"), text);
    assertTrue(text.contains("slipway_probe_success{probe=\"migrations\"} 0\n"), text);
    schema.set(Finding.READY);
    assertTrue(news.poll(5, TimeUnit.SECONDS).ready());
    text = get("/metrics/prometheus").body();
    assertTrue(text.contains("slipway_ready 1\n"), text);
    assertTrue(text.contains("slipway_probe_success{probe=\"database\"} 1\n"), text);
  }

  @Test
  void tellsItsVersion() throws Exception {
    start();
    assertEquals("{\"version\":\"1.2.3\"}\n", get("/version").body());
  }

  private void start() {
    health =
        Health.start(
            List.of(
                new NamedProbe("database", Duration.ZERO, () -> database.get().call()),
                new NamedProbe(
                    "migrations",
                    Duration.ofHours(1),
                    () -> {
                      schemaAsked.incrementAndGet();
                      return schema.get();
                    })));
    health.subscribe(news::add);
    server =
        Server.start(
            HttpSettings.defaults(),
            Routes.of(ManagementEndpoints.routes("1.2.3", health, metrics)),
            metrics);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
        BodyHandlers.ofString());
  }

  private record NamedProbe(String name, Duration keep, Callable<Finding> question)
      implements Probe {
    @Override
    public Finding check() throws Exception {
      return question.call();
    }
  }
}
