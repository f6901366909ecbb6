package dev.slipway.driver;

import dev.slipway.driver.Change.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a call has changed, over all its attempts: an object that the first attempt created counts
 * as created when the second one finds it. Not thread-safe.
 */
public final class ChangeLog {
  private final Map<List<String>, Change> all;
  private final String database;

  private ChangeLog(Map<List<String>, Change> all, String database) {
    this.all = all;
    this.database = database;
  }

  /** An empty log. */
  public static ChangeLog none() {
    return new ChangeLog(new LinkedHashMap<>(), "");
  }

  /** The same log, for changes of this database. */
  public ChangeLog of(String database) {
    return new ChangeLog(all, database);
  }

  /** Adds a change, unless a stronger one of the same object is known. */
  public void add(String object, Outcome outcome, String detail) {
    boolean nothing = outcome == Outcome.UNCHANGED || outcome == Outcome.MISSING;
    List<String> key = List.of(database, object);
    Change known = all.get(key);
    boolean created = known != null && known.outcome() == Outcome.CREATED;
    if (known == null || (!nothing && !created)) {
      all.put(key, new Change(database, object, outcome, detail));
    }
  }

  /** The changes, in the order of their objects. */
  public List<Change> list() {
    return List.copyOf(all.values());
  }
}
