package dev.slipway.behavior;

import dev.slipway.behavior.Build.Ended;
import dev.slipway.behavior.Build.Running;
import dev.slipway.behavior.CaseTable.Case;
import dev.slipway.behavior.CaseTable.Directive;
import dev.slipway.behavior.CaseTable.Target;
import dev.slipway.behavior.RawHttpClient.Answer;
import dev.slipway.behavior.Transcript.Section;
import dev.slipway.behavior.Transcript.Step;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One case on one database: runs its directives in order, and writes down what came of them. */
final class CaseRunner implements AutoCloseable {
  private static final long COUNTED_NANOS = 300_000_000L;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /** After this time without a byte, a connection that stays open has answered. */
  private static final int RAW_MILLIS = 2500;

  private static final Pattern NEXT_PAGE =
      Pattern.compile("page_token=([\\w-]+)[^>]*>; rel=\"next\"");
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

  /** Metrics whose values follow from the requests alone. */
  private static final Pattern STEADY =
      Pattern.compile(
          "slipway_(migrations|schema_state|ready"
              + "|probe_success|build_info|http_request_duration_seconds_count|http_requests_refused)"
              // How often it was asked whether it is ready is no matter of the server.
              + "(?!.*/health/).*");

  private static final Pattern UNASKED_WARNING =
      Pattern.compile("\\S+ WARN (?!.*\\[\\S+]$).*|.*\"warn\"(?!.*\"request_id\").*");

  private final List<Build> builds;
  private final Case table;
  private final Target target;
  private final Path folder;
  private final Optional<TestDatabase> database;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, String> known = new LinkedHashMap<>();
  private final Map<Section, Normalizer> normalizers = new EnumMap<>(Section.class);
  private final Map<String, String> captured = new HashMap<>();
  private final List<Connection> held = new ArrayList<>();
  private final List<StartedCommand> background = new ArrayList<>();
  private Optional<StartedCommand> server = Optional.empty();
  private int serverPort;
  private Answer answer;
  private int commands;

  /** A command under way, with its way to the database. */
  private record StartedCommand(String heading, int build, Running running, SqlRecorder recorder) {}

  /**
   * A run of one case.
   *
   * @param builds who run its commands, in turns
   */
  CaseRunner(List<Build> builds, Case table, Target target, Path folder) throws IOException {
    this.builds = builds;
    this.table = table;
    this.target = target;
    this.folder = Files.createDirectories(folder);
    this.database =
        target
            .server()
            .map(
                each ->
                    each.database(target.word().charAt(0) + "_" + table.name().replace('-', '_')));
    known.put(folder.toString(), "<tmp>");
    for (Build build : builds) {
      known.put(build.home().toString(), "<build>");
      known.put(build.version(), "<version>");
    }
    database.ifPresent(
        each -> {
          each.password().ifPresent(secret -> known.put(secret, "<password>"));
          if (each.name().startsWith("/")) {
            known.put(Path.of(each.name()).getParent().toString(), "<data>");
          }
        });
  }

  /** Runs all of it. */
  Transcript record() throws Exception {
    for (Directive directive : table.directives()) {
      if (directive.isFor(target)) {
        try {
          run(directive);
        } catch (Exception | AssertionError e) {
          throw new IllegalStateException(directive.place() + ": " + e.getMessage(), e);
        }
      }
    }
    if (server.isPresent()) {
      stop();
    }
    return new Transcript(steps);
  }

  private void run(Directive directive) throws Exception {
    String text = directive.text();
    String block = String.join("\n", directive.block());
    switch (directive.word()) {
      case "file" -> {
        Path file = folder.resolve(text);
        Files.createDirectories(file.getParent());
        Files.writeString(file, block.isEmpty() ? "" : block + "\n");
      }
      case "remove" -> Files.delete(folder.resolve(text));
      case "sql" -> database.orElseThrow().execute(text.isEmpty() ? block : substituted(text));
      case "hold" -> hold(text);
      case "release" -> release();
      case "?" -> query(text);
      case "run" -> setUp(text);
      case "$" -> finish(start("$ " + text, text));
      case "&" -> background.add(start("& " + text, "exec " + text));
      case "wait" -> finish(background.removeFirst());
      case "kill" -> background.getFirst().running().close();
      case "term" -> background.getFirst().running().terminate();
      case "until" -> until(() -> database.orElseThrow().query(text).contains("1"), text);
      case "poll" ->
          until(
              () -> Build.start(folder, "poll", pollEnvironment(), text).await().code() == 0, text);
      case "serve" -> serve(text, "/health/ready");
      case "serve-unready" -> serve(text, "/health/alive");
      case "stop" -> stop();
      case ">" -> request(text, directive.block());
      case "raw" -> raw(directive.block());
      case "get" -> capture(text);
      default -> throw new IllegalArgumentException("no directive " + directive.word());
    }
  }

  // ---- commands

  private StartedCommand start(String heading, String line) throws IOException {
    int turn = commands++ % builds.size();
    Build build = builds.get(turn);
    SqlRecorder recorder =
        new SqlRecorder(database, target, folder.resolve(".tmp/" + commands + ".sql"));
    recorder.port().ifPresent(port -> known.put(port, "<port>"));
    Map<String, String> environment =
        build.environment(folder, target.driver(), recorder.statements());
    environment.putAll(recorder.variables());
    if (serverPort > 0) {
      environment.put("serving", String.valueOf(serverPort));
    }
    return new StartedCommand(
        heading, turn, Build.start(folder, String.valueOf(commands), environment, line), recorder);
  }

  /** Runs a command whose behavior is recorded elsewhere. */
  private void setUp(String line) throws Exception {
    StartedCommand command = start(line, line);
    Ended ended = command.running().await();
    command.recorder().close();
    if (ended.code() != 0) {
      throw new IllegalStateException(line + " failed: " + ended.err());
    }
  }

  private void finish(StartedCommand command) throws Exception {
    Ended ended = command.running().await();
    Step step = new Step(command.heading(), command.build());
    step.section(Section.CODE, ended.code() < 0 ? "(killed: it did not end)" : "" + ended.code());
    step.section(Section.STDOUT, plain(Section.STDOUT, ended.out()));
    String err = plain(Section.STDERR, ended.err());
    step.section(
        Section.STDERR,
        table.waits() ? String.join("\n", withoutRepeats(err.lines().toList())) : err);
    step.section(Section.JSON, CanonicalJson.of(plain(Section.JSON, ended.out())).orElse(""));
    step.section(
        Section.SQL,
        command.recorder().sent().stream()
            .filter(messages -> table.waits() || !watches(messages))
            .map(this::connection)
            .collect(Collectors.joining("\n")));
    command.recorder().close();
    if (database.isPresent()) {
      step.section(Section.HISTORY, plain(Section.HISTORY, DatabaseState.of(database.get())));
    }
    steps.add(step);
  }

  /**
   * Whether this connection looks for what blocks another one. It is opened when a statement takes
   * longer than half a second, which is chance where nothing blocks it.
   */
  private static boolean watches(List<String> messages) {
    return messages.stream()
        .anyMatch(each -> each.contains("pg_blocking_pids") || each.contains("PROCESSLIST_ID"));
  }

  private String connection(List<String> messages) {
    List<String> plain = messages.stream().map(each -> plain(Section.SQL, each.strip())).toList();
    return (table.waits() ? withoutRepeats(plain) : plain)
        .stream().map(each -> "> " + each.replace("\n", "\n  ")).collect(Collectors.joining("\n"));
  }

  /** How often something is asked for again depends on the time that it takes to come. */
  private static List<String> withoutRepeats(List<String> messages) {
    List<String> left = new ArrayList<>(messages);
    for (int length = 1; length <= 8; length++) {
      for (int i = 0; i + 2 * length <= left.size(); ) {
        if (left.subList(i, i + length).equals(left.subList(i + length, i + 2 * length))) {
          left.subList(i + length, i + 2 * length).clear();
        } else {
          i++;
        }
      }
    }
    return left;
  }

  private Map<String, String> pollEnvironment() throws IOException {
    Map<String, String> environment =
        builds.getFirst().environment(folder, target.driver(), Optional.empty());
    environment.put("serving", String.valueOf(serverPort));
    database.ifPresent(each -> environment.put("file", each.name()));
    return environment;
  }

  // ---- the database, past the commands

  private void hold(String text) throws SQLException {
    Connection connection = database.orElseThrow().connect();
    held.add(connection);
    try (Statement statement = connection.createStatement()) {
      for (String sql : substituted(text).split("; ")) {
        statement.execute(sql);
      }
    }
  }

  private void release() throws SQLException {
    for (Connection connection : held) {
      connection.close();
    }
    held.clear();
  }

  private void query(String sql) {
    Step step = new Step("? " + sql, 0);
    step.section(
        Section.HISTORY,
        plain(Section.HISTORY, String.join("\n", database.orElseThrow().query(substituted(sql)))));
    steps.add(step);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(Condition condition, String what) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("never became true: " + what);
      }
      Thread.sleep(50);
    }
  }

  // ---- HTTP

  private void serve(String line, String until) throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      serverPort = free.getLocalPort();
    }
    known.put(String.valueOf(serverPort), "<serving>");
    // What it logs depends on the language of no release: it is ready when it answers so.
    server =
        Optional.of(
            start(
                "serve " + line,
                "exec env SERVE_ADMIN_HOST=127.0.0.1"
                    + " SERVE_ADMIN_PORT=$serving SERVE_DRAIN_DELAY=0 HASHERS_BCRYPT_COST=4 "
                    + line));
    until(() -> server.get().running().process().isAlive() && answers(until), line);
  }

  private boolean answers(String path) {
    try {
      // With an id of its own: the server counts those that it gives away itself.
      return RawHttpClient.send(serverPort, "GET", path, List.of("X-Request-Id: poll"), "")
          .line()
          .contains(" 200 ");
    } catch (IOException e) {
      return false;
    }
  }

  private void stop() throws Exception {
    StartedCommand serving = server.orElseThrow();
    serving.running().terminate();
    Ended ended = serving.running().await();
    server = Optional.empty();
    Step step = new Step(serving.heading(), serving.build());
    step.section(Section.CODE, "" + ended.code());
    step.section(Section.STDOUT, plain(Section.STDOUT, ended.out()));
    step.section(Section.STDERR, plain(Section.STDERR, log(ended.err())));
    step.section(
        Section.SQL,
        serving.recorder().sent().stream()
            .flatMap(List::stream)
            .map(each -> each.replaceFirst("\n\\(with: [^\n]*$", ""))
            .map(each -> "> " + plain(Section.SQL, each.strip()).replace("\n", "\n  "))
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .collect(Collectors.joining("\n")));
    serving.recorder().close();
    steps.add(step);
  }

  /**
   * The log of a server, whose threads write in an order of chance. What it warns of outside of
   * requests depends on the moments at which it looks at its database.
   */
  private String log(String text) {
    return text.lines()
        .filter(line -> !UNASKED_WARNING.matcher(line).matches())
        .map(line -> plain(Section.STDERR, line))
        .sorted()
        .distinct()
        .collect(Collectors.joining("\n"));
  }

  private void request(String text, List<String> block) throws IOException {
    int end = block.indexOf("");
    boolean headed = !block.isEmpty() && block.getFirst().matches("[\\w-]+: .*");
    List<String> headers = !headed ? List.of() : end < 0 ? block : block.subList(0, end);
    List<String> body =
        !headed ? block : end < 0 ? List.of() : block.subList(end + 1, block.size());
    String[] words = substituted(text).split(" ", 2);
    if (words[1].startsWith("/metrics")) {
      // A request is counted when it has ended, which is after its client has the answer.
      LockSupport.parkNanos(COUNTED_NANOS);
    }
    answer =
        RawHttpClient.send(
            serverPort,
            words[0],
            expanded(words[1]),
            headers.stream().map(this::substituted).map(CaseRunner::expanded).toList(),
            expanded(substituted(String.join("\n", body))));
    answered(text);
  }

  private void raw(List<String> block) throws IOException {
    String head = expanded(String.join("\r\n", block)) + "\r\n\r\n";
    answer =
        RawHttpClient.exchange(
            serverPort, head.getBytes(StandardCharsets.ISO_8859_1), new byte[0], RAW_MILLIS);
    answered("raw " + block.getFirst());
  }

  private void answered(String heading) {
    Step step = new Step("> " + heading, server.orElseThrow().build());
    List<String> lines = new ArrayList<>();
    lines.add(answer.line());
    String body =
        new String(answer.body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    String length = String.valueOf(answer.body().length());
    answer.headers().stream()
        .filter(header -> !header.startsWith("Date:"))
        // The length of ids and moments; what counts is that it is that of the body.
        .map(
            header ->
                header.equals("Content-length: " + length)
                    ? "Content-length: (the body's)"
                    : header)
        .map(header -> header.replaceFirst("^(Content-length:) \\d+$", "$1 (another)"))
        .sorted()
        .forEach(lines::add);
    lines.add("");
    String plain = plain(Section.HTTP, String.join("\n", lines) + "\n" + metrics(body));
    int start = plain.indexOf("\n\n") + 2;
    step.section(
        Section.HTTP,
        plain.substring(0, start)
            + CanonicalJson.of(plain.substring(start)).orElse(plain.substring(start)));
    steps.add(step);
  }

  /** Metrics without what the machine and the moment decide. */
  private static String metrics(String body) {
    if (!body.startsWith("# ")) {
      return body;
    }
    return body.lines()
        .filter(line -> !line.contains("_bucket{") && !line.startsWith("#"))
        .map(line -> STEADY.matcher(line).matches() ? line : line.replaceFirst(" \\S+$", " <n>"))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private void capture(String text) {
    String[] words = text.split(" ");
    String value =
        switch (words[1]) {
          case "next" -> {
            Matcher next = NEXT_PAGE.matcher(answer.header("Link").orElse(""));
            yield next.find() ? next.group(1) : "none";
          }
          default -> CanonicalJson.at(answer.body(), words[1]);
        };
    captured.put(words[0], value);
  }

  // ---- texts

  private String plain(Section section, String text) {
    Normalizer normalizer = normalizers.computeIfAbsent(section, _ -> new Normalizer());
    known.forEach(normalizer::known);
    return normalizer.in(text);
  }

  /** With what was captured, and the name of the database. */
  private String substituted(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    match.group(1).equals("database")
                        ? database.orElseThrow().name()
                        : captured.getOrDefault(match.group(1), match.group())));
  }

  /** With {@code <a*1000>} written out, for what exceeds a limit. */
  private static String expanded(String text) {
    return Pattern.compile("<([^<>*]+)\\*(\\d+)>")
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(match.group(1).repeat(Integer.parseInt(match.group(2)))));
  }

  @Override
  public void close() throws SQLException {
    release();
    Stream.concat(background.stream(), server.stream())
        .forEach(
            under -> {
              under.running().close();
              under.recorder().close();
            });
    database.ifPresent(TestDatabase::close);
  }
}
