package dev.slipway.identity;

import dev.slipway.http.Problem;
import dev.slipway.json.JsonWriter;
import dev.slipway.pool.DuplicateKeyException;
import dev.slipway.pool.Transaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Identities that are created together, and what became of each. Of one thread. */
final class BatchCreation {
  /** Of all reasons in an answer together, as they quote the request. */
  private static final int REASONS_BYTES = 64 * 1024;

  private static final int REASON_BYTES_MIN = 240;

  private final IdentityRepository repository;
  private final List<Item> items = new ArrayList<>();

  BatchCreation(IdentityRepository repository) {
    this.repository = repository;
  }

  private static final class Item {
    private final Optional<UUID> patchId;
    private final Optional<Identity> identity;
    private Optional<Problem> problem;

    Item(Optional<UUID> patchId, Optional<Identity> identity, Optional<Problem> problem) {
      this.patchId = patchId;
      this.identity = identity;
      this.problem = problem;
    }

    List<UniqueKey.Value> values() {
      return identity.map(UniqueKey.Value::of).orElse(List.of());
    }
  }

  void add(Optional<UUID> patchId, Identity identity) {
    items.add(new Item(patchId, Optional.of(identity), Optional.empty()));
  }

  void add(Optional<UUID> patchId, Problem problem) {
    items.add(new Item(patchId, Optional.empty(), Optional.of(problem)));
  }

  /** Writes all that conflict with nothing; may be run again. */
  Void insert(Transaction work) throws SQLException {
    List<Item> valid = items.stream().filter(item -> item.identity.isPresent()).toList();
    valid.forEach(item -> item.problem = Optional.empty());
    insert(work, valid);
    return null;
  }

  /** All at once; where a key refuses that, without those that are known to conflict. */
  private void insert(Transaction work, List<Item> some) throws SQLException {
    if (some.isEmpty()) {
      return;
    }
    try {
      work.inSavepoint(
          () -> repository.insert(work, some.stream().map(item -> item.identity.get()).toList()));
    } catch (DuplicateKeyException duplicate) {
      if (some.size() == 1) {
        Item item = some.getFirst();
        item.problem = Optional.of(ConflictProblem.of(duplicate, item.identity.get()));
        return;
      }
      List<Item> free = free(work, some);
      if (free.size() < some.size()) {
        insert(work, free);
      } else {
        // Somebody else has just taken what this transaction cannot see yet.
        insert(work, some.subList(0, some.size() / 2));
        insert(work, some.subList(some.size() / 2, some.size()));
      }
    }
  }

  /** Those that have nothing in common with a stored identity, nor with one that comes before. */
  private List<Item> free(Transaction work, List<Item> some) throws SQLException {
    Set<UniqueKey.Value> taken =
        repository.taken(work, some.stream().flatMap(item -> item.values().stream()).toList());
    List<Item> free = new ArrayList<>();
    for (Item item : some) {
      List<UniqueKey.Value> values = item.values();
      item.problem = values.stream().filter(taken::contains).findFirst().map(ConflictProblem::of);
      if (item.problem.isEmpty()) {
        taken.addAll(values);
        free.add(item);
      }
    }
    return free;
  }

  /** The answer, in the order of the request. */
  byte[] json() {
    long failed = items.stream().filter(item -> item.problem.isPresent()).count();
    int reasonBytesMax =
        Math.clamp(REASONS_BYTES / Math.max(1, failed), REASON_BYTES_MIN, Problem.REASON_BYTES_MAX);
    var json = new JsonWriter().object().array("identities");
    for (Item item : items) {
      json.object();
      if (item.problem.isPresent()) {
        json.string("action", "error").json("error", item.problem.get().json(reasonBytesMax));
      } else {
        json.string("action", "create").string("identity", item.identity.get().id().toString());
      }
      item.patchId.ifPresent(id -> json.string("patch_id", id.toString()));
      json.endObject();
    }
    return json.endArray().endObject().end();
  }
}
