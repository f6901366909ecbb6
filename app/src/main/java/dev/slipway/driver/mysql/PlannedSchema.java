package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.mysql.StoredPrograms.Program;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A schema for a plan. Immutable.
 *
 * @param contents what was read
 * @param objects all objects by their keys
 * @param tables the tables by their names
 * @param programs the statements of views, routines, triggers, and events, by the keys of the
 *     objects, in an order in which they can run
 * @param session the variables of the session that programs keep
 */
record PlannedSchema(
    SchemaContents contents,
    Map<String, SchemaObject> objects,
    Map<String, TableSchema> tables,
    Map<String, Program> programs,
    Map<String, String> session) {
  /** Reads the schema of a connection's database. */
  static PlannedSchema read(Connection connection, Set<String> excluded) throws SQLException {
    Map<String, String> session = new TreeMap<>();
    for (String name : StoredPrograms.KEPT) {
      session.put(name, SqlQueries.string(connection, "SELECT @@SESSION." + name));
    }
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      return MysqlSchemaReader.inSettings(
          statement,
          () -> {
            MysqlSchemaReading reading = new MysqlSchemaReading(connection, statement, excluded);
            SchemaContents contents = reading.read();
            Map<String, SchemaObject> objects = new TreeMap<>();
            contents.objects().forEach(object -> objects.put(object.key(), object));
            Map<String, TableSchema> tables = new TreeMap<>();
            reading
                .tableTexts()
                .forEach((name, text) -> tables.put(name, new TableSchema(name, text)));
            return new PlannedSchema(
                contents,
                objects,
                tables,
                programs(new StoredPrograms(connection, statement), objects),
                session);
          });
    }
  }

  private static Map<String, Program> programs(
      StoredPrograms source, Map<String, SchemaObject> objects) throws SQLException {
    List<String> keys = new ArrayList<>();
    objects.values().stream()
        .filter(object -> Set.of("function", "procedure").contains(object.kind()))
        .forEach(object -> keys.add(object.key()));
    source.views().forEach(name -> keys.add("view " + name));
    source.triggers().forEach(name -> keys.add("trigger " + name));
    objects.values().stream()
        .filter(object -> object.kind().equals("event"))
        .forEach(object -> keys.add(object.key()));
    Map<String, Program> programs = new LinkedHashMap<>();
    for (String key : keys) {
      SchemaObject object = objects.get(key);
      if (object != null) {
        Program program = source.read(object.kind(), object.name());
        boolean own = SchemaObject.MIGRATOR.equals(object.properties().get(SchemaObject.DEFINER));
        programs.put(key, own ? program.withoutDefiner() : program);
      }
    }
    return programs;
  }

  /** Whether the session rejects values that do not fit. */
  boolean isStrict() {
    return session.getOrDefault("sql_mode", "").contains("STRICT_");
  }

  /** An object by its key. */
  Optional<SchemaObject> find(String key) {
    return Optional.ofNullable(objects.get(key));
  }
}
