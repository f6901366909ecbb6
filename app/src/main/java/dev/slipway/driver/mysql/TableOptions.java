package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Which actions change the options and the partitions of a table. Of one table. */
final class TableOptions {
  private static final Set<String> CHARACTERS = Set.of("character set", "collation");
  private static final String TABLESPACE = "tablespace";

  /**
   * An option of a table.
   *
   * @param reset what stands for its default
   * @param algorithm how MySQL changes it
   */
  private record Option(String reset, OnlineDdl algorithm) {}

  private static final Map<String, Option> OPTIONS =
      Map.ofEntries(
          Map.entry("engine", new Option("InnoDB", OnlineDdl.COPY)),
          Map.entry("comment", new Option("''", OnlineDdl.METADATA)),
          Map.entry("row format", new Option("DEFAULT", OnlineDdl.INPLACE)),
          Map.entry("key block size", new Option("0", OnlineDdl.INPLACE)),
          Map.entry("stats persistent", new Option("DEFAULT", OnlineDdl.METADATA)),
          Map.entry("stats auto recalc", new Option("DEFAULT", OnlineDdl.METADATA)),
          Map.entry("stats sample pages", new Option("DEFAULT", OnlineDdl.METADATA)),
          Map.entry("autoextend size", new Option("0", OnlineDdl.METADATA)),
          Map.entry("compression", new Option("''", OnlineDdl.INPLACE)),
          Map.entry("encryption", new Option("'N'", OnlineDdl.COPY)),
          Map.entry(TABLESPACE, new Option("", OnlineDdl.COPY)),
          Map.entry("max rows", new Option("0", OnlineDdl.COPY)),
          Map.entry("min rows", new Option("0", OnlineDdl.COPY)),
          Map.entry("avg row length", new Option("0", OnlineDdl.COPY)),
          Map.entry("checksum", new Option("0", OnlineDdl.COPY)),
          Map.entry("delay key write", new Option("0", OnlineDdl.COPY)),
          Map.entry("pack keys", new Option("DEFAULT", OnlineDdl.COPY)));

  private final TableSchema from;
  private final TableSchema to;

  TableOptions(TableSchema from, TableSchema to) {
    this.from = from;
    this.to = to;
  }

  /** The options that differ. */
  private Set<String> changed() {
    TreeSet<String> names = new TreeSet<>(from.options().keySet());
    names.addAll(to.options().keySet());
    names.removeIf(name -> Objects.equals(from.options().get(name), to.options().get(name)));
    names.remove("partitioned");
    return names;
  }

  /** The options for which there is no statement, each as a sentence. */
  List<String> rejected() {
    return changed().stream()
        .filter(name -> !CHARACTERS.contains(name))
        .filter(name -> !OPTIONS.containsKey(name) || isMissing(name))
        .map(name -> "table " + to.name() + ": " + name + " cannot be changed by a statement")
        .toList();
  }

  /** A table cannot leave a tablespace for no tablespace. */
  private boolean isMissing(String option) {
    return option.equals(TABLESPACE) && !to.options().containsKey(option);
  }

  /** Whether the table gets another default of its columns. */
  boolean changesCharacters() {
    return changed().stream().anyMatch(CHARACTERS::contains);
  }

  /** Sets the default of columns. */
  TableAction characters() {
    String collation = to.options().get("collation");
    return TableAction.of(
        "DEFAULT CHARACTER SET "
            + to.options().getOrDefault("character set", "utf8mb4")
            + (collation == null ? "" : " COLLATE " + collation),
        OnlineDdl.METADATA);
  }

  /** Sets the other options. */
  List<TableAction> actions() {
    List<TableAction> actions = new ArrayList<>();
    for (String name : changed()) {
      Option option = OPTIONS.get(name);
      if (option != null && !isMissing(name)) {
        String value = to.options().getOrDefault(name, option.reset());
        String keyword = name.toUpperCase(Locale.ROOT).replace(' ', '_');
        OnlineDdl algorithm = option.algorithm();
        if (algorithm == OnlineDdl.INPLACE && from.hasFulltextIndex()) {
          algorithm = OnlineDdl.SHARED;
        }
        actions.add(
            TableAction.of(keyword + (name.equals(TABLESPACE) ? " " : "=") + value, algorithm));
      }
    }
    return actions;
  }

  /** Changes the partitions. */
  List<TableAction> partitions() {
    List<SchemaObject> old = from.all("partition");
    List<SchemaObject> its = to.all("partition");
    boolean sameKind =
        Objects.equals(from.options().get("partitioned"), to.options().get("partitioned"));
    if (sameKind && same(old, its)) {
      return List.of();
    }
    if (!to.isPartitioned()) {
      return List.of(TableAction.of("REMOVE PARTITIONING", OnlineDdl.COPY));
    }
    boolean listed = !old.isEmpty() && !its.isEmpty();
    if (sameKind && listed && its.size() > old.size() && same(old, its.subList(0, old.size()))) {
      String added =
          its.subList(old.size(), its.size()).stream()
              .map(TableOptions::definition)
              .reduce((a, b) -> a + ", " + b)
              .orElseThrow();
      return List.of(TableAction.of("ADD PARTITION (" + added + ")", OnlineDdl.METADATA));
    }
    if (sameKind && listed && its.size() < old.size() && same(old.subList(0, its.size()), its)) {
      List<SchemaObject> dropped = old.subList(its.size(), old.size());
      TableAction action =
          TableAction.of(
              "DROP PARTITION "
                  + dropped.stream()
                      .map(partition -> MysqlQuoting.name(from.realName(partition)))
                      .reduce((a, b) -> a + ", " + b)
                      .orElseThrow(),
              OnlineDdl.METADATA);
      return List.of(
          action.deleting(
              dropped.stream()
                  .map(partition -> "rows of " + partition.key())
                  .reduce((a, b) -> a + ", " + b)
                  .orElseThrow()));
    }
    return List.of(TableAction.of(to.partitioning(), OnlineDdl.COPY));
  }

  private static String definition(SchemaObject partition) {
    String name = partition.name().substring(partition.parent().orElseThrow().length() - 5);
    return "PARTITION "
        + MysqlQuoting.name(name)
        + " "
        + partition.properties().getOrDefault("definition", "");
  }

  private static boolean same(List<SchemaObject> some, List<SchemaObject> others) {
    return some.size() == others.size()
        && IntStream.range(0, some.size())
            .allMatch(
                i ->
                    some.get(i).name().equals(others.get(i).name())
                        && some.get(i).properties().equals(others.get(i).properties()));
  }
}
