package dev.slipway.provision;

import static dev.slipway.error.ExitCode.DONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.testing.Server;
import dev.slipway.testing.TcpProxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What `slipway database` sends, read off a wire without TLS. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
@Timeout(60)
class WireIT extends DatabaseSuite {
  static Stream<Server> servers() {
    return Server.oneOfEach().filter(server -> server.family() != Server.Family.SQLITE);
  }

  /** A log of statements can hold no more than this. */
  @Test
  void noPasswordGoesOverTheWire() throws SQLException {
    String password = passwordFile("password");
    String other = passwordFile("other");
    try (TcpProxy proxy = TcpProxy.to(admin.dsn()).recording().open()) {
      for (String each : List.of(password, other)) {
        slipway()
            .with("DSN", proxy.dsn(admin.dsn()))
            .run(words("create", "--name", name, "--password-file", each))
            .exits(DONE);
      }
      String sent =
          String.join(
              "\n",
              proxy.sent().stream()
                  .map(each -> new String(each, StandardCharsets.ISO_8859_1))
                  .toList());
      assertTrue(sent.contains("ALTER"), "the recording holds the statements");
      assertFalse(sent.contains(read(password)));
      assertFalse(sent.contains(read(other)));
    }
    login(name, name, read(other)).close();
  }

  @Test
  void cockroachsOwnParserAcceptsEveryStatement() throws Exception {
    assumeTrue(server.family() == Server.Family.COCKROACH, "concerns CockroachDB alone");
    String parser = System.getenv("COCKROACH_PARSE");
    assumeTrue(
        parser != null,
        "COCKROACH_PARSE is not set: a program that takes files and exits 0"
            + " when CockroachDB's parser accepts them all");
    String password = passwordFile("password");
    List<String> statements = new ArrayList<>();
    try (TcpProxy proxy = TcpProxy.to(admin.dsn()).recording().open()) {
      String[] create =
          words(
              "create",
              "--name",
              name,
              "--password-file",
              password,
              "--reader",
              "{name}_r",
              "--reader-password-file",
              password,
              "--writer",
              "{name}_w",
              "--writer-password-file",
              password);
      slipway().with("DSN", proxy.dsn(admin.dsn())).run(create).exits(DONE);
      try (var owner = login(name, name, read(password))) {
        execute(owner, "CREATE TABLE \"a b\" (id SERIAL PRIMARY KEY)");
      }
      slipway().with("DSN", proxy.dsn(admin.dsn())).run(create).exits(DONE);
      slipway()
          .with("DSN", proxy.dsn(admin.dsn()))
          .run(
              words(
                  "drop",
                  "--yes",
                  "--name",
                  name,
                  "--user",
                  name,
                  "--reader",
                  name + "_r",
                  "--writer",
                  name + "_w"))
          .exits(DONE);
      proxy.sent().forEach(each -> statements.addAll(queries(ByteBuffer.wrap(each))));
    }
    assertTrue(statements.stream().anyMatch(each -> each.startsWith("ALTER DEFAULT")));
    assertTrue(statements.stream().anyMatch(each -> each.startsWith("DROP ROLE")));
    Path file = folder.resolve("statements.sql");
    Files.writeString(file, String.join(";\n", statements));
    Process process = new ProcessBuilder(parser, file.toString()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.contains(statements.size() + " statements"), said);
  }

  /** The simple queries in what a client of PostgreSQL's protocol has sent. */
  private static List<String> queries(ByteBuffer sent) {
    List<String> queries = new ArrayList<>();
    // The first message has no type.
    sent.position(sent.getInt(0));
    while (sent.remaining() > 4) {
      char type = (char) sent.get();
      byte[] body = new byte[sent.getInt() - 4];
      sent.get(body);
      if (type == 'Q') {
        queries.add(new String(body, 0, body.length - 1, StandardCharsets.UTF_8).strip());
      }
    }
    return queries;
  }
}
