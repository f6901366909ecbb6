package dev.slipway.migration;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A migration's version: one or more numbers, compared number by number as Flyway does, so that
 * {@code 1.0} equals {@code 1} and {@code 9} comes before {@code 10}. Prints as it was written.
 */
public final class MigrationVersion implements Comparable<MigrationVersion> {
  private final String text;
  private final List<BigInteger> parts;

  private MigrationVersion(String text, List<BigInteger> parts) {
    this.text = text;
    this.parts = parts;
  }

  /**
   * Reads numbers separated by dots or underscores. It has no use for patterns: at a server's start
   * they would take longer than all else that is done with a file's name.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static MigrationVersion of(String text) {
    String dotted = text.replace('_', '.');
    List<BigInteger> parts = new ArrayList<>();
    int from = 0;
    for (int at = 0; at <= dotted.length(); at++) {
      if (at == dotted.length() || dotted.charAt(at) == '.') {
        if (at == from) {
          throw new IllegalArgumentException("not a version: " + text);
        }
        parts.add(new BigInteger(dotted.substring(from, at)));
        from = at + 1;
      } else if (dotted.charAt(at) < '0' || dotted.charAt(at) > '9') {
        throw new IllegalArgumentException("not a version: " + text);
      }
    }
    int length = parts.size();
    while (length > 1 && parts.get(length - 1).signum() == 0) {
      length--;
    }
    return new MigrationVersion(dotted, List.copyOf(parts.subList(0, length)));
  }

  @Override
  public int compareTo(MigrationVersion other) {
    for (int i = 0; i < Math.max(parts.size(), other.parts.size()); i++) {
      BigInteger mine = i < parts.size() ? parts.get(i) : BigInteger.ZERO;
      BigInteger theirs = i < other.parts.size() ? other.parts.get(i) : BigInteger.ZERO;
      int order = mine.compareTo(theirs);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MigrationVersion version && parts.equals(version.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
