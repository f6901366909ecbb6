package dev.slipway.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A statement, or a part of one, read from left to right. Of one thread. */
public final class TokenCursor {
  private final SqlTokens tokens;

  /** How many parentheses are open around each token, compared with the first. */
  private final int[] depths;

  private int at;

  /** A cursor before the first token. */
  public TokenCursor(SqlTokens tokens) {
    this.tokens = tokens;
    this.depths = new int[tokens.size()];
    int depth = 0;
    for (int i = 0; i < depths.length; i++) {
      depth -= i > 0 && tokens.symbol(i, ")") ? 1 : 0;
      depths[i] = depth;
      depth += tokens.symbol(i, "(") ? 1 : 0;
    }
  }

  /** Passes over these words if they are the next. */
  public boolean accept(String... words) {
    if (!matchesAt(at, words)) {
      return false;
    }
    at += words.length;
    return true;
  }

  /** Passes over one of these words if it is the next. */
  public boolean acceptAny(String... words) {
    for (String word : words) {
      if (accept(word)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of these words is the next. */
  public boolean nextIs(String... words) {
    return tokens.word(at, words);
  }

  /** Passes over a name; of {@code schema.table} the last part counts. */
  public Optional<String> name() {
    List<String> path = path();
    return path.isEmpty() ? Optional.empty() : Optional.of(path.getLast());
  }

  /** Passes over a name, and returns its parts in lower case; empty if no name is next. */
  public List<String> path() {
    List<String> path = new ArrayList<>();
    while (tokens.name(at)) {
      path.add(tokens.get(at++).text().toLowerCase(Locale.ROOT));
      if (!tokens.symbol(at, ".")) {
        break;
      }
      at++;
    }
    return path;
  }

  /** Passes over a symbol if it is the next. */
  public boolean acceptSymbol(String symbol) {
    boolean accepted = tokens.symbol(at, symbol);
    at += accepted ? 1 : 0;
    return accepted;
  }

  /** Passes over a pair of parentheses if it is next, and returns what it contains. */
  public Optional<TokenCursor> parenthesized() {
    if (!nextIsParenthesis()) {
      return Optional.empty();
    }
    int end = tokens.close(at);
    TokenCursor content = new TokenCursor(tokens.part(at + 1, end - 1));
    at = end;
    return Optional.of(content);
  }

  /** Passes over the next token. */
  public void skip() {
    at++;
  }

  /** Whether nothing is ahead. */
  public boolean atEnd() {
    return at >= tokens.size();
  }

  /** What is ahead. */
  public SqlTokens rest() {
    return tokens.part(Math.min(at, tokens.size()), tokens.size());
  }

  /** What is ahead, up to one of these words outside of parentheses, or to the end. */
  public TokenCursor before(String... words) {
    int end = at;
    while (end < tokens.size() && !(depths[end] == depths[at] && tokens.word(end, words))) {
      end++;
    }
    return new TokenCursor(tokens.part(Math.min(at, tokens.size()), end));
  }

  /** Passes over everything before these words, and over them, outside of parentheses. */
  public boolean skipPast(String... words) {
    int found = find(words);
    if (found < 0) {
      return false;
    }
    at = found + words.length;
    return true;
  }

  /** Whether these words follow each other somewhere ahead, outside of parentheses. */
  public boolean has(String... words) {
    return find(words) >= 0;
  }

  /** Whether it says {@code NAME=VALUE} or {@code NAME VALUE} somewhere ahead. */
  public boolean hasOption(String name, String value) {
    for (int i = at; i + 1 < tokens.size(); i++) {
      int behind = tokens.symbol(i + 1, "=") ? i + 2 : i + 1;
      if (tokens.word(i, name) && matchesAt(behind, value)) {
        return true;
      }
    }
    return false;
  }

  private int find(String... words) {
    for (int i = at; i < tokens.size(); i++) {
      if (depths[i] == 0 && matchesAt(i, words)) {
        return i;
      }
    }
    return -1;
  }

  private boolean matchesAt(int from, String... words) {
    return tokens.words(from, words);
  }

  /** What is ahead, split at its commas outside of parentheses. */
  public List<TokenCursor> parts() {
    List<TokenCursor> parts = new ArrayList<>();
    int from = at;
    for (int i = at; i < tokens.size(); i++) {
      if (depths[i] == 0 && tokens.symbol(i, ",")) {
        parts.add(new TokenCursor(tokens.part(from, i)));
        from = i + 1;
      }
    }
    parts.add(new TokenCursor(tokens.part(from, tokens.size())));
    return parts;
  }

  /** The functions that are called ahead, whatever the depth, in lower case. */
  public List<String> calls() {
    List<String> calls = new ArrayList<>();
    for (int i = at; i + 1 < tokens.size(); i++) {
      if (tokens.name(i) && tokens.symbol(i + 1, "(")) {
        calls.add(tokens.get(i).text().toLowerCase(Locale.ROOT));
      }
    }
    return calls;
  }

  /** Columns that the rest of the statement requires to be not NULL, at any depth. */
  public List<String> notNullColumns() {
    List<String> columns = new ArrayList<>();
    for (int i = at + 1; i < tokens.size(); i++) {
      if (matchesAt(i, "IS", "NOT", "NULL")) {
        columns.add(tokens.get(i - 1).text().toLowerCase(Locale.ROOT));
      }
    }
    return columns;
  }

  /** Whether a parenthesis is next. */
  public boolean nextIsParenthesis() {
    return tokens.symbol(at, "(");
  }

  /** The same from its beginning. */
  public TokenCursor restart() {
    return new TokenCursor(tokens);
  }

  /** A cursor at the same place, which moves by itself. */
  public TokenCursor copy() {
    TokenCursor copy = new TokenCursor(tokens);
    copy.at = at;
    return copy;
  }
}
