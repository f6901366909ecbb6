package dev.slipway.http;

import java.time.Duration;
import java.util.List;

/**
 * A server in a process of its own: what the JDK's server reads from system properties is read once
 * in a process, so a test with other limits needs one.
 */
final class ServerProcess {
  private ServerProcess() {}

  public static void main(String[] args) throws Exception {
    Duration second = Duration.ofSeconds(1);
    var limits = new Limits(4, 600, 1000, 1000, 20, 1000, second, second, second);
    Route hello = Route.work("GET", "/hello", request -> Response.json(200, "{}"));
    Route take = Route.work("POST", "/take", request -> Response.json(200, "{}"));
    Response tooLargeForBuffers = Response.of(200, "application/octet-stream", new byte[16_000_000]);
    Route large = Route.work("GET", "/large", request -> tooLargeForBuffers);
    Metrics metrics = new Metrics();
    Server server =
        Server.start("127.0.0.1", 0, limits, Routes.of(List.of(hello, take, large)), metrics);
    System.out.println(server.address());
    // The test closes our input when it has seen enough.
    while (System.in.read() >= 0) {
      Thread.onSpinWait();
    }
    System.out.println(server.stop(Duration.ofSeconds(5)));
  }
}
