package dev.slipway.json;

import tools.jackson.core.StreamReadConstraints;

/** What a document may cost to read. */
final class JsonLimits {
  /** Far beyond any honest document, far below what fills a heap of 64 MB. */
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
   * How many objects and arrays may be inside one another in what is to be stored: less than what
   * is read, so that a document around it that is answered can be read again.
   */
  static final int STORED_DEPTH = 50;

  private JsonLimits() {}
}
