package dev.slipway.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The statements that run as parts of another one: those in the body of DO, the texts of EXECUTE in
 * it as far as they are known, and the parts of WITH.
 */
public final class NestedStatements {
  private static final String[] STARTS = {
    "CREATE",
    "ALTER",
    "DROP",
    "TRUNCATE",
    "UPDATE",
    "DELETE",
    "INSERT",
    "MERGE",
    "WITH",
    "LOCK",
    "REFRESH",
    "REVOKE",
    "GRANT",
    "CLUSTER",
    "REINDEX",
    "EXECUTE"
  };

  private static final int DEPTH_MAX = 8;

  private NestedStatements() {}

  /** The statement itself and all that run as its parts; only those parts for DO and WITH. */
  public static List<SqlTokens> of(SqlTokens statement) {
    List<SqlTokens> all = new ArrayList<>();
    collect(statement, all, 0);
    return all;
  }

  private static void collect(SqlTokens statement, List<SqlTokens> all, int depth) {
    if (depth > DEPTH_MAX) {
      return;
    }
    if (statement.word(0, "WITH")) {
      with(statement, all, depth + 1);
    } else if (statement.word(0, "DO")) {
      block(statement, all, depth + 1);
    } else {
      all.add(statement);
    }
  }

  private static void with(SqlTokens tokens, List<SqlTokens> all, int depth) {
    int at = tokens.word(1, "RECURSIVE") ? 2 : 1;
    while (tokens.name(at)) {
      at++;
      at = tokens.symbol(at, "(") ? tokens.close(at) : at;
      if (!tokens.word(at, "AS")) {
        break;
      }
      while (at < tokens.size() && !tokens.symbol(at, "(")) {
        at++;
      }
      int end = tokens.close(at);
      collect(tokens.part(Math.min(at + 1, tokens.size()), end - 1), all, depth);
      at = end;
      if (!tokens.symbol(at, ",")) {
        break;
      }
      at++;
    }
    collect(tokens.part(Math.min(at, tokens.size()), tokens.size()), all, depth);
  }

  private static void block(SqlTokens statement, List<SqlTokens> all, int depth) {
    for (int i = 1; i < statement.size(); i++) {
      if (statement.string(i) && !statement.word(i - 1, "LANGUAGE")) {
        SqlTokens body = SqlTokens.of(statement.get(i).text(), statement.syntax(), 1);
        blockStatements(body, all, depth);
        return;
      }
    }
  }

  private static void blockStatements(SqlTokens body, List<SqlTokens> all, int depth) {
    for (int i = 0; i < body.size(); i++) {
      boolean starts =
          (i == 0
                  || body.symbol(i - 1, ";")
                  || body.symbol(i - 1, ">")
                  || body.word(i - 1, "BEGIN", "THEN", "ELSE", "LOOP"))
              && body.word(i, STARTS);
      if (!starts) {
        continue;
      }
      int end = body.statementEnd(i);
      if (body.word(i, "EXECUTE")) {
        executed(body, i + 1, end).forEach(tokens -> split(tokens, all, depth));
      } else {
        collect(body.part(i, end), all, depth);
      }
      i = end;
    }
  }

  private static List<SqlTokens> executed(SqlTokens body, int from, int end) {
    int stop = from;
    while (stop < end && !body.word(stop, "USING", "INTO")) {
      stop++;
    }
    return DynamicSqlEvaluator.values(body, from, stop, _ -> Optional.empty()).stream()
        .flatMap(List::stream)
        .map(text -> SqlTokens.of(text, body.syntax(), 1))
        .toList();
  }

  private static void split(SqlTokens tokens, List<SqlTokens> all, int depth) {
    for (int from = 0; from < tokens.size(); from = tokens.statementEnd(from) + 1) {
      collect(tokens.part(from, tokens.statementEnd(from)), all, depth + 1);
    }
  }
}
