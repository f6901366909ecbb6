package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.IdentityServer;
import dev.slipway.testing.PostgresWire;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How often a request asks the database, read off the wire between a server and PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatementsIT {
  private static final Pattern PORT = Pattern.compile("(?<=127\\.0\\.0\\.1:)\\d+");

  /** Beside requests there are probes: they have to be the minority of all statements. */
  private static final int TIMES = 50;

  private final List<String> ids = new ArrayList<>();
  private TestDatabase database;
  private PostgresWire wire;
  private IdentityServer slipway;

  @BeforeAll
  void start() throws Exception {
    database = Server.POSTGRES.database();
    Matcher port = PORT.matcher(database.dsn());
    assertTrue(port.find());
    wire = new PostgresWire(Integer.parseInt(port.group()));
    String dsn = port.replaceFirst(String.valueOf(wire.port()));
    slipway = IdentityServer.start(database, Map.of("DSN", dsn));
    var sessions = new SessionRows(database);
    for (int i = 0; i < 100; i++) {
      ids.add(slipway.kratos().createIdentity(IdentitySuite.person(i + "@example.org")).getId());
      sessions.device(sessions.begin(ids.getLast(), Instant.now()), "Lynx");
    }
  }

  @AfterAll
  void stop() throws Exception {
    slipway.close();
    wire.close();
  }

  @Test
  void oneIdentityIsOneStatement() {
    assertEquals(1, statements("/admin/identities/" + ids.getFirst()));
    assertEquals(
        1, statements("/admin/identities/" + ids.getFirst() + "?include_credential=password"));
  }

  @Test
  void aHundredIdentitiesAreOneStatement() {
    assertEquals(1, statements("/admin/identities?page_size=100"));
    assertEquals(1, statements("/admin/identities?page_size=100&include_credential=password"));
    assertEquals(1, statements("/admin/identities?page_size=100&ids=" + String.join(",", ids)));
  }

  @Test
  void aHundredSessionsAreOneStatementAndWithTheirIdentitiesTwo() {
    assertEquals(1, statements("/admin/sessions?page_size=100"));
    assertEquals(1, statements("/admin/sessions?page_size=100&expand=devices"));
    assertEquals(2, statements("/admin/sessions?page_size=100&expand=devices&expand=identity"));
    assertEquals(2, statements("/admin/identities/" + ids.getFirst() + "/sessions"));
  }

  /** How many statements a GET needs, transactions' begin and end included. */
  private long statements(String path) {
    // The first requests may meet a connection that the driver has to make ready.
    slipway.send("GET", path);
    Map<String, Long> before = counts();
    for (int i = 0; i < TIMES; i++) {
      HttpResponse<String> answer = slipway.send("GET", path);
      assertEquals(200, answer.statusCode(), answer::body);
    }
    long statements = 0;
    for (var each : counts().entrySet()) {
      long times = each.getValue() - before.getOrDefault(each.getKey(), 0L);
      statements += Math.round(times / (double) TIMES);
    }
    return statements;
  }

  private Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    wire.statements().forEach(sql -> counts.merge(sql, 1L, Long::sum));
    return counts;
  }
}
