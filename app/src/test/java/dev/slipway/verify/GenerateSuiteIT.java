package dev.slipway.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random pairs of schemas: `generate` writes the migrations from one to the other, `up` applies
 * them, and the database itself describes the result. {@code make generate-suite} runs 200 pairs; a
 * failure names the seed of its pair.
 */
class GenerateSuiteIT {
  private static final int PAIRS = Integer.getInteger("slipway.generate.pairs", 12);
  private static final long SEED = Long.getLong("slipway.generate.seed", 100);
  private static final int MUTATIONS_MAX = 6;

  @TempDir Path folder;

  static Stream<Server> servers() {
    return Server.oneOfEach().filter(server -> schema(server, new Random(0)).isPresent());
  }

  /** A random schema of a server's database; empty for a database without a generator. */
  private static Optional<RandomSchema> schema(Server server, Random random) {
    return switch (server.family()) {
      case SQLITE -> Optional.of(new SqliteRandomSchema(random));
      case POSTGRES, MYSQL, COCKROACH -> Optional.empty();
    };
  }

  @ParameterizedTest
  @MethodSource("servers")
  void migrationsLeadFromOneSchemaToTheOther(Server server) throws IOException {
    List<String> rejections = new ArrayList<>();
    for (long seed = SEED; seed < SEED + PAIRS; seed++) {
      long pair = seed;
      rejected(server, seed).ifPresent(why -> rejections.add("seed " + pair + ": " + why));
    }
    System.out.println(
        "%s: %d pairs from seed %d, %d rejected".formatted(server, PAIRS, SEED, rejections.size()));
    rejections.forEach(System.out::println);
    assertTrue(rejections.size() <= Math.max(1, PAIRS / 20), rejections::toString);
  }

  /** Generates and applies the migrations of a pair; the message if it is rejected. */
  private Optional<String> rejected(Server server, long seed) throws IOException {
    Random random = new Random(seed);
    RandomSchema schema = schema(server, random).orElseThrow();
    Path migrations = Files.createDirectories(folder.resolve(server + "-" + seed));
    Files.writeString(migrations.resolve("1_start.up.sql"), sql(schema));
    List<String> renames = new ArrayList<>();
    int mutations = 1 + random.nextInt(MUTATIONS_MAX);
    for (int i = 0; i < mutations; i++) {
      schema.mutate(random).forEach(rename -> renames.addAll(List.of("--rename", rename)));
    }
    Path target = folder.resolve(server + "-" + seed + ".sql");
    Files.writeString(target, sql(schema));
    try (TestDatabase live = server.database();
        TestDatabase wanted = server.database()) {
      Slipway slipway = Slipway.on(live);
      String[] path = {"-e", "--path", migrations.toString()};
      slipway.run(words(path, "up", "--yes")).exits(ExitCode.DONE);
      String[] to = words(path, "generate", "next", "--to", target.toString(), "--allow-drop");
      Ran generated =
          slipway.run(Stream.concat(Stream.of(to), renames.stream()).toArray(String[]::new));
      String context = "seed " + seed + "\n" + generated + "\n" + sql(schema);
      if (generated.code() == ExitCode.MIGRATION.number()) {
        return Optional.of(generated.err());
      }
      assertEquals(ExitCode.DONE.number(), generated.code(), context);
      slipway.run(words(path, "up", "--yes")).exits(ExitCode.DONE);
      schema.statements().forEach(wanted::execute);
      assertEquals(
          String.join("\n", schema.describe(wanted)),
          String.join("\n", schema.describe(live)),
          context);
      slipway.run(to).exits(ExitCode.DONE).answers("no change\n");
    }
    return Optional.empty();
  }

  private static String[] words(String[] path, String... words) {
    return Stream.of(Stream.of("migrate", "sql"), Stream.of(words), Stream.of(path))
        .flatMap(each -> each)
        .toArray(String[]::new);
  }

  private static String sql(RandomSchema schema) {
    return String.join(";\n", schema.statements()) + ";\n";
  }
}
