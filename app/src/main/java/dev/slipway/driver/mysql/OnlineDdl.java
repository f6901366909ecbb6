package dev.slipway.driver.mysql;

import java.util.Optional;

/**
 * How MySQL runs a change of a table. Each statement names it, so that the server rejects what it
 * would run in a way that blocks more. The later ones block more.
 */
enum OnlineDdl {
  /** Only the data dictionary changes. */
  INSTANT("ALGORITHM=INSTANT", Optional.empty()),
  /** Only the data dictionary changes, in a way that MySQL does not call instant. */
  METADATA("ALGORITHM=INPLACE, LOCK=NONE", Optional.empty()),
  /** MySQL reads the table or builds it again, while reads and writes go on. */
  INPLACE("ALGORITHM=INPLACE, LOCK=NONE", Optional.empty()),
  /** MySQL reads the table or builds it again, while reads go on. */
  SHARED(
      "ALGORITHM=INPLACE, LOCK=SHARED",
      Optional.of("MySQL reads the whole table for it, and writes to the table wait meanwhile")),
  /** MySQL copies the table, while reads go on. */
  COPY(
      "ALGORITHM=COPY, LOCK=SHARED",
      Optional.of("MySQL copies the table for it, and writes to the table wait meanwhile"));

  private final String clause;
  private final Optional<String> blocks;

  OnlineDdl(String clause, Optional<String> blocks) {
    this.clause = clause;
    this.blocks = blocks;
  }

  /** The options of ALTER TABLE. */
  String clause() {
    return clause;
  }

  /** Why other sessions wait; empty if they do not. */
  Optional<String> blocks() {
    return blocks;
  }

  /** Whether its duration depends on the number of rows. */
  boolean readsRows() {
    return compareTo(INPLACE) >= 0;
  }

  /** The one of two that blocks more. */
  OnlineDdl or(OnlineDdl other) {
    return compareTo(other) < 0 ? other : this;
  }
}
