package dev.slipway.json;

import tools.jackson.core.StreamReadConstraints;

/** The limits of documents. */
final class JsonLimits {
  /** Far beyond legitimate documents, far below a heap of 64 MB. */
  static final StreamReadConstraints READ =
      StreamReadConstraints.builder()
          .maxDocumentLength(4 * 1024 * 1024)
          .maxStringLength(1024 * 1024)
          .maxNestingDepth(100)
          .maxNumberLength(100)
          .maxNameLength(10_000)
          .maxTokenCount(200_000)
          .build();

  /**
   * The nesting of objects and arrays in stored documents: less than when reading, so that clients
   * can send a response back that contains them.
   */
  static final int STORED_DEPTH = 50;

  private JsonLimits() {}
}
