package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What writers were told is written, to be compared with what is. Thread-safe. */
public final class Ledger {
  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();

  /** Empty. */
  public Ledger() {}

  /** A writer was told that this is written. */
  public void add(String id) {
    acknowledged.add(id);
  }

  /**
   * Fails unless everything acknowledged is there, and nothing twice. What is there and was not
   * acknowledged is no mistake: the answer may have been what was lost.
   */
  public void compareWith(List<String> stored) {
    Set<String> once = new HashSet<>();
    assertEquals(List.of(), stored.stream().filter(id -> !once.add(id)).toList(), "twice");
    List<String> lost = new ArrayList<>(acknowledged);
    lost.removeAll(once);
    assertEquals(List.of(), lost, "lost of " + acknowledged.size());
  }
}
