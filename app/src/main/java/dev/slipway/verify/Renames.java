package dev.slipway.verify;

import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaObject;
import dev.slipway.error.SlipwayException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The renames of {@code --rename}: of tables, {@code table=table}, and of columns, {@code
 * table.column=table.column} with the old table in both. Immutable.
 */
final class Renames {
  private static final String EXAMPLE = "--rename users=accounts; --rename users.mail=users.email";

  private final Map<String, String> names;

  private Renames(Map<String, String> names) {
    this.names = Map.copyOf(names);
  }

  /**
   * Finds what the options name.
   *
   * @param options each {@code old=new}
   * @param start the schema with the old names
   * @param target the schema with the new names
   * @throws SlipwayException (usage) for one that names nothing, or something that keeps its name
   */
  static Renames of(List<String> options, SchemaContents start, SchemaContents target) {
    Names before = Names.of(start);
    Names after = Names.of(target);
    Map<String, String> all = new LinkedHashMap<>();
    Map<String, String> columns = new LinkedHashMap<>();
    for (String option : options) {
      int equals = option.indexOf('=');
      if (equals < 1 || equals == option.length() - 1) {
        throw SlipwayException.usageError("--rename " + option + ": it must be old=new")
            .hint(EXAMPLE);
      }
      String from = before.find(option, option.substring(0, equals), "the migrations");
      String given = option.substring(equals + 1);
      if (!before.tables().contains(from)) {
        columns.put(from, option);
        continue;
      }
      String to = after.find(option, given, "the target");
      require(option, !after.all().contains(from), from, "the target");
      require(option, !before.all().contains(to), to, "the migrations");
      all.put(from, to);
    }
    columns.forEach(
        (from, option) -> {
          String table = from.substring(0, from.lastIndexOf('.'));
          String newTable = all.getOrDefault(table, table);
          String column = option.substring(option.lastIndexOf(option.indexOf('.') < 0 ? '=' : '.'));
          String to = after.find(option, newTable + "." + column.substring(1), "the target");
          String toInStart = table + to.substring(newTable.length());
          String fromInTarget = newTable + from.substring(table.length());
          require(option, !after.all().contains(fromInTarget), fromInTarget, "the target");
          require(option, !before.all().contains(toInStart), toInStart, "the migrations");
          all.put(from, toInStart);
        });
    return new Renames(all);
  }

  private static void require(String option, boolean holds, String existing, String where) {
    if (!holds) {
      throw SlipwayException.usageError(
          "--rename " + option + " renames nothing: " + where + " has " + existing + " too");
    }
  }

  /** The names of a schema's tables and columns, and of its schemas. */
  private record Names(Set<String> all, Set<String> tables, Set<String> schemas) {
    static Names of(SchemaContents contents) {
      Set<String> tables = new TreeSet<>(contents.tables().keySet());
      tables.addAll(ofKind(contents, "table"));
      Set<String> all = new TreeSet<>(tables);
      all.addAll(ofKind(contents, "column"));
      return new Names(all, tables, ofKind(contents, "schema"));
    }

    private static Set<String> ofKind(SchemaContents contents, String kind) {
      return contents.objects().stream()
          .filter(object -> object.kind().equals(kind))
          .map(SchemaObject::name)
          .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The name as the schema prints it: its schema may be left out, and its case be another. */
    String find(String option, String given, String where) {
      if (all.contains(given)) {
        return given;
      }
      List<String> found =
          Stream.concat(Stream.of(given), schemas.stream().map(schema -> schema + "." + given))
              .flatMap(name -> all.stream().filter(name::equalsIgnoreCase))
              .toList();
      if (found.size() == 1) {
        return found.getFirst();
      }
      throw SlipwayException.usageError(
              "--rename "
                  + option
                  + " names nothing: "
                  + (found.isEmpty()
                      ? "there is no table or column " + given + " in " + where
                      : given + " may be one of " + String.join(", ", found)))
          .hint(EXAMPLE);
    }
  }

  /** The new names by the old ones. */
  Map<String, String> forward() {
    return names;
  }

  /** The old names by the new ones, as the reverse plan takes them. */
  Map<String, String> reverse() {
    return names.entrySet().stream()
        .collect(
            Collectors.toMap(
                each -> withNewTable(each.getValue()), each -> withNewTable(each.getKey())));
  }

  /** A column with its table's new name; a table as it is. */
  private String withNewTable(String name) {
    return names.keySet().stream()
        .filter(table -> name.startsWith(table + "."))
        .map(table -> names.get(table) + name.substring(table.length()))
        .max(Comparator.comparingInt(String::length))
        .orElse(name);
  }

  /** The name that a table or column of the start has in the target. */
  String renamed(String name) {
    return withNewTable(names.getOrDefault(name, name));
  }

  /** Those of some renames that lead from one schema to another. */
  static Map<String, String> between(
      Map<String, String> renames, SchemaContents start, SchemaContents target) {
    Set<String> before = Names.of(start).all();
    Set<String> after = Names.of(target).all();
    return renames.entrySet().stream()
        .filter(each -> before.contains(each.getKey()) && !after.contains(each.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
