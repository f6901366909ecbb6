package dev.slipway.audit;

import dev.slipway.db.Dialect;
import dev.slipway.migrate.SqlScript;
import dev.slipway.migrate.SqlScript.Statement;
import dev.slipway.migrate.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A migration file as its statements' words, and its comments.
 *
 * @param step the file as it would run
 * @param sentences its statements
 * @param comments in order
 */
record Script(Step step, List<Sentence> sentences, List<Comment> comments) {

  /** A statement and what it is made of. */
  record Sentence(Statement statement, List<Token> tokens) {
    Words words() {
      return new Words(tokens);
    }
  }

  /**
   * A comment, and the statement that it belongs to, from 0: the one that it stands in, the one
   * that ends on its line, or the next.
   */
  record Comment(int offset, String text, int statement) {}

  static Script of(Step step, Dialect dialect) {
    SqlScript sql = step.script();
    List<Statement> statements = sql.statements();
    List<List<Token>> tokens = new ArrayList<>();
    statements.forEach(_ -> tokens.add(new ArrayList<>()));
    List<Comment> comments = new ArrayList<>();
    sql.tell(
        dialect,
        new SqlScript.Listener() {
          private int current;
          private int depth;
          private int last = -1;

          @Override
          public void token(int start, int end) {
            while (current < statements.size() && start >= statements.get(current).end()) {
              current++;
              depth = 0;
            }
            if (current == statements.size() || start < statements.get(current).start()) {
              return;
            }
            last = current;
            Token token = of(sql.text().substring(start, end));
            depth -= token.symbol(')') ? 1 : 0;
            tokens.get(current).add(new Token(token.kind(), token.text(), depth));
            depth += token.symbol('(') ? 1 : 0;
          }

          @Override
          public void comment(int start, int end) {
            boolean within = last >= 0 && start < statements.get(last).end();
            boolean behind =
                last >= 0
                    && !within
                    && sql.text().substring(statements.get(last).end(), start).indexOf('\n') < 0;
            comments.add(
                new Comment(
                    start, sql.text().substring(start, end), within || behind ? last : last + 1));
          }

          private Token of(String text) {
            char first = text.charAt(0);
            boolean name = first == '`' || first == '[' || first == '"' && !mysql();
            if (text.length() > 1 && name) {
              return new Token(Token.Kind.NAME, text.substring(1, text.length() - 1), depth);
            }
            if (Character.isLetter(first) || first == '_') {
              return new Token(Token.Kind.WORD, text.toUpperCase(Locale.ROOT), depth);
            }
            boolean string = text.length() > 1 && (first == '\'' || first == '"' || first == '$');
            return new Token(string ? Token.Kind.STRING : Token.Kind.SYMBOL, text, depth);
          }

          private boolean mysql() {
            return dialect.kind() == Dialect.Kind.MYSQL;
          }
        });
    List<Sentence> sentences = new ArrayList<>();
    for (int i = 0; i < statements.size(); i++) {
      sentences.add(new Sentence(statements.get(i), tokens.get(i)));
    }
    return new Script(step, List.copyOf(sentences), List.copyOf(comments));
  }

  /** The line that an offset is on. */
  int line(int offset) {
    return step.script().place(offset).line();
  }
}
