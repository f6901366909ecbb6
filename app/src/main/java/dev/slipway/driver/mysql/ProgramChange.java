package dev.slipway.driver.mysql;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.mysql.StoredPrograms.Program;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which views, routines, triggers, and events a plan drops and creates. MySQL checks what they use
 * only when they run, so they are dropped first and created last. Of one plan.
 */
final class ProgramChange {
  private static final Set<String> KINDS =
      Set.of("view", "function", "procedure", "trigger", "event");

  private static final String ORDER = "action order";
  private static final String TABLE = "event object table";

  private final PlannedSchema start;
  private final PlannedSchema target;
  private final Map<String, String> tableNames;
  private final boolean managedOnly;
  private final List<PlannedStatement> dropped = new ArrayList<>();
  private final List<PlannedStatement> created = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();
  private final Set<String> renewed = new HashSet<>();
  private final Map<String, String> session;

  /**
   * Compares the stored programs.
   *
   * @param tableNames the new names of tables by the old ones
   */
  ProgramChange(
      PlannedSchema start,
      PlannedSchema target,
      Map<String, String> tableNames,
      boolean managedOnly) {
    this.start = start;
    this.target = target;
    this.tableNames = tableNames;
    this.managedOnly = managedOnly;
    this.session = new LinkedHashMap<>(start.session());
    Set<String> changed = new HashSet<>();
    start.objects().values().stream()
        .filter(object -> KINDS.contains(object.kind()))
        .filter(object -> !object.kind().equals("trigger"))
        .forEach(object -> compare(object, changed));
    Set<String> triggers = triggers();
    target
        .programs()
        .forEach(
            (key, program) -> {
              boolean trigger = key.startsWith("trigger ");
              if (trigger
                  ? triggers.contains(key)
                  : changed.contains(key) || start.find(key).isEmpty()) {
                create(key, program);
              }
            });
  }

  List<PlannedStatement> dropped() {
    return dropped;
  }

  List<PlannedStatement> created() {
    return created;
  }

  /** What stays because only objects that ORMs create are removed. */
  List<String> kept() {
    return kept;
  }

  /** The keys of routines that are dropped and created again, which loses their grants. */
  Set<String> renewed() {
    return renewed;
  }

  private Map<String, String> compared(SchemaObject object) {
    Map<String, String> properties = new TreeMap<>(object.properties());
    properties.remove(SchemaObject.GRANTS);
    properties.remove(ORDER);
    if (managedOnly) {
      properties.remove(SchemaObject.DEFINER);
    }
    properties.computeIfPresent(TABLE, (_, table) -> table);
    return properties;
  }

  private void compare(SchemaObject object, Set<String> changed) {
    SchemaObject other = target.objects().get(object.key());
    if (other == null) {
      remove(object);
    } else if (!compared(object).equals(compared(other))) {
      changed.add(object.key());
      if (!object.kind().equals("view")) {
        drop(object);
        renewed.add(object.key());
      }
    }
  }

  private void remove(SchemaObject object) {
    if (managedOnly) {
      kept.add(object.key());
    } else {
      drop(object);
    }
  }

  private void drop(SchemaObject object) {
    dropped.add(
        PlannedStatement.of(
            "DROP "
                + object.kind().toUpperCase(Locale.ROOT)
                + " "
                + MysqlQuoting.name(object.name())));
  }

  /**
   * Drops triggers, and returns those to create. A new trigger runs after those that exist, so that
   * in each group the triggers after the first difference are created again.
   */
  private Set<String> triggers() {
    Map<String, List<SchemaObject>> before = groups(start, true);
    Map<String, List<SchemaObject>> after = groups(target, false);
    Set<String> create = new HashSet<>();
    after.forEach(
        (group, triggers) -> {
          List<SchemaObject> old = new ArrayList<>(before.getOrDefault(group, List.of()));
          if (managedOnly) {
            List<String> wanted = triggers.stream().map(SchemaObject::key).toList();
            old.stream()
                .filter(trigger -> !wanted.contains(trigger.key()))
                .forEach(trigger -> kept.add(trigger.key()));
            old.removeIf(trigger -> !wanted.contains(trigger.key()));
          }
          int same = 0;
          while (same < old.size()
              && same < triggers.size()
              && isSame(old.get(same), triggers.get(same))) {
            same++;
          }
          old.subList(same, old.size()).forEach(this::drop);
          triggers.subList(same, triggers.size()).forEach(trigger -> create.add(trigger.key()));
        });
    before.forEach(
        (group, triggers) -> {
          if (!after.containsKey(group)) {
            triggers.forEach(this::remove);
          }
        });
    return create;
  }

  private boolean isSame(SchemaObject before, SchemaObject after) {
    Map<String, String> old = compared(before);
    Map<String, String> its = compared(after);
    old.computeIfPresent(TABLE, (_, table) -> tableNames.getOrDefault(table, table));
    return before.key().equals(after.key()) && old.equals(its);
  }

  /** The triggers of each table, time, and event, in the order in which they run. */
  private Map<String, List<SchemaObject>> groups(PlannedSchema schema, boolean renamed) {
    return schema.programs().keySet().stream()
        .filter(key -> key.startsWith("trigger "))
        .flatMap(key -> schema.find(key).stream())
        .filter(trigger -> !renamed || staysTable(trigger))
        .collect(
            Collectors.groupingBy(
                trigger -> {
                  String table = trigger.properties().getOrDefault(TABLE, "");
                  return (renamed ? tableNames.getOrDefault(table, table) : table)
                      + " "
                      + trigger.properties().get("action timing")
                      + " "
                      + trigger.properties().get("event manipulation");
                },
                TreeMap::new,
                Collectors.toList()));
  }

  /** The triggers of a table that is dropped go with it. */
  private boolean staysTable(SchemaObject trigger) {
    String table = trigger.properties().getOrDefault(TABLE, "");
    return target.tables().containsKey(tableNames.getOrDefault(table, table))
        || target.find(trigger.key()).isPresent();
  }

  private void create(String key, Program program) {
    Program own = managedOnly ? program.withoutDefiner() : program;
    Map<String, String> different = new LinkedHashMap<>();
    own.settings()
        .forEach(
            (name, value) -> {
              if (!Objects.equals(session.put(name, value), value)) {
                different.put(name, value);
              }
            });
    if (!different.isEmpty()) {
      created.add(PlannedStatement.of(new Program("", different).set()));
    }
    boolean replaces = key.startsWith("view ") && start.find(key).isPresent();
    created.add(
        PlannedStatement.of(
            replaces ? own.sql().replaceFirst("^CREATE ", "CREATE OR REPLACE ") : own.sql()));
  }

  /** Whether the statements leave variables of the session changed. */
  boolean changesSession() {
    return !session.equals(start.session());
  }
}
