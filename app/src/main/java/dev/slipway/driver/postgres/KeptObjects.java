package dev.slipway.driver.postgres;

import dev.slipway.driver.SchemaObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds what the start keeps although the database of an ORM lacks it. */
final class KeptObjects {
  private static final Set<String> MANAGED =
      Set.of("table", "column", "constraint", "index", "sequence");

  private KeptObjects() {}

  /**
   * The keys of the objects.
   *
   * @param rejected receives the objects that need a table or a column which the target lacks
   */
  static Set<String> find(SchemaGraph start, SchemaGraph target, List<String> rejected) {
    Set<String> kept = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>();
    start.objects().values().stream()
        .filter(object -> !target.has(object.key()))
        .filter(
            object ->
                object.parent().filter(of -> !of.startsWith("schema ")).isEmpty()
                    || object.parent().filter(target::has).isPresent())
        .filter(object -> !isManaged(object))
        .forEach(object -> open.add(object.key()));
    while (!open.isEmpty()) {
      String key = open.poll();
      if (!kept.add(key)) {
        continue;
      }
      for (String need : start.needs().getOrDefault(key, Set.of())) {
        if (start.has(need) && !target.has(need) && !start.path(need).contains(key)) {
          String kind = start.kind(need);
          if (kind.equals("table") || kind.equals("column")) {
            if (start.path(need).stream().noneMatch(kept::contains)) {
              rejected.add(key + " needs " + need + ", which the target lacks");
            }
          } else {
            open.add(need);
          }
        }
      }
    }
    return kept;
  }

  private static boolean isManaged(SchemaObject object) {
    if (object.kind().equals("table")) {
      // A service or a job may have created partitions.
      return !object.properties().containsKey("partition");
    }
    return MANAGED.contains(object.kind())
        || (object.kind().equals("type") && object.properties().containsKey("values"));
  }
}
