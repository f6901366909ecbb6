package dev.slipway.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A statement, or a part of one, read from left to right. Of one thread. */
final class Words {
  private final List<Token> tokens;
  private final int depth;
  private int at;

  Words(List<Token> tokens) {
    this.tokens = tokens;
    this.depth = tokens.isEmpty() ? 0 : tokens.getFirst().depth();
  }

  /** Passes over these words if they are the next. */
  boolean take(String... words) {
    if (!standAt(at, words)) {
      return false;
    }
    at += words.length;
    return true;
  }

  /** Passes over one of these words if it is the next. */
  boolean takeOne(String... words) {
    for (String word : words) {
      if (take(word)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of these words is the next. */
  boolean next(String... words) {
    return at < tokens.size()
        && tokens.get(at).kind() == Token.Kind.WORD
        && Set.of(words).contains(tokens.get(at).text());
  }

  /** Passes over a name; of {@code schema.table} the last part counts. */
  Optional<String> name() {
    Optional<String> name = Optional.empty();
    while (at < tokens.size()
        && (tokens.get(at).kind() == Token.Kind.WORD || tokens.get(at).kind() == Token.Kind.NAME)) {
      name = Optional.of(tokens.get(at++).text().toLowerCase(Locale.ROOT));
      if (at >= tokens.size() || !tokens.get(at).symbol('.')) {
        break;
      }
      at++;
    }
    return name;
  }

  /** Passes over everything before these words, and over them, outside of parentheses. */
  boolean skipPast(String... words) {
    int found = find(words);
    if (found < 0) {
      return false;
    }
    at = found + words.length;
    return true;
  }

  /** Whether these words follow each other somewhere ahead, outside of parentheses. */
  boolean has(String... words) {
    return find(words) >= 0;
  }

  /** Whether it says {@code NAME=VALUE} or {@code NAME VALUE} somewhere ahead. */
  boolean says(String name, String value) {
    for (int i = at; i + 1 < tokens.size(); i++) {
      int behind = tokens.get(i + 1).symbol('=') ? i + 2 : i + 1;
      if (tokens.get(i).word(name) && standAt(behind, value)) {
        return true;
      }
    }
    return false;
  }

  private int find(String... words) {
    for (int i = at; i < tokens.size(); i++) {
      if (tokens.get(i).depth() == depth && standAt(i, words)) {
        return i;
      }
    }
    return -1;
  }

  private boolean standAt(int from, String... words) {
    if (from + words.length > tokens.size()) {
      return false;
    }
    for (int i = 0; i < words.length; i++) {
      if (!tokens.get(from + i).word(words[i])) {
        return false;
      }
    }
    return true;
  }

  /** What is ahead, split at its commas outside of parentheses. */
  List<Words> parts() {
    List<Words> parts = new ArrayList<>();
    List<Token> part = new ArrayList<>();
    for (Token token : tokens.subList(at, tokens.size())) {
      if (token.symbol(',') && token.depth() == depth) {
        parts.add(new Words(part));
        part = new ArrayList<>();
      } else {
        part.add(token);
      }
    }
    parts.add(new Words(part));
    return parts;
  }

  /** The functions that are called ahead, whatever the depth, in lower case. */
  List<String> calls() {
    List<String> calls = new ArrayList<>();
    for (int i = at; i + 1 < tokens.size(); i++) {
      boolean named =
          tokens.get(i).kind() == Token.Kind.WORD || tokens.get(i).kind() == Token.Kind.NAME;
      if (named && tokens.get(i + 1).symbol('(')) {
        calls.add(tokens.get(i).text().toLowerCase(Locale.ROOT));
      }
    }
    return calls;
  }

  /** Columns of which it is said ahead, whatever the depth, that they are not NULL. */
  List<String> notNulls() {
    List<String> columns = new ArrayList<>();
    for (int i = at + 1; i < tokens.size(); i++) {
      if (standAt(i, "IS", "NOT", "NULL")) {
        columns.add(tokens.get(i - 1).text().toLowerCase(Locale.ROOT));
      }
    }
    return columns;
  }

  /** Whether a parenthesis is next. */
  boolean parenthesis() {
    return at < tokens.size() && tokens.get(at).symbol('(');
  }

  /** The same from its beginning. */
  Words again() {
    return new Words(tokens);
  }
}
