package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** {@code slipway serve} as a process of its own, on a free port: real signals, real exit codes. */
public final class ServeProcess implements AutoCloseable {
  private static final List<String> OPTIONS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED");

  private static final String LISTENING = "listening on ";

  private final HttpClient client = HttpClient.newHttpClient();
  private final CompletableFuture<URI> address = new CompletableFuture<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Process process;
  private final Thread reader;

  private ServeProcess(Process process) {
    this.process = process;
    // A virtual thread would keep its carrier while it waits for a pipe, and others from running.
    this.reader = Thread.ofPlatform().daemon().start(this::read);
  }

  /** Starts it and returns at once. */
  public static ServeProcess start(Map<String, String> environment, String... arguments)
      throws IOException {
    return start(List.of(), OPTIONS, environment, arguments);
  }

  /**
   * Starts it with {@code --migrate} where a folder is a file system of 2 MB. The test is skipped
   * where there can be none.
   */
  public static ServeProcess startOnSmallDisk(Path folder, Map<String, String> environment)
      throws IOException {
    return start(
        Namespace.command("mount -t tmpfs -o size=2m slipway " + folder + " && exec \"$@\""),
        OPTIONS,
        environment,
        "--migrate");
  }

  /** Starts it with the JVM's options of a release, which compile later and more. */
  public static ServeProcess startAsReleased(Map<String, String> environment, String... arguments)
      throws IOException {
    return start(
        List.of(),
        List.of("@src/main/jvm/common.args", "@src/main/jvm/serve.args"),
        environment,
        arguments);
  }

  private static ServeProcess start(
      List<String> wrapper,
      List<String> options,
      Map<String, String> environment,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-Xmx64m", "-cp", System.getProperty("java.class.path"), "dev.slipway.Main", "serve"));
    command.addAll(Arrays.asList(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("SERVE_ADMIN_HOST", "127.0.0.1");
    builder.environment().put("SERVE_ADMIN_PORT", "0");
    builder.environment().putAll(environment);
    return new ServeProcess(builder.start());
  }

  /** Where it listens; waits for it. */
  public URI address() throws Exception {
    return address.get(30, TimeUnit.SECONDS);
  }

  /** The path of a file as this process reaches what the server sees there. */
  public Path seenByIt(Path file) {
    return Path.of("/proc", String.valueOf(process.pid()), "root")
        .resolve(file.toString().substring(1));
  }

  /** The answer to a GET. */
  public HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  /** A GET to be made something else. */
  public HttpRequest.Builder request(String path) throws Exception {
    return HttpRequest.newBuilder(URI.create(address() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(Duration.ofSeconds(10));
  }

  /** The answer to any request. */
  public HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** The answer to a POST of JSON. */
  public HttpResponse<String> post(String path, String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address() + path))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  /** The value of a metric without labels. */
  public double metric(String name) throws Exception {
    return get("/metrics/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /** The processor time that it has used. */
  public Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElseThrow();
  }

  /** Waits until readiness answers with a status; how long that took. */
  public Duration awaitReadiness(int status, Duration atMost) throws Exception {
    long start = System.nanoTime();
    HttpResponse<String> answer = get("/health/ready");
    while (answer.statusCode() != status) {
      HttpResponse<String> last = answer;
      assertTrue(
          System.nanoTime() - start < atMost.toNanos(),
          () -> "readiness stays " + last.statusCode() + " " + last.body() + said());
      Thread.sleep(20);
      answer = get("/health/ready");
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Sends SIGTERM, by the handle: {@link Process} itself would close our end of the output too. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Waits for its end. */
  public int exitCode(Duration atMost) throws InterruptedException {
    assertTrue(
        process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS),
        () -> "it has not ended" + said());
    reader.join();
    return process.exitValue();
  }

  /** Everything it has printed until now. */
  public String said() {
    return "\n" + String.join("\n", said);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    client.close();
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      String line;
      while ((line = lines.readLine()) != null) {
        said.add(line);
        Recording.printed(line);
        int at = line.indexOf(LISTENING);
        if (at >= 0) {
          // In a JSON log the address ends with the text.
          String rest = line.substring(at + LISTENING.length()).replaceFirst("[\\s\"].*", "");
          address.complete(URI.create(rest));
        }
      }
    } catch (IOException e) {
      said.add("cannot read what it prints: " + e);
    }
    address.completeExceptionally(new IllegalStateException("it never listened" + said()));
  }
}
