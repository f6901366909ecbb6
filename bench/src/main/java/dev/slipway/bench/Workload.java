package dev.slipway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What is asked of a server, again and again.
 *
 * @param requests a file as {@link Requests} reads it
 * @param status what each answer has to have
 * @param kratos how fast Ory Kratos 26.2 was at the same
 */
record Workload(String name, Path requests, String status, Kratos kratos) {
  /**
   * Measured once on two processors of this kind that PostgreSQL and the load shared with it, not
   * in this run: a direction, not a bar.
   *
   * @param p99 as text, empty if it is unknown
   * @param times how many times as fast Slipway means to be
   */
  record Kratos(double perSecond, String p99, int times) {}

  private static final Kratos KRATOS_GET = new Kratos(3_250, ", p99 14 ms", 6);

  private static final String CREATE =
      "POST /admin/identities {\"schema_id\":\"default\",\"traits\":{\"email\":\"new-"
          + Requests.UNIQUE
          + "@example.com\"},\"credentials\":{\"password\":{\"config\":{\"hashed_password\":\""
          + Population.HASH
          + "\"}}}}";

  static Workload get(Path work, List<String> ids) throws IOException {
    return of(work, "get", each("GET /admin/identities/", ids), "200", KRATOS_GET);
  }

  /** What only the bare handler has: an identity without what belongs to it. */
  static Workload row(Path work, List<String> ids) throws IOException {
    return of(work, "row", each("GET /rows/", ids), "200", KRATOS_GET);
  }

  private static List<String> each(String prefix, List<String> ids) {
    return ids.stream().map(id -> prefix + id).toList();
  }

  static Workload create(Path work) throws IOException {
    return of(work, "create", List.of(CREATE), "201", new Kratos(626, ", p99 57 ms", 6));
  }

  static Workload ready(Path work) throws IOException {
    return of(work, "ready", List.of("GET /health/ready"), "200", new Kratos(19_500, "", 3));
  }

  /** The page at an address. */
  static Workload list(Path work, String name, String address) throws IOException {
    return of(work, name, List.of("GET " + address), "200", new Kratos(106, ", p99 277 ms", 20));
  }

  private static Workload of(
      Path work, String name, List<String> lines, String status, Kratos kratos) throws IOException {
    Path file = work.resolve(name.replaceAll("\\W+", "-") + ".requests");
    return new Workload(name, Files.write(file, lines), status, kratos);
  }
}
