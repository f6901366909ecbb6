package dev.slipway.ddl;

import dev.slipway.ddl.KnownSchema.SchemaObject;
import dev.slipway.ddl.Table.Index;
import dev.slipway.sql.TokenCursor;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Applies statements that define objects to a schema. Ignores all others. For one thread. */
public final class DdlReader {
  /** The kinds of objects that are not tables, as statements call them. */
  private static final List<String> KINDS =
      List.of(
          "VIEW",
          "TYPE",
          "DOMAIN",
          "FUNCTION",
          "PROCEDURE",
          "ROUTINE",
          "AGGREGATE",
          "SCHEMA",
          "DATABASE",
          "SEQUENCE",
          "EXTENSION",
          "COLLATION",
          "OPERATOR");

  private static final String MATERIALIZED_VIEW = "MATERIALIZED VIEW";

  private final KnownSchema schema;
  private final TableReader tables;

  /** Reads statements into a schema. */
  public DdlReader(KnownSchema schema) {
    this.schema = schema;
    this.tables = new TableReader(schema);
  }

  /** Passes over the kind of an object that is not a table; empty if none is next. */
  public static Optional<String> kind(TokenCursor words) {
    if (words.accept("FOREIGN", "TABLE")) {
      return Optional.of("TABLE");
    }
    return KINDS.stream().filter(words::accept).findFirst();
  }

  /**
   * Passes over the beginning of a CREATE of a table or a materialized view.
   *
   * @return the name; empty if the statement creates something else
   */
  public static Optional<ObjectName> createdTable(TokenCursor words) {
    TokenCursor all = words.copy();
    while (all.acceptAny(
        "OR",
        "REPLACE",
        "GLOBAL",
        "LOCAL",
        "TEMP",
        "TEMPORARY",
        "UNLOGGED",
        "FOREIGN",
        "VIRTUAL")) {
      // The variant of the table does not matter.
    }
    if (!all.accept("TABLE") && !all.accept("MATERIALIZED", "VIEW")) {
      return Optional.empty();
    }
    all.accept("IF", "NOT", "EXISTS");
    return ObjectName.read(all);
  }

  /** Applies a statement, except for ALTER TABLE. */
  public void read(TokenCursor words) {
    if (words.accept("CREATE")) {
      create(words);
    } else if (words.accept("DROP")) {
      drop(words);
    } else if (words.accept("RENAME", "TABLE")) {
      for (TokenCursor part : words.parts()) {
        Optional<ObjectName> from = ObjectName.read(part);
        part.accept("TO");
        from.flatMap(schema::table)
            .ifPresent(table -> ObjectName.read(part).ifPresent(to -> schema.rename(table, to)));
      }
    } else if (words.accept("ALTER")) {
      alterObject(words);
    }
  }

  private void create(TokenCursor words) {
    boolean unlogged = words.nextIs("UNLOGGED");
    Optional<ObjectName> table = createdTable(words);
    if (table.isPresent()) {
      boolean exists = words.has("IF", "NOT", "EXISTS") && schema.table(table.get()).isPresent();
      if (!exists) {
        createTable(table.get(), words.restart(), unlogged);
      }
      return;
    }
    words.accept("OR", "REPLACE");
    boolean unique = words.accept("UNIQUE");
    if (words.accept("INDEX")) {
      createIndex(words, unique);
      return;
    }
    while (words.acceptAny("TEMP", "TEMPORARY", "RECURSIVE")
        || (words.accept("ALGORITHM") && words.acceptSymbol("=") && words.name().isPresent())
        || (words.accept("SQL", "SECURITY") && words.name().isPresent())) {
      // Options before the kind.
    }
    kind(words)
        .ifPresent(
            kind -> {
              words.accept("IF", "NOT", "EXISTS");
              ObjectName.read(words)
                  .ifPresent(
                      name -> {
                        if (schema.object(kind, name).isEmpty()) {
                          schema.add(new SchemaObject(kind, name, words.rest().normalized()));
                        }
                      });
            });
  }

  private void createTable(ObjectName name, TokenCursor words, boolean unlogged) {
    boolean materialized = words.accept("CREATE", "MATERIALIZED");
    words.skipPast(materialized ? "VIEW" : "TABLE");
    words.accept("IF", "NOT", "EXISTS");
    ObjectName.read(words);
    if (materialized) {
      schema.add(new SchemaObject(MATERIALIZED_VIEW, name, words.rest().normalized()));
    }
    boolean lists = words.nextIsParenthesis();
    Optional<TokenCursor> definitions = words.parenthesized();
    Table table = schema.create(name, lists);
    table.setUnlogged(unlogged);
    definitions.ifPresent(
        all -> all.parts().forEach(definition -> tables.define(table, definition)));
    if (words.accept("PARTITION", "OF")) {
      Optional<ObjectName> parent = ObjectName.read(words);
      if (words.has("DEFAULT")) {
        parent.ifPresent(of -> schema.tableOrStub(of).setDefaultPartition());
      }
      table.setIncomplete();
    }
    if (words.has("SELECT") || words.has("INHERITS")) {
      table.setIncomplete();
    }
  }

  private void createIndex(TokenCursor words, boolean unique) {
    words.accept("CONCURRENTLY");
    words.accept("IF", "NOT", "EXISTS");
    String name = words.nextIs("ON") ? "" : words.name().orElse("");
    words.skipPast("ON");
    words.accept("ONLY");
    Optional<ObjectName> on = ObjectName.read(words);
    if (words.accept("USING")) {
      words.name();
    }
    TokenCursor list = words.parenthesized().orElse(words);
    List<String> columns = TableReader.indexColumns(list.copy());
    Set<String> mentioned = new HashSet<>();
    if (columns.isEmpty()) {
      mentioned.addAll(TableReader.names(list));
    }
    boolean partial = words.skipPast("WHERE");
    if (partial) {
      mentioned.addAll(TableReader.names(words));
    }
    on.ifPresent(
        table ->
            schema.add(
                schema.tableOrStub(table),
                new Index(name, columns, unique, false, partial, Set.copyOf(mentioned))));
  }

  private void drop(TokenCursor words) {
    boolean materialized = words.accept("MATERIALIZED", "VIEW");
    if (materialized || words.accept("TABLE") || words.accept("TEMPORARY", "TABLE")) {
      words.accept("IF", "EXISTS");
      for (TokenCursor part : words.parts()) {
        ObjectName.read(part)
            .ifPresent(
                name -> {
                  schema.dropTable(name);
                  schema.drop(MATERIALIZED_VIEW, name);
                });
      }
    } else if (words.accept("INDEX")) {
      words.accept("CONCURRENTLY");
      words.accept("IF", "EXISTS");
      words
          .parts()
          .forEach(
              part ->
                  part.name()
                      .ifPresent(
                          index ->
                              schema
                                  .tableOfIndex(index)
                                  .ifPresent(table -> table.removeIndex(index))));
    } else {
      kind(words)
          .ifPresent(
              kind -> {
                words.accept("IF", "EXISTS");
                words
                    .parts()
                    .forEach(
                        part -> ObjectName.read(part).ifPresent(name -> schema.drop(kind, name)));
              });
    }
  }

  private void alterObject(TokenCursor words) {
    Optional<String> kind = kind(words);
    Optional<ObjectName> name = ObjectName.read(words);
    if (kind.isEmpty() || name.isEmpty()) {
      return;
    }
    Optional<SchemaObject> known = schema.object(kind.get(), name.get());
    if (known.isEmpty()) {
      return;
    }
    SchemaObject object = known.get();
    if (words.accept("RENAME", "TO")) {
      words.name().ifPresent(to -> schema.replace(object, object.named(object.name().renamed(to))));
    } else if (words.accept("SET", "SCHEMA")) {
      words.name().ifPresent(to -> schema.replace(object, object.named(object.name().in(to))));
    } else {
      schema.replace(
          object,
          new SchemaObject(
              object.kind(), object.name(), object.definition() + " " + words.rest().normalized()));
    }
  }

  /** Applies one of the actions of an ALTER TABLE. */
  public void alterTable(ObjectName name, TokenCursor action) {
    tables.alter(schema.tableOrStub(name), action);
  }
}
