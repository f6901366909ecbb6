package dev.slipway.behavior;

import dev.slipway.behavior.CaseTable.Target;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.TcpProxy;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Records the SQL of one command: by a proxy of its own, through which the command connects to a
 * server, or by an agent in its process, because SQLite has no server.
 */
final class SqlRecorder implements AutoCloseable {
  private static final Pattern PARTS =
      Pattern.compile("\\w+://(\\w+):(\\w+)@(?:tcp\\()?([\\w.]+):(\\d+)\\)?/(\\w+)(\\?.*)?");
  private static final long SETTLED_MILLIS = 3000;

  private final Optional<TcpProxy> proxy;
  private final Optional<Path> statements;
  private final Map<String, String> variables = new TreeMap<>();

  /** Starts recording. Without a database, nothing is recorded. */
  SqlRecorder(Optional<TestDatabase> database, Target target, Path statements) {
    boolean server = database.isPresent() && database.get().family() != Family.SQLITE;
    this.proxy =
        server
            ? database.map(each -> TcpProxy.to(each.dsn()).recording().open())
            : Optional.empty();
    this.statements =
        server || target == Target.NONE || target == Target.MEMORY
            // The statements for memory are those for a file, but batched as their time allows.
            ? Optional.empty()
            : Optional.of(statements);
    if (target == Target.MEMORY) {
      variables.put("DSN", "memory");
    }
    database.ifPresent(
        each -> {
          String dsn = proxy.map(port -> port.dsn(each.dsn())).orElse(each.dsn());
          variables.put("DSN", dsn);
          variables.put("dsn", dsn);
          Matcher parts = PARTS.matcher(dsn);
          if (parts.matches()) {
            variables.put("user", parts.group(1));
            variables.put("password", parts.group(2));
            variables.put("host", parts.group(3));
            variables.put("port", parts.group(4));
            variables.put("database", parts.group(5));
            variables.put("server", dsn.substring(0, dsn.lastIndexOf('/')));
            variables.put("query", Optional.ofNullable(parts.group(6)).orElse(""));
          } else {
            variables.put("file", each.name());
          }
        });
  }

  /** What the environment of a command says of the database; DSN and names in lower case. */
  Map<String, String> variables() {
    return variables;
  }

  /** Where the agent writes to, for a database without a server. */
  Optional<Path> statements() {
    return statements;
  }

  /** The port that the command connects to. */
  Optional<String> port() {
    return proxy.map(each -> String.valueOf(each.port()));
  }

  /** What was sent, a connection at a time, as far as the command has ended. */
  List<List<String>> sent() throws IOException, InterruptedException {
    if (proxy.isPresent()) {
      // The last bytes of a process that has ended may still be on their way.
      for (long i = 0; i < SETTLED_MILLIS && proxy.get().connections() > 0; i += 10) {
        Thread.sleep(10);
      }
      boolean mysql = variables.get("DSN").startsWith("mysql:");
      return proxy.get().sent().stream()
          .map(bytes -> mysql ? MysqlTraffic.read(bytes) : PostgresTraffic.read(bytes))
          .filter(lines -> !lines.isEmpty())
          .toList();
    }
    if (statements.isPresent() && Files.exists(statements.get())) {
      return List.of(Arrays.asList(Files.readString(statements.get()).split("\0")));
    }
    return List.of();
  }

  @Override
  public void close() {
    proxy.ifPresent(TcpProxy::close);
  }
}
