package dev.slipway.driver.sqlite;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.core.DB;
import org.sqlite.core.NativeDB;

/**
 * Runs a statement that is in UTF-8 already. The JDBC driver takes a string, of which it makes two
 * more copies before it calls the method that is called here.
 */
final class LargeStatements {
  private LargeStatements() {}

  static void execute(Statement statement, byte[] utf8) throws SQLException {
    DB database = statement.getConnection().unwrap(SQLiteConnection.class).getDatabase();
    try {
      Method exec = NativeDB.class.getDeclaredMethod("_exec_utf8", byte[].class);
      exec.setAccessible(true);
      int status = (int) exec.invoke(database, (Object) utf8);
      if (status != SQLiteErrorCode.SQLITE_OK.code) {
        database.throwex(status);
      }
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof SQLException failure ? failure : new SQLException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
