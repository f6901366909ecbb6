package dev.slipway.sql;

import dev.slipway.sql.SqlScript.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A migration file as its statements' words, and its comments.
 *
 * @param script the text
 * @param statements its statements
 * @param comments in order
 */
public record TokenizedScript(
    SqlScript script, List<TokenizedStatement> statements, List<Comment> comments) {

  /** A statement and what it is made of. */
  public record TokenizedStatement(Statement statement, SqlTokens tokens) {
    public TokenCursor cursor() {
      return new TokenCursor(tokens);
    }
  }

  /**
   * A comment, and the statement that it belongs to, from 0: the one that it stands in, the one
   * that ends on its line, or the next.
   */
  public record Comment(int offset, String text, int statement) {}

  /** Reads the tokens and the comments of a script. */
  public static TokenizedScript of(SqlScript script) {
    List<Statement> statements = script.statements();
    List<SqlTokens> tokens = SqlTokens.of(script, 1).statements(script);
    List<TokenizedStatement> tokenized = new ArrayList<>();
    for (int i = 0; i < statements.size(); i++) {
      tokenized.add(new TokenizedStatement(statements.get(i), tokens.get(i)));
    }
    List<Comment> comments = new ArrayList<>();
    script.scan(
        new SqlScript.TokenListener() {
          @Override
          public void comment(int start, int end) {
            String text = script.text().substring(start, end);
            comments.add(new Comment(start, text, statementOf(start, script)));
          }
        });
    return new TokenizedScript(script, List.copyOf(tokenized), List.copyOf(comments));
  }

  private static int statementOf(int comment, SqlScript script) {
    List<Statement> statements = script.statements();
    int last = -1;
    while (last + 1 < statements.size() && statements.get(last + 1).start() < comment) {
      last++;
    }
    if (last < 0) {
      return 0;
    }
    int end = statements.get(last).end();
    boolean onItsLine = comment < end || script.text().substring(end, comment).indexOf('\n') < 0;
    return onItsLine ? last : last + 1;
  }

  /** The line that an offset is on. */
  public int line(int offset) {
    return script.position(offset).line();
  }
}
