package dev.slipway.driver;

import java.util.List;
import java.util.stream.Stream;

/**
 * The statements that create a schema, in two parts with the rows between them. Immutable.
 *
 * @param preData what rows need: types, tables, and functions
 * @param postData what rows need not find, or would be disturbed by: constraints and indexes where
 *     they can come later, triggers, rules, policies, owners, and grants
 */
public record DumpSections(List<String> preData, List<String> postData) {
  /** Sections with copies of these. */
  public DumpSections {
    preData = List.copyOf(preData);
    postData = List.copyOf(postData);
  }

  /** All statements in order. */
  public List<String> all() {
    return Stream.concat(preData.stream(), postData.stream()).toList();
  }
}
