package dev.slipway.driver.mysql;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.PlannedStatement.Placement;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SchemaPlan;
import dev.slipway.driver.SchemaPlan.PossibleRename;
import dev.slipway.driver.SchemaPlanner.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One plan. Its statements first drop what stands in the way, then rename, change, and add, and
 * drop columns and tables at the end.
 */
final class MysqlSchemaPlan {
  /** Kinds of which {@link TableSchema}, {@link ProgramChange}, and this class know all. */
  private static final Set<String> KNOWN =
      Set.of(
          "database",
          "table",
          "column",
          "index",
          "foreign key",
          "check",
          "partition",
          "view",
          "function",
          "procedure",
          "trigger",
          "event");

  private final PlannedSchema start;
  private final PlannedSchema target;
  private final Request request;
  private final TablePreparation preparation;
  private final List<PlannedStatement> statements = new ArrayList<>();
  private final List<String> rejected = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();

  MysqlSchemaPlan(PlannedSchema start, PlannedSchema target, Request request) {
    this.start = start;
    this.target = target;
    this.request = request;
    this.preparation = new TablePreparation(start.tables(), target.tables(), request.renames());
  }

  SchemaPlan plan() {
    rejectUnknown();
    List<TableSchema> removed =
        start.tables().values().stream()
            .filter(table -> !target.tables().containsKey(preparation.name(table.name())))
            .toList();
    Set<String> before = preparation.tables().keySet();
    List<TableSchema> created =
        target.tables().values().stream().filter(table -> !before.contains(table.name())).toList();
    Map<String, String> names = new HashMap<>();
    start.tables().keySet().forEach(name -> names.put(name, preparation.name(name)));
    ProgramChange programs = new ProgramChange(start, target, names, request.managedOnly());
    ForeignKeyChange foreignKeys = new ForeignKeyChange(preparation.tables(), target.tables());
    List<TableChange> changes =
        preparation.tables().entrySet().stream()
            .map(
                each ->
                    new TableChange(
                        each.getValue(),
                        Objects.requireNonNull(target.tables().get(each.getKey())),
                        start.isStrict()))
            .toList();
    TableOrder order = new TableOrder(created, removed);
    Set<String> early = early(removed, foreignKeys);

    database();
    statements.addAll(programs.dropped());
    statements.addAll(order.drops(early::contains));
    statements.addAll(preparation.statements());
    statements.addAll(foreignKeys.dropped());
    changes.forEach(change -> statements.addAll(change.lift()));
    changes.forEach(change -> statements.addAll(change.change()));
    statements.addAll(order.creates());
    statements.addAll(foreignKeys.added());
    int programsEnd = statements.size() + programs.created().size();
    statements.addAll(programs.created());
    changes.forEach(change -> statements.addAll(change.contract()));
    statements.addAll(order.drops(table -> !early.contains(table)));
    grants(programs.renewed());
    rejected.addAll(preparation.rejected());
    changes.forEach(change -> rejected.addAll(change.rejected()));
    kept.addAll(programs.kept());
    return new SchemaPlan(
        placed(programs.changesSession() ? programsEnd : -1),
        rejected,
        possibleRenames(removed, created),
        kept);
  }

  /** What could not be read, or is of a kind for which there is no statement. */
  private void rejectUnknown() {
    for (PlannedSchema schema : List.of(start, target)) {
      rejected.addAll(schema.contents().unread());
      schema
          .contents()
          .hidden()
          .forEach(
              (kind, grant) -> {
                if (!request.managedOnly() || kind.equals("table")) {
                  rejected.add(kind + "s: the login may not see all of them; " + grant);
                }
              });
    }
    Set<String> keys = new TreeSet<>(start.objects().keySet());
    keys.addAll(target.objects().keySet());
    for (String key : keys) {
      Optional<SchemaObject> old = start.find(key);
      Optional<SchemaObject> its = target.find(key);
      SchemaObject one = old.or(() -> its).orElseThrow();
      if (!KNOWN.contains(one.kind()) && !old.equals(its)) {
        if (request.managedOnly() && its.isEmpty()) {
          kept.add(key);
        } else {
          rejected.add(key + ": there is no statement for this kind of object");
        }
      }
    }
  }

  private void database() {
    SchemaObject old = start.find("database defaults").orElse(null);
    SchemaObject its = target.find("database defaults").orElse(null);
    if (old == null || its == null || request.managedOnly() || old.equals(its)) {
      return;
    }
    Map<String, String> properties = new TreeMap<>(its.properties());
    String set = properties.remove("character set");
    String collation = properties.remove("collation");
    Map<String, String> others = new TreeMap<>(old.properties());
    others.remove("character set");
    others.remove("collation");
    if (!others.equals(properties)) {
      rejected.add("database defaults: only the character set and the collation can be changed");
    }
    if (set != null) {
      statements.add(
          PlannedStatement.of(
              "ALTER DATABASE CHARACTER SET "
                  + set
                  + (collation == null ? "" : " COLLATE " + collation)));
    }
  }

  /**
   * The tables to drop before the others change: their names are needed, or their foreign keys are
   * in the way.
   */
  private Set<String> early(List<TableSchema> removed, ForeignKeyChange foreignKeys) {
    Set<String> early = new LinkedHashSet<>();
    for (TableSchema table : removed) {
      boolean named =
          target.find("view " + table.name()).isPresent()
              || request.renames().containsValue(table.name());
      boolean referring =
          table.all("foreign key").stream()
              .anyMatch(key -> foreignKeys.isDisturbed(table.name(), key));
      if (named || referring) {
        early.add(table.name());
      }
    }
    return early;
  }

  private void grants(Set<String> renewed) {
    if (request.managedOnly()) {
      return;
    }
    for (SchemaObject object : target.objects().values()) {
      boolean fresh =
          renewed.contains(object.key()) || request.renames().containsValue(object.name());
      String before =
          fresh
              ? ""
              : start
                  .find(object.key())
                  .map(old -> old.properties().getOrDefault(SchemaObject.GRANTS, ""))
                  .orElse("");
      String after = object.properties().getOrDefault(SchemaObject.GRANTS, "");
      GrantChange.statements(object, before, after)
          .forEach(sql -> statements.add(PlannedStatement.of(sql)));
    }
  }

  /**
   * The statements with their files: one that has a file of its own is also the last of that file.
   *
   * @param fresh the index of the statement that needs a session without changed variables
   */
  private List<PlannedStatement> placed(int fresh) {
    List<PlannedStatement> placed = new ArrayList<>();
    boolean apart = false;
    for (int i = 0; i < statements.size(); i++) {
      PlannedStatement each = statements.get(i);
      boolean own = each.placement() == Placement.NEW_FILE;
      boolean first = i > 0 && (own || apart || i == fresh);
      placed.add(
          new PlannedStatement(
              each.sql(),
              first ? Placement.NEW_FILE : Placement.WITH_NEIGHBORS,
              each.tables(),
              each.loss(),
              each.needs(),
              each.blocks(),
              each.irreversible()));
      apart = own;
    }
    return placed;
  }

  private List<PossibleRename> possibleRenames(
      List<TableSchema> removed, List<TableSchema> created) {
    List<PossibleRename> renames = new ArrayList<>();
    List<TableSchema> free = new ArrayList<>(created);
    for (TableSchema old : removed) {
      free.stream()
          .filter(table -> table.shape().equals(old.shape()))
          .findFirst()
          .ifPresent(
              table -> {
                renames.add(new PossibleRename(old.name(), table.name()));
                free.remove(table);
              });
    }
    for (TableSchema old : start.tables().values()) {
      TableSchema its = target.tables().get(preparation.name(old.name()));
      TableSchema now = preparation.tables().get(preparation.name(old.name()));
      if (its != null && now != null) {
        possibleRenames(old, now, its, renames);
      }
    }
    return renames;
  }

  private static void possibleRenames(
      TableSchema old, TableSchema now, TableSchema its, List<PossibleRename> renames) {
    List<SchemaObject> free =
        new ArrayList<>(
            its.all("column").stream()
                .filter(column -> now.find(column.key()).isEmpty())
                .filter(column -> old.column(its.realName(column)).isEmpty())
                .toList());
    for (SchemaObject column : now.all("column")) {
      if (its.find(column.key()).isEmpty()) {
        free.stream()
            .filter(other -> other.properties().equals(column.properties()))
            .findFirst()
            .ifPresent(
                other -> {
                  renames.add(
                      new PossibleRename(
                          old.name() + "." + now.realName(column),
                          old.name() + "." + its.realName(other)));
                  free.remove(other);
                });
      }
    }
  }
}
