package dev.slipway.identity;

import dev.slipway.http.Problem;
import dev.slipway.json.JsonWriter;
import dev.slipway.pool.DuplicateKeyException;
import dev.slipway.pool.Transaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Creates identities together and records the result of each. Not thread-safe. */
final class BatchCreation {
  /** Of all reasons in a response together, since they quote the request. */
  private static final int REASONS_BYTES = 64 * 1024;

  private static final int REASON_BYTES_MIN = 240;

  private final IdentityRepository repository;
  private final List<Item> items = new ArrayList<>();
  private final IdentityHashMap<Item, Problem> invalid = new IdentityHashMap<>();
  private final IdentityHashMap<Item, Problem> conflicts = new IdentityHashMap<>();

  BatchCreation(IdentityRepository repository) {
    this.repository = repository;
  }

  /**
   * An item of the request.
   *
   * @param identity empty if the item is invalid
   */
  private record Item(Optional<UUID> patchId, Optional<Identity> identity) {
    List<UniqueKey.Value> values() {
      return UniqueKey.Value.of(identity.orElseThrow());
    }
  }

  void add(Optional<UUID> patchId, Identity identity) {
    items.add(new Item(patchId, Optional.of(identity)));
  }

  void add(Optional<UUID> patchId, Problem problem) {
    items.add(new Item(patchId, Optional.empty()));
    invalid.put(items.getLast(), problem);
  }

  /** Inserts all items that conflict with none; may run again. */
  Void insert(Transaction tx) throws SQLException {
    conflicts.clear();
    insert(tx, items.stream().filter(item -> item.identity().isPresent()).toList());
    return null;
  }

  /** Inserts all items at once, or after a duplicate key without those known to conflict. */
  private void insert(Transaction tx, List<Item> chunk) throws SQLException {
    if (chunk.isEmpty()) {
      return;
    }
    List<Identity> identities = chunk.stream().map(item -> item.identity().orElseThrow()).toList();
    try {
      tx.inSavepoint(() -> repository.insert(tx, identities));
    } catch (DuplicateKeyException duplicate) {
      if (chunk.size() == 1) {
        conflicts.put(chunk.getFirst(), ConflictProblem.of(duplicate, identities.getFirst()));
        return;
      }
      List<Item> free = free(tx, chunk);
      if (free.size() < chunk.size()) {
        insert(tx, free);
      } else {
        // Another transaction has inserted a value that this one cannot see yet.
        insert(tx, chunk.subList(0, chunk.size() / 2));
        insert(tx, chunk.subList(chunk.size() / 2, chunk.size()));
      }
    }
  }

  /** The items without a value that a stored identity or an item before them has. */
  private List<Item> free(Transaction tx, List<Item> chunk) throws SQLException {
    Set<UniqueKey.Value> taken =
        repository.taken(tx, chunk.stream().flatMap(item -> item.values().stream()).toList());
    List<Item> free = new ArrayList<>();
    for (Item item : chunk) {
      List<UniqueKey.Value> values = item.values();
      var conflict = values.stream().filter(taken::contains).findFirst();
      if (conflict.isPresent()) {
        conflicts.put(item, ConflictProblem.of(conflict.get()));
      } else {
        taken.addAll(values);
        free.add(item);
      }
    }
    return free;
  }

  /** The response, in the order of the request. */
  byte[] json() {
    int failed = Math.max(1, invalid.size() + conflicts.size());
    int reasonBytesMax =
        Math.clamp(REASONS_BYTES / failed, REASON_BYTES_MIN, Problem.REASON_BYTES_MAX);
    var json = new JsonWriter().object().array("identities");
    for (Item item : items) {
      Problem problem = invalid.getOrDefault(item, conflicts.get(item));
      json.object();
      if (problem == null) {
        json.string("action", "create")
            .string("identity", item.identity().orElseThrow().id().toString());
      } else {
        json.string("action", "error").json("error", problem.json(reasonBytesMax));
      }
      item.patchId().ifPresent(id -> json.string("patch_id", id.toString()));
      json.endObject();
    }
    return json.endArray().endObject().end();
  }
}
