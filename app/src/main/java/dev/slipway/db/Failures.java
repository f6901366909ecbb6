package dev.slipway.db;

import dev.slipway.fault.ExitCode;
import java.io.EOFException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/** Reading drivers' exceptions. */
final class Failures {
  private Failures() {}

  /**
   * The first judgement among the exception, its causes and the ones chained to it. A certificate
   * that does not fit is the DSN's fault, although drivers call it a broken connection.
   */
  static ExitCode exitCode(SQLException e, Function<SQLException, Optional<ExitCode>> judge) {
    if (tls(e)) {
      return ExitCode.USAGE;
    }
    return all(e).stream()
        .filter(SQLException.class::isInstance)
        .map(SQLException.class::cast)
        .map(judge)
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(ExitCode.MIGRATION);
  }

  /** Whether certificates or keys are what failed. */
  static boolean tls(SQLException e) {
    return all(e).stream()
        .anyMatch(
            each ->
                each instanceof GeneralSecurityException
                    || each instanceof SSLException && !brokenOff(each));
  }

  /** A server that goes away in the middle of a handshake is away, and not misconfigured. */
  private static boolean brokenOff(Throwable e) {
    return all(e).stream()
        .anyMatch(each -> each instanceof EOFException || each instanceof SocketException);
  }

  /** The deepest cause that has something to say, in one line. */
  static String why(SQLException e) {
    String text = e.getMessage();
    for (Throwable each : all(e)) {
      if (each.getMessage() != null && !each.getMessage().isBlank()) {
        text =
            each instanceof UnknownHostException
                ? "unknown host " + each.getMessage()
                : each.getMessage();
      }
    }
    return text == null
        ? e.getClass().getSimpleName()
        : text.lines().findFirst().orElse("").strip();
  }

  private static List<Throwable> all(Throwable e) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> all = new ArrayList<>();
    collect(e, seen, all);
    return all;
  }

  private static void collect(Throwable e, Set<Throwable> seen, List<Throwable> all) {
    if (e == null || !seen.add(e)) {
      return;
    }
    all.add(e);
    if (e instanceof SQLException sql) {
      collect(sql.getNextException(), seen, all);
    }
    collect(e.getCause(), seen, all);
  }
}
