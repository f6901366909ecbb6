package dev.slipway.cli;

import dev.slipway.testing.Ledger;
import dev.slipway.testing.Load;
import dev.slipway.testing.ServeProcess;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What clients of the identity API do: create one and get it, and keep what they were told. */
final class Clients {
  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([^\"]+)\"");
  private static final Pattern EMAIL = Pattern.compile("\"email\"\\s*:\\s*\"([^\"]+)\"");

  private final ServeProcess serve;
  private final Ledger ledger = new Ledger();

  Clients(ServeProcess serve) {
    this.serve = serve;
  }

  /** Starts them. */
  Load start() {
    return Load.of(this::createAndGet);
  }

  /** Whether every identity whose creation was acknowledged is there, once. */
  void compare(Connection connection) throws SQLException {
    List<String> stored = new ArrayList<>();
    try (connection;
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT traits FROM identities")) {
      while (rows.next()) {
        stored.add(first(EMAIL, rows.getString(1)));
      }
    }
    ledger.compareWith(stored);
  }

  private void createAndGet() throws Exception {
    // The traits tell the clients' creations apart: the id is the server's, another each time.
    String email = UUID.randomUUID() + "@example.org";
    HttpResponse<String> created =
        serve.post(
            "/admin/identities",
            "{\"schema_id\":\"default\",\"traits\":{\"email\":\"" + email + "\"}}");
    expect(201, created);
    ledger.add(email);
    expect(200, serve.get("/admin/identities/" + first(ID, created.body())));
  }

  private static void expect(int status, HttpResponse<String> answer) throws Refused {
    if (answer.statusCode() != status) {
      throw new Refused(answer.statusCode(), answer.body());
    }
  }

  private static String first(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException(text);
    }
    return found.group(1);
  }

  /** An answer other than success. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    final int status;

    private Refused(int status, String body) {
      super(status + " " + body);
      this.status = status;
    }
  }
}
