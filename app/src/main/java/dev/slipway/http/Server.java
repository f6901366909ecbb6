package dev.slipway.http;

import dev.slipway.config.Settings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Serves routes over HTTP/1.1, each request on its own virtual thread, within the limits of the
 * settings. A request is read to its end before it takes a slot, so slow clients hold none. Safe
 * for concurrent use.
 */
public final class Server implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Server.class.getName());

  /** Beyond the limits for headers and address: the request line, separators, and white space. */
  private static final int HEAD_BYTES_BEYOND = 4 * 1024;

  /** Heap for buffers that wait for their next use. */
  private static final long BUFFERS_BYTES = 1024 * 1024;

  /** Strict, but for what is ambiguous only in decoded paths: routes match undecoded segments. */
  private static final UriCompliance URIS =
      UriCompliance.RFC3986.with(
          "UNDECODED_SEGMENTS",
          UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
          UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
          UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER,
          UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
          UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
          UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS);

  private final org.eclipse.jetty.server.Server jetty;
  private final ServerConnector connector;
  private final ServerSocketChannel channel;
  private final Settings.Http settings;
  private final Routes routes;
  private final Metrics metrics;
  private final Optional<BearerToken> token;
  private final TraceContext.Factory traces = new TraceContext.Factory();
  private final AccessLog log = new AccessLog();
  private final Semaphore slots;
  private final LimitExceeded.Counters limits;
  private final RequestValidator validator;
  private final RequestTracker tracker;
  private final BodyReader bodies;
  private final ResponseWriter writer;

  private Server(
      Settings.Http settings, Routes routes, Metrics metrics, Optional<BearerToken> token) {
    this.settings = settings;
    this.routes = routes;
    this.metrics = metrics;
    this.token = token;
    this.slots = new Semaphore(settings.concurrentRequests());
    this.limits = new LimitExceeded.Counters(metrics);
    this.validator = new RequestValidator(settings, limits);
    this.bodies = new BodyReader(settings, limits);
    this.writer =
        new ResponseWriter(settings.requestTimeout().plus(settings.readTimeout()), bodies);
    this.channel = ListenAddress.bind(settings.host(), settings.port());
    var threads = new QueuedThreadPool(4, 1);
    threads.setName("http");
    threads.setReservedThreads(0);
    var scheduler = new ScheduledExecutorScheduler("http-scheduler", true);
    var buffers = new ArrayByteBufferPool(0, 8192, 65536, 64, BUFFERS_BYTES, 1);
    this.jetty = new org.eclipse.jetty.server.Server(threads, scheduler, buffers);
    this.connector =
        new ServerConnector(jetty, threads, scheduler, buffers, 0, 1, new Connections());
    this.tracker = new RequestTracker(connector.getConnectedEndPoints(), this::expired, metrics);
  }

  /**
   * Starts a server.
   *
   * @param settings the address, where port 0 is any free one, the limits, and the token
   * @throws dev.slipway.error.SlipwayException USAGE when the address is in use, not local, or not
   *     permitted, or the token file has no token
   */
  public static Server start(Settings.Http settings, Routes routes, Metrics metrics) {
    var server = new Server(settings, routes, metrics, BearerToken.of(settings, metrics));
    server.listen();
    return server;
  }

  private void listen() {
    try {
      connector.open(channel);
      // Deadlines of our own: Jetty's restart with each byte.
      connector.setIdleTimeout(0);
      jetty.setHandler(new Dispatcher());
      jetty.setErrorHandler(this::rejected);
      // The connector alone: starting the server would load the JVM's management beans.
      connector.start();
    } catch (Exception e) {
      throw new IllegalStateException("cannot start the HTTP server", e);
    }
  }

  /** Returns the URL of the address that it listens on, which may be a wildcard address. */
  public URI address() {
    return ListenAddress.url(channel);
  }

  /** Whether clients on other machines can reach it, and it asks none of them for a token. */
  public boolean isOpen() {
    return token.isEmpty() && !ListenAddress.isLoopback(channel);
  }

  /**
   * Closes every connection after its next response, and still accepts new connections: clients
   * with keep-alive connections move to another server without losing a request.
   */
  public void drain() {
    writer.drain();
  }

  /**
   * Stops accepting connections, waits for active requests, then closes all connections.
   *
   * @param grace the maximum time to wait
   * @return whether every active request was answered
   */
  public boolean stop(Duration grace) {
    writer.drain();
    try {
      channel.close();
      // Wakes the selector, which closes the socket.
      connector.setAccepting(false);
      boolean idle = tracker.awaitIdle(grace);
      connector.stop();
      return idle;
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "cannot stop Jetty", e);
      return false;
    } finally {
      tracker.close();
    }
  }

  /** Stops without waiting for active requests. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }

  private void serve(RequestContext context) {
    Response response;
    Optional<Throwable> failure = Optional.empty();
    try {
      response = respond(context);
    } catch (Throwable e) {
      failure = Optional.of(e);
      response = Problem.response(e, context.trace());
    }
    if (context.claim()) {
      send(context, response, failure);
    }
  }

  private Response respond(RequestContext context) throws Exception {
    try {
      validator.validate(context);
    } catch (Problem e) {
      // Where one request was misread, the next one may start at another byte than we assume.
      context.last = true;
      throw e;
    }
    Routes.Match match = match(context);
    if (context.management) {
      return handle(context, match, new byte[0]);
    }
    int heavy = 0;
    try {
      byte[] body = bodies.read(context);
      RequestValidator.validate(context, body);
      heavy = bodies.awaitTurn(body);
      if (!slots.tryAcquire()) {
        throw limits.count(
            LimitExceeded.LOAD, Problem.unavailable("too many requests are in work already"));
      }
      try {
        context.startDeadline(settings.requestTimeout());
        return handle(context, match, body);
      } finally {
        slots.release();
      }
    } finally {
      bodies.endTurn(heavy);
      bodies.release(context);
    }
  }

  /** Without the token, a client learns nothing, not even which paths exist. */
  private Routes.Match match(RequestContext context) {
    HttpFields headers = context.request.getHeaders();
    Routes.Match match;
    try {
      match = routes.find(context.request.getMethod(), context.request.getHttpURI().getPath());
    } catch (Problem e) {
      token.ifPresent(each -> each.check(headers));
      throw e;
    }
    context.route = match.route().pattern();
    context.management = match.route().load() == Route.Load.MANAGEMENT;
    if (!context.management) {
      token.ifPresent(each -> each.check(headers));
    }
    return match;
  }

  private static Response handle(RequestContext context, Routes.Match match, byte[] body)
      throws Exception {
    return match
        .route()
        .handler()
        .handle(new Request(context.request, context.route, match.parameters(), body));
  }

  private void send(RequestContext context, Response response, Optional<Throwable> failure) {
    boolean sent = writer.write(context, response);
    metrics.request(context.method(), context.route, response.status(), context.age());
    log.log(context, response, failure);
    if (sent) {
      // Starts the connection's next request, which sees the metrics of this one.
      context.callback.succeeded();
    }
  }

  private void expired(RequestContext context) {
    Problem late =
        limits.count(
            LimitExceeded.DEADLINE,
            Problem.unavailable(
                "no answer within " + settings.requestTimeout().toMillis() + " ms"));
    send(context, Problem.response(late, context.trace()), Optional.of(late));
  }

  /** Answers a request that Jetty rejected, in the shape of all other errors. */
  private boolean rejected(
      org.eclipse.jetty.server.Request request,
      org.eclipse.jetty.server.Response response,
      Callback callback) {
    int status = response.getStatus();
    Problem problem =
        Problem.of(status, String.valueOf(request.getAttribute(ErrorHandler.ERROR_MESSAGE)));
    if (status == 414 || status == 431) {
      limits.count(LimitExceeded.HEADER, problem);
    }
    TraceContext trace = traces.of(request.getHeaders());
    Response body = Problem.response(problem, trace);
    ResponseWriter.addHeaders(response.getHeaders(), body, trace);
    response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
    metrics.request("other", "unmatched", status, Duration.ZERO);
    response.write(true, ByteBuffer.wrap(body.body()), callback);
    return true;
  }

  private HttpConfiguration configuration() {
    var configuration = new HttpConfiguration();
    configuration.setHttpCompliance(HttpCompliance.STRICT);
    configuration.setUriCompliance(URIS);
    configuration.setRequestHeaderSize(
        settings.headerBytesMax()
            + settings.addressBytesMax()
            + 4 * settings.headersMax()
            + HEAD_BYTES_BEYOND);
    configuration.setSendServerVersion(false);
    configuration.setUseInputDirectByteBuffers(false);
    configuration.setUseOutputDirectByteBuffers(false);
    return configuration;
  }

  private final class Connections extends HttpConnectionFactory {
    Connections() {
      super(configuration());
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
      return new ClientConnection(getHttpConfiguration(), connector, endPoint, settings, tracker);
    }
  }

  /**
   * Starts a virtual thread for each request. All else, such as parsing, happens on the selector's
   * thread, one connection after the other: more heads than the CPU can handle wait in the kernel,
   * not in the heap.
   */
  private final class Dispatcher extends Handler.Abstract.NonBlocking {
    @Override
    public boolean handle(
        org.eclipse.jetty.server.Request request,
        org.eclipse.jetty.server.Response response,
        Callback callback) {
      var context =
          new RequestContext(request, response, callback, traces.of(request.getHeaders()));
      if (context.connection().requestStarted(context)) {
        tracker.start(context, () -> serve(context));
      } else {
        callback.failed(new IOException("no memory left for large heads"));
      }
      return true;
    }
  }
}
