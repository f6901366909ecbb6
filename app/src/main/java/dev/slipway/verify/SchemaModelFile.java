package dev.slipway.verify;

import dev.slipway.config.IoErrors;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaObject;
import dev.slipway.error.SlipwayException;
import dev.slipway.json.Json;
import dev.slipway.migration.MigrationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A file with the schema that migrations create, which {@code dump --format model} writes and
 * {@code verify --expect} reads, so that a comparison needs no scratch database. JSON; the same
 * schema gives the same text.
 *
 * @param contents the schema
 * @param environment the keys of the objects that were there before the migrations
 * @param migrations the labels of the migrations that created it, each with the file's checksum
 */
record SchemaModelFile(
    SchemaContents contents, Set<String> environment, Map<String, Integer> migrations) {
  private static final String FORMAT = "slipway-schema-model-1";
  private static final String HINT =
      "write it again with `slipway migrate sql dump FILE --format model`";

  /** The file for a schema that these migrations created. */
  static SchemaModelFile of(
      SchemaContents contents, Set<String> environment, List<MigrationFile> migrations) {
    return new SchemaModelFile(contents, environment, checksums(migrations));
  }

  private static Map<String, Integer> checksums(List<MigrationFile> migrations) {
    Map<String, Integer> checksums = new TreeMap<>();
    migrations.forEach(file -> checksums.put(file.label(), file.checksum()));
    return checksums;
  }

  /** The text of the file. */
  String write(DatabaseDriver driver) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("format", FORMAT);
    document.put("database", driver.name());
    document.put("server", contents.server());
    document.put("environment", new TreeSet<>(environment));
    document.put("migrations", migrations);
    Map<String, Object> objects = new TreeMap<>();
    for (SchemaObject object : contents.objects()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("kind", object.kind());
      fields.put("name", object.name());
      object.parent().ifPresent(parent -> fields.put("parent", parent));
      fields.put("properties", object.properties());
      objects.put(object.key(), fields);
    }
    document.put("objects", List.copyOf(objects.values()));
    return Json.pretty(document) + "\n";
  }

  /**
   * Reads a file.
   *
   * @throws SlipwayException (usage) if it cannot be read, or is not a model of this database
   */
  static SchemaModelFile read(Path path, DatabaseDriver driver) {
    try {
      if (!(Json.read(Files.readString(path), path.toString()) instanceof Map<?, ?> document)
          || !FORMAT.equals(document.get("format"))) {
        throw new IllegalArgumentException("the file is not a schema model of this release");
      }
      if (!driver.name().equals(document.get("database"))) {
        throw new IllegalArgumentException(
            "the file is a model of " + document.get("database") + ", not of " + driver.name());
      }
      List<SchemaObject> objects = new ArrayList<>();
      for (Object each : (List<?>) Objects.requireNonNull(document.get("objects"))) {
        Map<?, ?> fields = (Map<?, ?>) each;
        objects.add(
            new SchemaObject(
                text(fields.get("kind")),
                text(fields.get("name")),
                Optional.ofNullable(fields.get("parent")).map(String.class::cast),
                texts(fields.get("properties"))));
      }
      Map<String, Integer> migrations = new TreeMap<>();
      ((Map<?, ?>) Objects.requireNonNull(document.get("migrations")))
          .forEach((label, sum) -> migrations.put(text(label), ((Number) sum).intValue()));
      return new SchemaModelFile(
          new SchemaContents(
              texts(document.get("server")), objects, Map.of(), List.of(), List.of()),
          ((List<?>) Objects.requireNonNull(document.get("environment")))
              .stream().map(SchemaModelFile::text).collect(Collectors.toSet()),
          migrations);
    } catch (IOException e) {
      throw SlipwayException.usageErrorIn(path, "cannot be read: " + IoErrors.describe(e)).cause(e);
    } catch (IllegalArgumentException e) {
      throw SlipwayException.usageErrorIn(path, String.valueOf(e.getMessage())).hint(HINT).cause(e);
    } catch (ClassCastException | NullPointerException e) {
      throw SlipwayException.usageErrorIn(path, "the model is damaged").hint(HINT).cause(e);
    }
  }

  private static String text(@Nullable Object value) {
    return (String) Objects.requireNonNull(value);
  }

  private static Map<String, String> texts(@Nullable Object value) {
    Map<String, String> texts = new TreeMap<>();
    ((Map<?, ?>) Objects.requireNonNull(value))
        .forEach((key, text) -> texts.put(text(key), text(text)));
    return texts;
  }

  /**
   * Requires that a database has exactly the migrations of the model.
   *
   * @throws SlipwayException (usage) naming those that only one of them has
   */
  void requireHistory(Path path, List<MigrationFile> applied) {
    Map<String, Integer> live = checksums(applied);
    TreeSet<String> differing = new TreeSet<>(live.keySet());
    differing.addAll(migrations.keySet());
    differing.removeIf(label -> Objects.equals(live.get(label), migrations.get(label)));
    if (!differing.isEmpty()) {
      throw SlipwayException.usageErrorIn(
              path,
              "the model is of another history than the database: "
                  + String.join(", ", differing.stream().limit(5).toList())
                  + (differing.size() > 5 ? " and " + (differing.size() - 5) + " more" : ""))
          .hint("use the model that was written from the applied files; " + HINT);
    }
  }
}
