package dev.slipway.driver.mysql;

import com.mysql.cj.MysqlConnection;
import com.mysql.cj.Query;
import com.mysql.cj.interceptors.QueryInterceptor;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.Message;
import com.mysql.cj.protocol.Resultset;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.a.NativePacketPayload;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends a statement that is in UTF-8 already. The JDBC driver takes a string, encodes it, and
 * reserves four bytes per character for its packet. Instead, it gets a short text here, and this
 * interceptor puts the statement into the packet. The driver creates an instance per connection.
 */
public final class LargeStatements implements QueryInterceptor {
  /** No SQL, so that the server rejects it if the driver ever sends it. */
  private static final String TEXT = "a large statement of Slipway";

  private static final byte[] TEXT_UTF8 = TEXT.getBytes(StandardCharsets.UTF_8);

  /** The driver sends a packet on the thread that executes the statement. */
  private static final ThreadLocal<byte[]> STATEMENT = new ThreadLocal<>();

  /** Executes something on a statement. */
  interface Execution {
    void execute(String sql) throws SQLException;
  }

  /** Executes a text for which the server gets the statement. */
  static void execute(byte[] utf8, Execution execution) throws SQLException {
    STATEMENT.set(utf8);
    try {
      execution.execute(TEXT);
    } finally {
      STATEMENT.remove();
    }
  }

  @Override
  public <M extends Message> @Nullable M preProcess(M packet) {
    byte[] statement = STATEMENT.get();
    if (statement == null || !(packet instanceof NativePacketPayload payload)) {
      return null;
    }
    byte[] buffer = payload.getByteBuffer();
    int start = payload.getPosition() - TEXT_UTF8.length;
    if (start > 0
        && Arrays.equals(buffer, start, payload.getPosition(), TEXT_UTF8, 0, TEXT_UTF8.length)) {
      byte[] whole = Arrays.copyOf(buffer, start + statement.length);
      System.arraycopy(statement, 0, whole, start, statement.length);
      STATEMENT.remove();
      payload.setByteBuffer(whole);
      payload.setPosition(whole.length);
      payload.setPayloadLength(whole.length);
    }
    return null;
  }

  @Override
  public QueryInterceptor init(MysqlConnection connection, Properties properties, Log log) {
    return this;
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // as the interface declares it
  public <T extends Resultset> @Nullable T preProcess(Supplier<String> sql, Query query) {
    return null;
  }

  @Override
  public boolean executeTopLevelOnly() {
    return false;
  }

  @Override
  public <T extends Resultset> @Nullable T postProcess(
      Supplier<String> sql, Query query, T result, ServerSession session) {
    return null;
  }

  @Override
  public void destroy() {}
}
