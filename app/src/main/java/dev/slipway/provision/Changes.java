package dev.slipway.provision;

import dev.slipway.provision.Change.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one database's provisioning did, over all its tries: what the first try has created is
 * still created when the second one finds it. Not thread-safe.
 */
final class Changes {
  private final String database;
  private final Map<String, Change> all = new LinkedHashMap<>();

  Changes(String database) {
    this.database = database;
  }

  void add(String object, Outcome outcome, String detail) {
    boolean nothing = outcome == Outcome.UNCHANGED || outcome == Outcome.MISSING;
    Change known = all.get(object);
    boolean created = known != null && known.outcome() == Outcome.CREATED;
    if (known == null || !nothing && !created) {
      all.put(object, new Change(database, object, outcome, detail));
    }
  }

  List<Change> list() {
    return List.copyOf(all.values());
  }
}
