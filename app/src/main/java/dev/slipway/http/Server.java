package dev.slipway.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.config.Settings;
import dev.slipway.fault.Fault;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Listens, and answers each request on a virtual thread of its own within the settings' limits. A
 * request is read to its end before it takes a slot, so slow clients hold none. Safe for any number
 * of threads.
 */
public final class Server implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Server.class.getName());

  /** How long nothing may be in work before a stopping server believes that nothing comes. */
  private static final Duration QUIET = Duration.ofMillis(100);

  private static final Duration TICK = Duration.ofMillis(50);

  private static final int SEND_BYTES = 16 * 1024;

  private final HttpServer jdk;
  private final Settings.Http limits;
  private final Routes routes;
  private final Metrics metrics;
  private final Semaphore slots;
  private final BodyReader bodies;
  private final Set<Visit> visits = ConcurrentHashMap.newKeySet();
  private final Map<Refusal, Metrics.Counter> refused;
  private final Thread clock;

  private volatile boolean draining;

  private Server(HttpServer jdk, Settings.Http limits, Routes routes, Metrics metrics) {
    this.jdk = jdk;
    this.limits = limits;
    this.routes = routes;
    this.metrics = metrics;
    this.slots = new Semaphore(limits.concurrentRequests());
    this.bodies = new BodyReader(limits.bodyBytesMax());
    this.refused = Refusal.counters(metrics);
    this.clock = Thread.ofPlatform().name("http-clock").daemon().unstarted(this::watch);
    metrics.gauge(
        "slipway_http_requests_in_flight",
        "Requests that are read or answered at the moment.",
        Map.of(),
        visits::size);
  }

  /**
   * Listens from now on.
   *
   * @param settings where to listen, port 0 being any free one, and the limits
   * @throws Fault USAGE when the address is taken, not ours, or not permitted
   */
  public static Server start(Settings.Http settings, Routes routes, Metrics metrics) {
    HttpServer jdk = JdkServer.bind(settings);
    var server = new Server(jdk, settings, routes, metrics);
    jdk.createContext("/", server::serve);
    jdk.setExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory()));
    jdk.start();
    server.clock.start();
    return server;
  }

  /** Where it can be reached from this machine: the wildcard address becomes the loopback one. */
  public URI address() {
    InetSocketAddress bound = jdk.getAddress();
    InetAddress host = bound.getAddress();
    if (host.isAnyLocalAddress()) {
      return URI.create("http://127.0.0.1:" + bound.getPort());
    }
    String text = host.getHostAddress();
    return URI.create(
        "http://" + (text.contains(":") ? "[" + text + "]" : text) + ":" + bound.getPort());
  }

  /**
   * Ends every connection with its next answer, while still accepting new ones: clients that keep
   * connections move to another server without losing a request.
   */
  public void drain() {
    draining = true;
  }

  /**
   * Stops accepting, waits for what is in work, then closes everything.
   *
   * @param grace how long to wait at most
   * @return whether everything in work was answered
   */
  public boolean stop(Duration grace) {
    draining = true;
    long end = System.nanoTime() + grace.toNanos();
    // The JDK's server closes the listener first and then waits for the exchanges it counts; but
    // it still counts those whose client hung up (seen in JDK 25), so we count ourselves and
    // interrupt its wait.
    Thread stopper =
        Thread.ofPlatform()
            .name("http-stop")
            .start(() -> jdk.stop(Math.toIntExact(grace.plusMillis(999).toSeconds())));
    boolean quiet = awaitQuiet(end);
    stopper.interrupt();
    try {
      stopper.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clock.interrupt();
    return quiet;
  }

  /** Stops without waiting for what is in work. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }

  private boolean awaitQuiet(long end) {
    long quietSince = System.nanoTime();
    try {
      while (true) {
        long now = System.nanoTime();
        if (!visits.isEmpty()) {
          quietSince = now;
        } else if (now - quietSince >= QUIET.toNanos()) {
          return true;
        }
        if (now - end >= 0) {
          return visits.isEmpty();
        }
        Thread.sleep(Duration.ofMillis(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return visits.isEmpty();
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    var visit = new Visit(exchange);
    visits.add(visit);
    try {
      Response response;
      try {
        response = answer(visit);
      } catch (BodyReader.Gone e) {
        // The JDK's server closes the connection of a handler that fails.
        throw new IOException(e);
      } catch (Throwable failure) {
        if (visit.over()) {
          return;
        }
        response = Problem.response(visit.route, failure);
      }
      if (visit.claim()) {
        send(visit, response);
      }
    } finally {
      visits.remove(visit);
    }
  }

  private Response answer(Visit visit) throws Exception {
    HttpExchange exchange = visit.exchange;
    String method = exchange.getRequestMethod();
    URI uri = exchange.getRequestURI();
    checkAddress(uri);
    checkHeaders(exchange);
    Routes.Match match = routes.find(method, uri.getRawPath());
    visit.route = match.route().pattern();
    return switch (match.route().load()) {
      case VITAL -> handle(match, exchange, new byte[0]);
      case WORK -> {
        try (BodyReader.Body body = bodies.read(exchange)) {
          if (!slots.tryAcquire()) {
            throw refuse(
                Refusal.LOAD, Problem.unavailable("too many requests are in work already"));
          }
          try {
            visit.begin(limits.requestTimeout());
            yield handle(match, exchange, body.bytes());
          } finally {
            slots.release();
          }
        } catch (BodyReader.TooLarge e) {
          visit.discard = true;
          throw refuse(Refusal.BODY, Problem.of(413, e.getMessage()));
        } catch (BodyReader.NoRoom e) {
          visit.discard = true;
          throw refuse(Refusal.LOAD, Problem.unavailable(e.getMessage()));
        }
      }
    };
  }

  private static Response handle(Routes.Match match, HttpExchange exchange, byte[] body)
      throws Exception {
    return match
        .route()
        .handler()
        .handle(
            new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                match,
                exchange.getRequestHeaders(),
                body));
  }

  private void checkAddress(URI uri) {
    String path = uri.getRawPath();
    String query = uri.getRawQuery();
    if (path == null || (uri.getScheme() == null && uri.getRawAuthority() != null)) {
      // "//a/b" would be read as host a, path /b, which is not what a proxy before us has seen.
      throw Problem.of(400, "the address is not a path");
    }
    if (path.length() + (query == null ? 0 : query.length()) > limits.addressBytesMax()) {
      throw refuse(
          Refusal.HEADER,
          Problem.of(414, "path and query may have " + limits.addressBytesMax() + " bytes"));
    }
  }

  private void checkHeaders(HttpExchange exchange) {
    int fields = 0;
    int bytes = 0;
    for (var header : exchange.getRequestHeaders().entrySet()) {
      for (String value : header.getValue()) {
        fields++;
        bytes += header.getKey().length() + value.length();
      }
    }
    if (fields > limits.headersMax()) {
      throw refuse(
          Refusal.HEADER, Problem.of(431, "there may be " + limits.headersMax() + " headers"));
    }
    if (bytes > limits.headerBytesMax()) {
      throw refuse(
          Refusal.HEADER,
          Problem.of(431, "headers may have " + limits.headerBytesMax() + " bytes together"));
    }
  }

  private Problem refuse(Refusal reason, Problem problem) {
    refused.get(reason).increment();
    return problem;
  }

  /**
   * Sends an answer; whoever calls it has claimed the visit.
   *
   * @throws IOException when the client is gone; the JDK's server then forgets the connection
   */
  private void send(Visit visit, Response response) throws IOException {
    HttpExchange exchange = visit.exchange;
    try {
      var headers = exchange.getResponseHeaders();
      response.headers().forEach(headers::set);
      if (draining || visit.discard || visit.expired) {
        headers.set("Connection", "close");
      }
      byte[] body = response.body();
      if (exchange.getRequestMethod().equals("HEAD")) {
        headers.set("Content-Length", Integer.toString(body.length));
        exchange.sendResponseHeaders(response.status(), -1);
      } else if (body.length == 0) {
        exchange.sendResponseHeaders(response.status(), -1);
      } else {
        exchange.sendResponseHeaders(response.status(), body.length);
        OutputStream out = exchange.getResponseBody();
        // In pieces: the JDK's server takes a second buffer, twice the size of what it is given.
        for (int sent = 0; sent < body.length; sent += SEND_BYTES) {
          out.write(body, sent, Math.min(SEND_BYTES, body.length - sent));
        }
        if (visit.discard) {
          out.flush();
          bodies.discard(exchange.getRequestBody());
        }
        out.close();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> "a client of " + visit.route + " is gone: " + e.getMessage());
      throw e;
    } finally {
      metrics.request(
          known(exchange.getRequestMethod()), visit.route, response.status(), visit.seconds());
    }
  }

  /** A label must not have as many values as clients have ideas. */
  private static String known(String method) {
    return switch (method) {
      case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" -> method;
      default -> "other";
    };
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(TICK);
        long now = System.nanoTime();
        for (Visit visit : visits) {
          if (visit.expire(now)) {
            Thread.startVirtualThread(() -> giveUp(visit));
          }
        }
      }
    } catch (InterruptedException e) {
      // The server has stopped.
    }
  }

  private void giveUp(Visit visit) {
    refused.get(Refusal.DEADLINE).increment();
    String after = "no answer within " + limits.requestTimeout().toMillis() + " ms";
    LOG.log(Level.WARNING, () -> visit.route + ": " + after);
    try {
      send(visit, Problem.response(visit.route, Problem.unavailable(after)));
    } catch (IOException e) {
      visit.exchange.close();
    }
  }
}
