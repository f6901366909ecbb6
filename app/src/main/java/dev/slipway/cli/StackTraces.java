package dev.slipway.cli;

import dev.slipway.dsn.WrittenDsn;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stack traces for people, without the secrets that the messages of causes may contain. */
final class StackTraces {
  private StackTraces() {}

  /**
   * The stack trace of a failure. The message of a JDBC driver or a server is left out, as the
   * failure's own message contains it without secrets.
   */
  static String of(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    Set<Throwable> all = Collections.newSetFromMap(new IdentityHashMap<>());
    collect(failure, all);
    String trace = text.toString();
    for (Throwable each : all) {
      String shown =
          each instanceof SQLException sql
              ? each.getClass().getName() + " (SQLSTATE " + sql.getSQLState() + ")"
              : WrittenDsn.maskCredentials(each.toString());
      trace = trace.replace(each.toString(), shown);
    }
    return trace;
  }

  private static void collect(@Nullable Throwable e, Set<Throwable> all) {
    if (e == null || !all.add(e)) {
      return;
    }
    collect(e.getCause(), all);
    for (Throwable suppressed : e.getSuppressed()) {
      collect(suppressed, all);
    }
  }
}
