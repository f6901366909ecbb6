package dev.slipway.e2e;

import dev.slipway.testing.Await;
import dev.slipway.testing.HttpConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An HTTP service at an address of this host. Each request has a connection of its own. */
record Service(InetSocketAddress address) {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Pattern FIRST_ID = Pattern.compile("^\\[?\\{\"id\":\"([^\"]*)\"");

  /** The body of a successful response. */
  String get(String path) throws IOException {
    return HttpConnection.get(address, TIMEOUT, path).requireSuccess();
  }

  /** Checks that the response contains this text; the response. */
  String expect(String path, String text) throws IOException {
    String response = get(path);
    Expect.contains("response of " + path, response, text);
    return response;
  }

  /** Waits until the server is ready. */
  void awaitReady() throws InterruptedException {
    awaitResponse("/health/ready");
  }

  /** Waits for a successful response. */
  void awaitResponse(String path) throws InterruptedException {
    Await.within(Duration.ofSeconds(10), "response of " + path, () -> get(path));
  }

  /** Creates an identity; its ID. */
  String createIdentity(String email) throws IOException {
    try (HttpConnection connection = new HttpConnection(address, TIMEOUT)) {
      String body = identityOf(email);
      return firstId(connection.send("POST", "/admin/identities", body).requireSuccess());
    }
  }

  /** Checks that the identity can be read. */
  void expectIdentity(String id, String email) throws IOException {
    expect("/admin/identities/" + id, email);
  }

  /** The request body for a new identity. */
  static String identityOf(String email) {
    return "{\"schema_id\": \"default\", \"traits\": {\"email\": \"" + email + "\"}}";
  }

  /** The ID of an identity, or of the first of a list. */
  static String firstId(String json) throws IOException {
    Matcher id = FIRST_ID.matcher(json);
    if (!id.find()) {
      throw new IOException("expected an identity: " + json);
    }
    return id.group(1);
  }
}
