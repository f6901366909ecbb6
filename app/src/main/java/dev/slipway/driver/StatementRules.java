package dev.slipway.driver;

import dev.slipway.ddl.Column;
import dev.slipway.ddl.DdlReader;
import dev.slipway.ddl.KnownSchema;
import dev.slipway.ddl.KnownSchema.SchemaObject;
import dev.slipway.ddl.ObjectName;
import dev.slipway.ddl.Table;
import dev.slipway.ddl.TableReader;
import dev.slipway.sql.NestedStatements;
import dev.slipway.sql.SqlTokens;
import dev.slipway.sql.TokenCursor;
import dev.slipway.sql.TokenizedScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rules for statements that all databases share, and the hooks for those of one. Reads the
 * files of one database in the order of their versions, and judges each statement against the
 * schema that the statements before it create. Where they do not say what it needs, the finding
 * stays.
 */
public abstract class StatementRules {
  private final boolean together;
  private final KnownSchema schema = new KnownSchema();
  private final DdlReader ddl = new DdlReader(schema);
  private ReplacedObjects replaced = ReplacedObjects.of(List.of());
  private @Nullable TokenizedScript script;
  private boolean transactional;
  private ObjIntConsumer<LintRule> found = (_, _) -> {};
  private int number;
  private int index;

  /**
   * New rules.
   *
   * @param together whether the files are of one release, so that a table that one of them creates
   *     is empty for all of them
   */
  public StatementRules(boolean together) {
    this.together = together;
  }

  /** A statement of the file, or one that runs as its part. */
  private record Piece(int number, SqlTokens tokens) {}

  /**
   * Reads a file that changes the schema forward.
   *
   * @param transactional whether the file runs in one transaction
   * @param found receives each violated rule, with the statement's number from 0
   */
  public final void check(
      TokenizedScript script, boolean transactional, ObjIntConsumer<LintRule> found) {
    this.script = script;
    this.transactional = transactional;
    this.found = found;
    if (!together) {
      schema.age();
    }
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < script.statements().size(); i++) {
      for (SqlTokens tokens : NestedStatements.of(script.statements().get(i).tokens())) {
        pieces.add(new Piece(i, tokens));
      }
    }
    replaced = ReplacedObjects.of(pieces.stream().map(Piece::tokens).toList());
    begin();
    for (index = 0; index < pieces.size(); index++) {
      number = pieces.get(index).number();
      statement(new TokenCursor(pieces.get(index).tokens()));
    }
  }

  /** Reads a file that is not judged, for what it creates: its tables have rows by now. */
  public final void checkOlder(TokenizedScript script) {
    check(script, false, (_, _) -> {});
    schema.age();
  }

  /** Checks a down migration, of which only the rule against partial application matters. */
  public final void checkDown(TokenizedScript script, ObjIntConsumer<LintRule> found) {
    this.script = script;
    this.found = found;
    if (commitsEach()) {
      checkHalves();
    }
  }

  private void statement(TokenCursor words) {
    if (words.accept("ALTER", "TABLE") || words.accept("ALTER", "MATERIALIZED", "VIEW")) {
      alterTable(words);
      return;
    }
    Optional<RowChange> rows = RowChange.read(words.restart(), schema);
    if (rows.isPresent()) {
      rows.filter(change -> schema.mayHaveRows(change.table())).ifPresent(this::changeRows);
    } else if (words.accept("CREATE")) {
      create(words);
    } else if (words.accept("DROP")) {
      drop(words);
    } else if (words.accept("TRUNCATE")) {
      words.accept("TABLE");
      words.accept("ONLY");
      dropRows(words);
    } else if (words.accept("RENAME", "TABLE")) {
      words.parts().stream()
          .flatMap(part -> ObjectName.read(part).stream())
          .filter(schema::mayHaveRows)
          .filter(table -> !replaced.isRebuilt(table))
          .findFirst()
          .ifPresent(_ -> report(LintRule.RENAME));
    } else if (words.accept("ALTER")) {
      alter(words);
    } else if (words.accept("REVOKE")) {
      revoke(words);
    } else {
      other(words);
    }
    ddl.read(words.restart());
  }

  // ---- tables

  private void dropRows(TokenCursor words) {
    words.accept("IF", "EXISTS");
    boolean drops =
        words.parts().stream()
            .flatMap(part -> ObjectName.read(part).stream())
            .anyMatch(
                table ->
                    schema.mayHaveRows(table)
                        && (!replaced.isRebuilt(table) || replaced.losesColumn(table, schema)));
    if (drops) {
      report(LintRule.DROP);
    }
  }

  private void alterTable(TokenCursor words) {
    words.accept("IF", "EXISTS");
    words.accept("ONLY");
    Optional<ObjectName> table = ObjectName.read(words);
    if (table.isEmpty()) {
      return;
    }
    words.acceptSymbol("*");
    for (TokenCursor action : words.parts()) {
      if (schema.mayHaveRows(table.get())) {
        alterTable(table.get(), action.restart(), words);
        action(table.get(), action.restart());
      }
      ddl.alterTable(table.get(), action.restart());
    }
  }

  private void action(ObjectName name, TokenCursor action) {
    if (action.accept("ADD")) {
      boolean column = action.accept("COLUMN") || TableReader.namesColumn(action);
      action.accept("IF", "NOT", "EXISTS");
      if (column) {
        action
            .parenthesized()
            .map(TokenCursor::parts)
            .orElse(List.of(action))
            .forEach(definition -> addedColumn(name, definition));
      }
    } else if (action.accept("DROP")) {
      if (action.accept("COLUMN") || TableReader.namesColumn(action)) {
        action.accept("IF", "EXISTS");
        if (action.name().flatMap(of -> column(name, of)).filter(Column::isNew).isEmpty()) {
          report(LintRule.DROP);
        }
      }
    } else if (action.accept("RENAME") && !action.nextIs("CONSTRAINT", "INDEX", "KEY")) {
      boolean table = action.nextIs("TO", "AS");
      action.accept("COLUMN");
      boolean unused =
          table
              ? replaced.isRebuilt(name)
              : action
                  .copy()
                  .name()
                  .flatMap(of -> column(name, of))
                  .filter(Column::isNew)
                  .isPresent();
      if (!unused) {
        report(LintRule.RENAME);
      }
    } else if (action.accept("SET", "SCHEMA")) {
      report(LintRule.RENAME);
    } else if (action.accept("ALTER")) {
      action.accept("COLUMN");
      Optional<Column> column = action.name().flatMap(of -> column(name, of));
      boolean unused = column.filter(each -> each.isNew() && !each.notNull()).isPresent();
      boolean without =
          column
              .filter(each -> !each.notNull() && each.defaultValue().isEmpty())
              .filter(each -> each.type().isPresent())
              .isPresent();
      if (!unused
          && (action.accept("DROP", "DEFAULT")
              || (!without && action.accept("SET", "DEFAULT", "NULL"))
              || action.accept("DROP", "IDENTITY")
              || action.accept("DROP", "EXPRESSION"))) {
        report(LintRule.DROP_DEFAULT);
      }
    }
  }

  private void addedColumn(ObjectName table, TokenCursor definition) {
    Optional<String> name =
        TableReader.namesColumn(definition) ? definition.name() : Optional.empty();
    if (name.isEmpty() || column(table, name.get()).isPresent()) {
      return;
    }
    Column column = Column.read(name.get(), definition, true);
    if (definition.has("NOT", "NULL")
        && column.defaultValue().isEmpty()
        && column.generated().isEmpty()) {
      report(LintRule.NOT_NULL_WITHOUT_DEFAULT);
    }
    addColumn(table, column, definition);
  }

  // ---- other objects

  private void create(TokenCursor words) {
    Optional<ObjectName> table = DdlReader.createdTable(words);
    if (table.isPresent()) {
      createTable(table.get(), words);
    } else {
      createOther(words);
    }
  }

  private void drop(TokenCursor words) {
    if (words.accept("TABLE")
        || words.accept("FOREIGN", "TABLE")
        || words.accept("MATERIALIZED", "VIEW")) {
      dropRows(words);
      return;
    }
    if (words.accept("TEMPORARY")) {
      return;
    }
    if (words.accept("OWNED")) {
      report(LintRule.DROP);
      return;
    }
    TokenCursor object = words.copy();
    Optional<String> kind = DdlReader.kind(object);
    if (kind.isEmpty()) {
      dropOther(words);
      return;
    }
    object.accept("IF", "EXISTS");
    boolean drops =
        object.parts().stream()
            .anyMatch(
                part -> {
                  Optional<ObjectName> name = ObjectName.read(part);
                  return name.isPresent()
                      && !isNew(kind.get(), name.get())
                      && !replaced.isRecreated(kind.get(), name.get(), index, part);
                });
    if (drops) {
      report(LintRule.DROP);
    }
  }

  private void alter(TokenCursor words) {
    TokenCursor object = words.copy();
    Optional<String> kind = DdlReader.kind(object);
    object.accept("IF", "EXISTS");
    Optional<ObjectName> name = kind.isEmpty() ? Optional.empty() : ObjectName.read(object);
    if (name.isEmpty()) {
      alterOther(words);
      return;
    }
    if (isNew(kind.get(), name.get())) {
      return;
    }
    object.parenthesized();
    if (object.accept("RENAME", "CONSTRAINT")) {
      return;
    }
    if (object.nextIs("RENAME") || object.accept("SET", "SCHEMA")) {
      report(LintRule.RENAME);
    } else {
      object
          .parts()
          .forEach(
              action -> {
                alterObject(kind.get(), name.get(), action.restart());
                if (action.accept("DROP", "DEFAULT")
                    || (action.accept("ALTER") && action.has("DROP", "DEFAULT"))) {
                  report(LintRule.DROP_DEFAULT);
                } else if (action.accept("DROP", "ATTRIBUTE") || action.accept("DROP", "VALUE")) {
                  report(LintRule.DROP);
                }
              });
    }
  }

  private void revoke(TokenCursor words) {
    if (words.accept("GRANT", "OPTION", "FOR")) {
      return;
    }
    if (words.skipPast("ON")) {
      String kind = words.accept("TABLE") ? "TABLE" : DdlReader.kind(words).orElse("TABLE");
      List<TokenCursor> names = words.before("FROM").parts();
      boolean allNew =
          names.stream()
              .allMatch(
                  part -> ObjectName.read(part).filter(name -> isNew(kind, name)).isPresent());
      if (allNew) {
        return;
      }
    }
    report(LintRule.REVOKE);
  }

  private boolean isNew(String kind, ObjectName name) {
    Optional<SchemaObject> object = schema.object(kind, name);
    if (object.isEmpty() && kind.equals("TABLE")) {
      return !schema.mayHaveRows(name)
          || schema.object("VIEW", name).filter(schema::isNew).isPresent();
    }
    return object.filter(schema::isNew).isPresent();
  }

  // ---- for the rules of one database

  /** Whether there may be rows in a table, and traffic. */
  protected final boolean mayHaveRows(ObjectName table) {
    return schema.mayHaveRows(table);
  }

  /** The schema before the statement. */
  protected final KnownSchema schema() {
    return schema;
  }

  /** A table, as far as it is known. */
  protected final Optional<Table> table(ObjectName name) {
    return schema.table(name);
  }

  /** A column, as far as it is known. */
  protected final Optional<Column> column(ObjectName table, String name) {
    return schema.table(table).flatMap(of -> of.column(name));
  }

  /** Whether the file runs in one transaction. */
  protected final boolean transactional() {
    return transactional;
  }

  /** The file that is being read. */
  protected final TokenizedScript script() {
    return Objects.requireNonNull(script, "no script is being checked");
  }

  /** Reports that the statement violates a rule. */
  protected final void report(LintRule rule) {
    found.accept(rule, number);
  }

  /** A new file. */
  protected void begin() {}

  /** CREATE of a table; CREATE itself is passed over. */
  protected void createTable(ObjectName table, TokenCursor words) {}

  /** CREATE of anything else; CREATE itself is passed over. */
  protected void createOther(TokenCursor words) {}

  /** DROP of what has no schema of its own, such as a policy; DROP itself is passed over. */
  protected void dropOther(TokenCursor words) {}

  /** ALTER of what has no schema of its own, such as an index; ALTER itself is passed over. */
  protected void alterOther(TokenCursor words) {}

  /** One of the changes of an object that is not a table and may be in use. */
  protected void alterObject(String kind, ObjectName name, TokenCursor action) {}

  /**
   * One of the actions of an ALTER TABLE of a table with rows.
   *
   * @param whole all of them
   */
  protected abstract void alterTable(ObjectName table, TokenCursor action, TokenCursor whole);

  /** A new column of a table with rows; its name is passed over in the definition. */
  protected void addColumn(ObjectName table, Column column, TokenCursor definition) {}

  /** UPDATE, DELETE, or MERGE of a table with rows. */
  protected abstract void changeRows(RowChange change);

  /** Any other statement. */
  protected void other(TokenCursor words) {}

  /** Whether each change of the schema is committed by itself. */
  protected boolean commitsEach() {
    return false;
  }

  /** Reports a file of several changes, of which at least one cannot be run a second time. */
  protected final void checkHalves() {
    HalfApplied.secondChange(script()).ifPresent(at -> found.accept(LintRule.HALF_APPLIED, at));
  }
}
