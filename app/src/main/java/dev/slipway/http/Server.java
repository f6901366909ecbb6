package dev.slipway.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.config.Settings;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
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

  private final HttpServer jdk;
  private final Settings.Http limits;
  private final Routes routes;
  private final Metrics metrics;
  private final Optional<BearerToken> token;
  private final Traces traces = new Traces();
  private final AccessLog log = new AccessLog();
  private final Semaphore slots;
  private final Refusals refusals;
  private final HeadRules rules;
  private final Visits visits;
  private final BodyReader bodies;
  private final Sender sender;

  private Server(
      HttpServer jdk,
      Settings.Http limits,
      Routes routes,
      Metrics metrics,
      Optional<BearerToken> token) {
    this.jdk = jdk;
    this.limits = limits;
    this.routes = routes;
    this.metrics = metrics;
    this.token = token;
    this.slots = new Semaphore(limits.concurrentRequests());
    this.refusals = new Refusals(metrics);
    this.rules = new HeadRules(limits, refusals);
    this.visits = new Visits(limits, this::giveUp, metrics);
    this.bodies = new BodyReader(limits.bodyBytesMax(), visits, refusals);
    this.sender = new Sender(bodies);
  }

  /**
   * Listens from now on.
   *
   * @param settings where to listen, port 0 being any free one, the limits, and the token
   * @throws SlipwayException USAGE when the address is taken, not ours, or not permitted, or the
   *     token's file holds none
   */
  public static Server start(Settings.Http settings, Routes routes, Metrics metrics) {
    Optional<BearerToken> token = BearerToken.of(settings, metrics);
    HttpServer jdk = JdkServer.bind(settings);
    var server = new Server(jdk, settings, routes, metrics, token);
    jdk.createContext("/", server::serve);
    jdk.setExecutor(server.visits);
    jdk.start();
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
    sender.drain();
  }

  /**
   * Stops accepting, waits for what is in work, then closes everything.
   *
   * @param grace how long to wait at most
   * @return whether everything in work was answered
   */
  public boolean stop(Duration grace) {
    sender.drain();
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
    visits.close();
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
        if (!visits.isQuiet()) {
          quietSince = now;
        } else if (now - quietSince >= QUIET.toNanos()) {
          return true;
        }
        if (now - end >= 0) {
          return visits.isQuiet();
        }
        Thread.sleep(Duration.ofMillis(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return visits.isQuiet();
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    Visit visit = Visit.current().orElseThrow();
    visits.arrive(visit, exchange, traces.of(exchange.getRequestHeaders()));
    Response response;
    Optional<Throwable> failure = Optional.empty();
    try {
      response = answer(visit);
    } catch (Throwable e) {
      failure = Optional.of(e);
      response = Problem.response(e, visit.trace());
    }
    if (visit.claim()) {
      send(visit, response, failure);
    }
  }

  private Response answer(Visit visit) throws Exception {
    HttpExchange exchange = visit.exchange();
    try {
      rules.check(exchange);
    } catch (Problem e) {
      // Who is misread once may have put the next request where we would not look for it.
      visit.last = true;
      throw e;
    }
    Routes.Match match = match(visit);
    return switch (match.route().load()) {
      case VITAL -> handle(match, exchange, new byte[0]);
      case WORK -> {
        try (BodyReader.Body body = bodies.read(visit)) {
          if (!slots.tryAcquire()) {
            throw refusals.of(
                Refusal.LOAD, Problem.unavailable("too many requests are in work already"));
          }
          try {
            yield visit.begin(limits.requestTimeout())
                ? handle(match, exchange, body.bytes())
                : Response.empty(408);
          } finally {
            slots.release();
          }
        }
      }
    };
  }

  /** Who does not bear the token learns nothing, not even which paths there are. */
  private Routes.Match match(Visit visit) {
    HttpExchange exchange = visit.exchange();
    Routes.Match match;
    try {
      match = routes.find(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath());
    } catch (Problem e) {
      token.ifPresent(each -> each.check(exchange.getRequestHeaders()));
      throw e;
    }
    visit.route = match.route().pattern();
    visit.vital = match.route().load() == Route.Load.VITAL;
    if (!visit.vital) {
      token.ifPresent(each -> each.check(exchange.getRequestHeaders()));
    }
    return match;
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
                match.route().pattern(),
                match.parameters(),
                exchange.getRequestHeaders(),
                body));
  }

  private void send(Visit visit, Response response, Optional<Throwable> failure)
      throws IOException {
    try {
      sender.send(visit, response);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> "a client of " + visit.route + " is gone: " + e.getMessage());
      throw e;
    } finally {
      metrics.request(visit.method(), visit.route, response.status(), visit.age());
      log.answered(visit, response, failure);
    }
  }

  private void giveUp(Visit visit, Refusal reason) {
    Problem late =
        switch (reason) {
          case SLOW -> Problem.of(408, "the body took more than " + millis(limits.readTimeout()));
          case DEADLINE, LOAD, BODY, HEADER ->
              Problem.unavailable("no answer within " + millis(limits.requestTimeout()));
        };
    try {
      send(visit, Problem.response(refusals.of(reason, late), visit.trace()), Optional.of(late));
    } catch (IOException e) {
      visit.exchange().close();
    }
  }

  private static String millis(Duration time) {
    return time.toMillis() + " ms";
  }
}
