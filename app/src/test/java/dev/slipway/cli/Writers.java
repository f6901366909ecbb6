package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.ServeProcess;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients of the identity API at a modest rate: they create identities, singly and in batches,
 * change them and read them, and keep what they were told of each.
 */
final class Writers {
  private static final int CLIENTS = 8;
  private static final Duration PAUSE = Duration.ofMillis(60);
  private static final Pattern ID = Pattern.compile("\"(?:id|identity)\"\\s*:\\s*\"([^\"]+)\"");

  private final ServeProcess serve;
  private final List<Thread> clients = new ArrayList<>();
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final Map<String, Content> stored = new ConcurrentHashMap<>();
  private volatile boolean over;

  /** A request that was answered, by status 0 when it was not. */
  private record Answer(String what, long startNanos, long endNanos, int status, String body) {}

  /**
   * What an acknowledged identity holds.
   *
   * @param change the last acknowledged one; -1 when another may have been made
   */
  private record Content(String email, int change) {}

  Writers(ServeProcess serve) {
    this.serve = serve;
  }

  void start() {
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(Thread.ofVirtual().start(this::run));
    }
  }

  void end() throws InterruptedException {
    over = true;
    for (Thread client : clients) {
      client.join();
    }
  }

  /** Waits until so many more writes are acknowledged. */
  void await(int more, Duration atMost) throws InterruptedException {
    long start = System.nanoTime();
    int want = stored.size() + more;
    while (stored.size() < want) {
      assertTrue(System.nanoTime() - start < atMost.toNanos(), this::toString);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  int acknowledged() {
    return stored.size();
  }

  /** Answers of 5xx and requests without an answer, but for those under way in an outage. */
  List<String> failures(Outages outages) {
    return answers.stream()
        .filter(each -> each.status() == 0 || each.status() >= 500)
        .filter(each -> !outages.touch(each.startNanos(), each.endNanos()))
        .map(
            each ->
                each.what()
                    + ": "
                    + each.status()
                    + ", begun "
                    + outages.millisSince(each.startNanos())
                    + " ms, ended "
                    + outages.millisSince(each.endNanos())
                    + " ms after an outage: "
                    + each.body())
        .toList();
  }

  /** Fails unless all that was acknowledged is stored, with its content. */
  void compare(TestDatabase database) {
    Map<String, Content> found = new HashMap<>();
    for (String row :
        database.query(
            "SELECT id, traits->>'email', coalesce(metadata_public->>'change', '0')"
                + " FROM identities")) {
      String[] columns = row.split("\\|");
      found.put(columns[0], new Content(columns[1], Integer.parseInt(columns[2])));
    }
    List<String> lost = new ArrayList<>();
    stored.forEach(
        (id, content) -> {
          Content there = found.get(id);
          if (there == null
              || !there.email().equals(content.email())
              || content.change() >= 0 && there.change() != content.change()) {
            lost.add(id + ": " + content + ", stored: " + there);
          }
        });
    assertEquals(List.of(), lost, "lost of " + stored.size());
    assertEquals(
        List.of(),
        database.query(
            "SELECT email FROM (SELECT traits->>'email' AS email FROM identities) e"
                + " GROUP BY email HAVING count(*) > 1"),
        "twice");
  }

  @Override
  public String toString() {
    Map<Integer, Integer> counts = new TreeMap<>();
    answers.forEach(each -> counts.merge(each.status(), 1, Integer::sum));
    return answers.size()
        + " requests by status "
        + counts
        + ", "
        + stored.size()
        + " identities acknowledged";
  }

  private void run() {
    for (int round = 1; !over; round++) {
      String email = UUID.randomUUID() + "@example.org";
      if (round % 5 == 0) {
        batch(email);
        continue;
      }
      Answer created = send("create", "POST", "/admin/identities", person(email));
      if (created.status() != 201) {
        continue;
      }
      String id = first(created.body());
      stored.put(id, new Content(email, 0));
      String path = "/admin/identities/" + id;
      send("get", "GET", path, "");
      for (int change = 1; change <= 2; change++) {
        int status =
            send(
                    "change",
                    "PATCH",
                    path,
                    "[{\"op\":\"add\",\"path\":\"/metadata_public\",\"value\":{\"change\":"
                        + change
                        + "}}]")
                .status();
        boolean known = stored.get(id).change() >= 0;
        stored.put(id, new Content(email, status == 200 && known ? change : -1));
      }
      send("list", "GET", "/admin/identities?page_size=3", "");
    }
  }

  private void batch(String email) {
    List<String> people = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      people.add("{\"create\":" + person(i + email) + "}");
    }
    Answer answer =
        send(
            "batch",
            "PATCH",
            "/admin/identities",
            "{\"identities\":[" + String.join(",", people) + "]}");
    if (answer.status() == 200) {
      Matcher ids = ID.matcher(answer.body());
      for (int i = 0; ids.find(); i++) {
        stored.put(ids.group(1), new Content(i + email, 0));
      }
    }
  }

  private static String person(String email) {
    return "{\"schema_id\":\"default\",\"traits\":{\"email\":\"" + email + "\"}}";
  }

  private Answer send(String what, String method, String path, String json) {
    pause();
    long start = System.nanoTime();
    int status = 0;
    String body;
    try {
      HttpResponse<String> answer =
          serve.send(
              serve
                  .request(path)
                  .timeout(Duration.ofSeconds(60))
                  .header("Content-Type", "application/json")
                  .method(
                      method,
                      json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json)));
      status = answer.statusCode();
      body = answer.body();
    } catch (IOException e) {
      body = e.toString();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    var answer = new Answer(what, start, System.nanoTime(), status, body);
    answers.add(answer);
    return answer;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String first(String body) {
    Matcher id = ID.matcher(body);
    if (!id.find()) {
      throw new IllegalStateException(body);
    }
    return id.group(1);
  }
}
