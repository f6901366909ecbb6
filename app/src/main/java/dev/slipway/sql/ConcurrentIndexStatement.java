package dev.slipway.sql;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the name out of a {@code CREATE INDEX CONCURRENTLY}. */
public final class ConcurrentIndexStatement {
  private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_$]*)";

  private static final Pattern CREATE =
      Pattern.compile(
          "(?is)\\s*CREATE\\s+(?:UNIQUE\\s+)?INDEX\\s+CONCURRENTLY\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?("
              + NAME
              + ")\\s+ON\\s+(?:ONLY\\s+)?(?:("
              + NAME
              + ")\\s*\\.\\s*)?"
              + NAME
              + ".*");

  private ConcurrentIndexStatement() {}

  /** The index as one would write it in a DROP INDEX: an index lives in its table's schema. */
  public static Optional<String> indexName(String sql) {
    Matcher matcher = CREATE.matcher(sql);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String schema = matcher.group(2);
    return Optional.of(schema == null ? matcher.group(1) : schema + "." + matcher.group(1));
  }
}
