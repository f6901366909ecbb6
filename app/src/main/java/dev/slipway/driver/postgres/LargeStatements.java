package dev.slipway.driver.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Encoding;
import org.postgresql.core.QueryExecutorBase;

/**
 * Sends a statement that is in UTF-8 already. The JDBC driver takes a string, splits it into
 * characters, and encodes it, which are three more copies. Instead, it gets a short text here, and
 * an encoding that encodes that text as the statement.
 */
final class LargeStatements {
  /** No SQL, so that the server rejects it if the driver ever encodes it in another way. */
  private static final String TEXT = "a large statement of Slipway";

  private LargeStatements() {}

  /** Encodes one text as a statement, and every other one as UTF-8. */
  private static final class Substitution extends Encoding {
    private final byte[] statement;

    Substitution(byte[] statement) {
      super(StandardCharsets.UTF_8, true);
      this.statement = statement;
    }

    /** The driver ignores an encoding with the name of the one that it has. */
    @Override
    public String name() {
      return "UTF-8 with a large statement";
    }

    @Override
    public byte[] encode(String text) throws IOException {
      return text.equals(TEXT) ? statement : super.encode(text);
    }
  }

  /** Executes something on a statement. */
  interface Execution {
    void execute(String sql) throws SQLException;
  }

  /** Executes a text for which the server gets the statement. */
  static void execute(Statement statement, byte[] utf8, Execution execution) throws SQLException {
    QueryExecutorBase executor =
        (QueryExecutorBase)
            statement.getConnection().unwrap(BaseConnection.class).getQueryExecutor();
    Encoding encoding = executor.getEncoding();
    try {
      executor.setEncoding(new Substitution(utf8));
      try {
        execution.execute(TEXT);
      } finally {
        executor.setEncoding(encoding);
      }
    } catch (IOException e) {
      throw new SQLException("the connection broke", "08006", e);
    }
  }
}
