package dev.slipway.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A line of postgres-changes.txt.
 *
 * @param since the first version of PostgreSQL that has the statement
 * @param dumped whether pg_dump shows the change
 * @param command the command as {@code \h} names it
 * @param finding what a finding contains
 * @param statement the statement
 */
record PostgresChange(int since, boolean dumped, String command, String finding, String statement) {
  private static final String OMITTED = "omitted";

  static List<PostgresChange> all() {
    return lines().filter(line -> !line.startsWith(OMITTED)).map(PostgresChange::of).toList();
  }

  /** The commands, and clauses, that change no schema of one database. */
  static List<String> omitted() {
    return lines()
        .filter(line -> line.startsWith(OMITTED))
        .map(line -> line.split("\\|", 3)[1].strip())
        .toList();
  }

  /** The schema that the changes change. */
  static String base() {
    return resource("/verify/postgres-schema.sql");
  }

  private static java.util.stream.Stream<String> lines() {
    return resource("/verify/postgres-changes.txt")
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"));
  }

  private static PostgresChange of(String line) {
    String[] parts = line.split(" \\| ", 3);
    String command = parts[0];
    int since = 14;
    if (command.matches("\\d\\d\\+ .*")) {
      since = Integer.parseInt(command.substring(0, 2));
      command = command.substring(4);
    }
    boolean dumped = !command.startsWith("unseen ");
    return new PostgresChange(
        since, dumped, dumped ? command : command.substring(7), parts[1], parts[2]);
  }

  private static String resource(String name) {
    try (InputStream in = PostgresChange.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
