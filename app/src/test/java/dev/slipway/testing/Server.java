package dev.slipway.testing;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The database servers that tests run on. Each starts when it is first asked for a database and
 * lives as long as this process. Thread-safe.
 */
public enum Server {
  SQLITE("SQLite", Family.SQLITE, Source.FILE, ""),
  /** A real PostgreSQL 18 out of a jar: needs nothing installed. */
  POSTGRES("PostgreSQL", Family.POSTGRES, Source.EMBEDDED, ""),
  POSTGRES_14("PostgreSQL 14", Family.POSTGRES, Source.DOCKER, "postgres:14"),
  POSTGRES_17("PostgreSQL 17", Family.POSTGRES, Source.DOCKER, "postgres:17"),
  MYSQL_8_4("MySQL 8.4", Family.MYSQL, Source.DOCKER, "mysql:8.4"),
  MYSQL("MySQL 9", Family.MYSQL, Source.DOCKER, "mysql:9"),
  COCKROACH("CockroachDB", Family.COCKROACH, Source.DOCKER, "cockroachdb/cockroach:v25.4.0"),
  /** CockroachDB's code path on the embedded PostgreSQL, which calls itself CockroachDB. */
  COCKROACH_STAND_IN("CockroachDB's stand-in", Family.COCKROACH, Source.EMBEDDED, ""),
  /** The embedded PostgreSQL behind PgBouncer, only where {@code slipway.servers} names it. */
  PGBOUNCER_SESSION("PgBouncer in session mode", Family.POSTGRES, Source.POOLER, "session"),
  PGBOUNCER_TRANSACTION(
      "PgBouncer in transaction mode", Family.POSTGRES, Source.POOLER, "transaction");

  /** What servers have in common, whatever their version. */
  public enum Family {
    SQLITE,
    POSTGRES,
    MYSQL,
    COCKROACH
  }

  enum Source {
    FILE,
    EMBEDDED,
    DOCKER,
    POOLER
  }

  private final String words;
  private final Family family;
  private final Source source;
  private final String image;
  private RunningServer running;
  private Optional<String> missing;

  Server(String words, Family family, Source source, String image) {
    this.words = words;
    this.family = family;
    this.source = source;
    this.image = image;
  }

  /** What its versions have in common. */
  public Family family() {
    return family;
  }

  String image() {
    return image;
  }

  /** Why this server cannot run here and what enables it; empty when it can. */
  public synchronized Optional<String> missing() {
    if (missing == null) {
      missing =
          switch (source) {
            case FILE, EMBEDDED -> Optional.empty();
            case DOCKER -> DockerImages.missing(image).map(reason -> words + ": " + reason);
            case POOLER -> PgBouncer.missing();
          };
    }
    return missing;
  }

  /**
   * All servers that can run here, for {@code @MethodSource}; those that the system property {@code
   * slipway.servers} names, with a comma between two.
   */
  public static Stream<Server> available() {
    String names = System.getProperty("slipway.servers", "");
    return names.isEmpty()
        ? Stream.of(values())
            .filter(server -> server.source != Source.POOLER && server.missing().isEmpty())
        : Stream.of(names.split(",")).map(Server::valueOf);
  }

  /** Whether each connection logs in to the server itself, and not to a pooler. */
  public boolean hasLogins() {
    return source != Source.POOLER;
  }

  /** Whether migrations outside a transaction can run on it. */
  public boolean hasSessions() {
    return this != PGBOUNCER_TRANSACTION;
  }

  /**
   * One server of each family that can run here, for tests which would be slow on every version.
   */
  public static Stream<Server> oneOfEach() {
    return System.getProperty("slipway.servers", "").isEmpty()
        ? Stream.of(SQLITE, POSTGRES, MYSQL, COCKROACH_STAND_IN)
            .filter(server -> server.missing().isEmpty())
        : available();
  }

  /** PostgreSQL behind PgBouncer in each mode. */
  public static Stream<Server> poolers() {
    return Stream.of(PGBOUNCER_SESSION, PGBOUNCER_TRANSACTION);
  }

  /** An empty database of its own for one test; the test is skipped if the server cannot run. */
  public TestDatabase database() {
    return database(freshName());
  }

  /** The same with a name of the caller's choice, which is used once in a server's life. */
  public TestDatabase database(String name) {
    missing().ifPresent(Assumptions::abort);
    return running().database(name);
  }

  /**
   * All databases, accounts, and grants, as the server's own program for backups writes them. Two
   * dumps of an unchanged server are equal. Empty where there is no such program.
   */
  public Optional<String> dump() {
    return running().dump();
  }

  /**
   * The schema of a database on this server, as the server's own program for backups writes it.
   * Empty where there is no such program.
   */
  public Optional<String> schemaDump(TestDatabase database) {
    return running().schemaDump(database);
  }

  /**
   * Loads a dump of one database of this server into another, an empty one.
   *
   * @return whether the server's own programs are there
   */
  public boolean copy(TestDatabase from, TestDatabase to) {
    return running().copy(from, to);
  }

  private synchronized RunningServer running() {
    if (running == null) {
      running = start();
    }
    return running;
  }

  private RunningServer start() {
    return switch (this) {
      case SQLITE -> new SqliteFiles(this);
      case POSTGRES -> PostgresServer.embedded(this);
      case POSTGRES_14, POSTGRES_17 -> PostgresServer.container(this, image);
      case MYSQL_8_4, MYSQL -> MysqlServer.container(this, image);
      case COCKROACH -> CockroachServer.container(this, image);
      // The same server as POSTGRES: one embedded PostgreSQL is enough for a test run.
      case PGBOUNCER_SESSION, PGBOUNCER_TRANSACTION ->
          PooledServer.start(this, image, POSTGRES.running());
      case COCKROACH_STAND_IN -> ((PostgresServer) POSTGRES.running()).callingItselfCockroach(this);
    };
  }

  /** A name for a new database on any server. */
  static String freshName() {
    return "t" + Long.toHexString(System.nanoTime()).toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return words;
  }
}
