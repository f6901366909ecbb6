package dev.slipway.provision;

import dev.slipway.provision.Change.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a call did, over all its tries: what the first try has created is still created when the
 * second one finds it. Not thread-safe.
 */
final class ChangeLog {
  private final Map<List<String>, Change> all;
  private final String database;

  private ChangeLog(Map<List<String>, Change> all, String database) {
    this.all = all;
    this.database = database;
  }

  static ChangeLog none() {
    return new ChangeLog(new LinkedHashMap<>(), "");
  }

  /** The same list, for what concerns this database. */
  ChangeLog of(String database) {
    return new ChangeLog(all, database);
  }

  void add(String object, Outcome outcome, String detail) {
    boolean nothing = outcome == Outcome.UNCHANGED || outcome == Outcome.MISSING;
    List<String> key = List.of(database, object);
    Change known = all.get(key);
    boolean created = known != null && known.outcome() == Outcome.CREATED;
    if (known == null || !nothing && !created) {
      all.put(key, new Change(database, object, outcome, detail));
    }
  }

  List<Change> list() {
    return List.copyOf(all.values());
  }
}
