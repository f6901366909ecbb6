package dev.slipway.http;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.testing.HttpSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server in its own process, with a small heap and short timeouts. */
final class ServerProcess {
  private ServerProcess() {}

  public static void main(String[] args) throws Exception {
    Settings.Http settings =
        HttpSettings.with(
            Map.of(
                Setting.SERVE_LIMITS_CONCURRENT_REQUESTS, "4",
                Setting.SERVE_LIMITS_CONNECTIONS, "600",
                Setting.SERVE_READ_TIMEOUT, "1s",
                Setting.SERVE_REQUEST_TIMEOUT, "1s"));
    Route hello = Route.work("GET", "/hello", request -> Response.json(200, "{}"));
    Route take = Route.work("POST", "/take", request -> Response.json(200, "{}"));
    Response tooLargeForBuffers =
        Response.of(200, "application/octet-stream", new byte[16_000_000]);
    Route large = Route.work("GET", "/large", request -> tooLargeForBuffers);
    Metrics metrics = new Metrics();
    Server server = Server.start(settings, Routes.of(List.of(hello, take, large)), metrics);
    System.out.println(server.address());
    // The test closes our input when it has seen enough.
    while (System.in.read() >= 0) {
      Thread.onSpinWait();
    }
    System.out.println(server.stop(Duration.ofSeconds(5)));
  }
}
