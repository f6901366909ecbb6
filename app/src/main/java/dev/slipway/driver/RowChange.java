package dev.slipway.driver;

import dev.slipway.ddl.KnownSchema;
import dev.slipway.ddl.ObjectName;
import dev.slipway.ddl.Table;
import dev.slipway.sql.TokenCursor;
import java.util.Optional;

/**
 * An UPDATE, DELETE, or MERGE of rows that were there before it.
 *
 * @param table whose rows change
 * @param all whether nothing limits how many rows change
 * @param keyed whether keys select the rows, so that it changes few of them and is fast
 */
public record RowChange(ObjectName table, boolean all, boolean keyed) {

  /** Reads a statement; empty if it changes no existing rows. */
  static Optional<RowChange> read(TokenCursor words, KnownSchema schema) {
    if (words.accept("MERGE")) {
      return merge(words);
    }
    if (words.accept("DELETE")) {
      if (!words.skipPast("FROM")) {
        return Optional.empty();
      }
    } else if (!words.accept("UPDATE")) {
      return Optional.empty();
    }
    while (words.acceptAny("ONLY", "LOW_PRIORITY", "IGNORE")) {
      // Neither changes which rows are selected.
    }
    return ObjectName.read(words).map(table -> read(table, words, schema));
  }

  private static RowChange read(ObjectName name, TokenCursor words, KnownSchema schema) {
    Optional<Table> table = schema.table(name);
    boolean joins = words.has("FROM") || words.has("USING") || words.has("JOIN");
    boolean limited = words.has("LIMIT");
    if (!words.skipPast("WHERE")) {
      return new RowChange(name, !limited, false);
    }
    RowCondition condition = RowCondition.read(words, table);
    boolean all = condition.isAlwaysTrue() || (joins && condition.isJoin());
    return new RowChange(name, all && !limited, condition.isKeyed());
  }

  private static Optional<RowChange> merge(TokenCursor words) {
    words.accept("INTO");
    words.accept("ONLY");
    Optional<ObjectName> table = ObjectName.read(words);
    if (table.isEmpty() || !words.skipPast("USING")) {
      return Optional.empty();
    }
    boolean constant =
        words
            .copy()
            .parenthesized()
            .filter(source -> source.nextIs("VALUES") || !source.has("FROM"))
            .isPresent();
    boolean all = words.has("MATCHED", "THEN", "UPDATE") || words.has("MATCHED", "THEN", "DELETE");
    boolean notMatched =
        words.has("NOT", "MATCHED", "THEN", "UPDATE") || words.has("BY", "SOURCE", "THEN");
    boolean changes = words.has("THEN", "UPDATE") || words.has("THEN", "DELETE");
    return changes
        ? Optional.of(new RowChange(table.get(), (all && !constant) || notMatched, constant))
        : Optional.empty();
  }
}
