package dev.slipway.verify;

import dev.slipway.driver.Connections;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.SessionOptions;
import dev.slipway.dsn.Dsn;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import dev.slipway.verify.SchemaModel.Difference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/**
 * A schema, and the changes to it that the verdict has to name. The native dump is the reference:
 * where it differs, the models have to differ.
 *
 * @param name the database's word in the names of the files below {@code verify}
 */
record SchemaChanges(String name) {
  /** How many changes are tried; {@code all} for each. */
  private static final String LIMIT = System.getProperty("slipway.schema.changes", "12");

  /**
   * A change.
   *
   * @param object what a difference has to name; empty where nothing may differ
   */
  record Change(String name, Optional<String> object, List<String> statements) {}

  /** A seeded sample of the changes. */
  List<Change> sample() {
    List<Change> all = new ArrayList<>(all());
    if (LIMIT.equals("all")) {
      return all;
    }
    Collections.shuffle(all, new Random(19));
    return all.subList(0, Math.min(all.size(), Integer.parseInt(LIMIT)));
  }

  /** All changes. */
  List<Change> all() {
    return read(name + "-changes.txt")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(
            line -> {
              String[] fields = line.split("\\|", 3);
              return new Change(
                  fields[0],
                  Optional.of(fields[1]).filter(object -> !object.equals("-")),
                  List.of(fields[2].split(";(?=\\S)")));
            })
        .toList();
  }

  /** A new database with the schema. */
  TestDatabase create(Server server) {
    TestDatabase database = server.database();
    database.execute(
        Arrays.stream(read(name + "-schema.sql").split(";\n"))
            .map(String::strip)
            .filter(statement -> !statement.isEmpty())
            // The body of a trigger or a routine needs the semicolon of its last statement.
            .map(statement -> statement.endsWith("END") ? statement + ";" : statement)
            .toArray(String[]::new));
    return database;
  }

  /** What a session of Slipway reads of a database. */
  static SchemaModel model(TestDatabase database) throws SQLException {
    return model(database.dsn());
  }

  /** The same by way of a DSN. */
  static SchemaModel model(String dsn) throws SQLException {
    Dsn parsed = Drivers.parse(dsn);
    try (Connection connection =
        Connections.connect(
            parsed,
            new SessionOptions("schema suite", Duration.ZERO, Duration.ZERO),
            Duration.ZERO,
            _ -> {})) {
      return SchemaModel.read(connection, Drivers.of(parsed), "schema_migration");
    }
  }

  /**
   * Applies a change to a new database, and says how the verdict is wrong; empty where it is right.
   *
   * @param expected the schema without the change
   * @param dump the native dump of it; empty where there is no program
   */
  Optional<String> wrong(
      Server server, Change change, SchemaModel expected, Optional<List<String>> dump)
      throws SQLException {
    try (TestDatabase database = create(server)) {
      try {
        database.execute(change.statements().toArray(String[]::new));
      } catch (IllegalStateException e) {
        return Optional.of(change + ": " + e.getMessage());
      }
      List<Difference> differences = model(database).differences(expected);
      // SQLite's text keeps the spelling of statements that mean the same.
      boolean reliable = server != Server.SQLITE || change.object().isPresent();
      if (reliable && differences.isEmpty() && !Objects.equals(dump, dump(server, database))) {
        return Optional.of(change + ": no difference, but the dump differs");
      }
      if (change.object().isEmpty() != differences.isEmpty()) {
        return Optional.of(change + ": " + differences);
      }
      boolean named =
          change.object().isEmpty()
              || differences.stream()
                  .anyMatch(each -> each.object().key().startsWith(change.object().get()));
      return named ? Optional.empty() : Optional.of(change + ": not named in " + differences);
    }
  }

  /** The lines of the native dump, in order, without what is no schema. */
  static Optional<List<String>> dump(Server server, TestDatabase database) {
    return server
        .schemaDump(database)
        .map(
            text ->
                text.replace(database.name(), "")
                    .replaceAll(" AUTO_INCREMENT=\\d+", "")
                    .lines()
                    .map(line -> line.replaceAll(",$", ""))
                    .filter(line -> !line.startsWith("-- "))
                    .sorted()
                    .toList());
  }

  private static String read(String file) {
    try {
      return Files.readString(
          Path.of(
              Objects.requireNonNull(SchemaChanges.class.getResource("/verify/" + file)).toURI()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
