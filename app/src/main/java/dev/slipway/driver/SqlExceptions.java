package dev.slipway.driver;

import dev.slipway.dsn.Dsn;
import dev.slipway.error.Excerpt;
import dev.slipway.error.ExitCode;
import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Reads the exceptions of JDBC drivers. */
public final class SqlExceptions {
  private static final int MESSAGE_CHARS_MAX = 2000;
  private static final int DETAIL_CHARS_MAX = 4000;

  /** A quoted value, in contrast to a quoted name. */
  private static final Pattern VALUE =
      Pattern.compile("((?:: |[Ee]ntry |[Vv]alue:? ))(['\"])(?:(?! for (?:key|column) ).)*\\2");

  private SqlExceptions() {}

  /**
   * The first verdict among the exception, its causes and the ones chained to it. A certificate
   * that does not fit is the DSN's fault, although drivers call it a broken connection.
   */
  public static ExitCode exitCode(
      SQLException e, Function<SQLException, Optional<ExitCode>> judge) {
    if (isTlsFailure(e)) {
      return ExitCode.USAGE;
    }
    return chain(e).stream()
        .filter(SQLException.class::isInstance)
        .map(SQLException.class::cast)
        .map(judge)
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(ExitCode.MIGRATION);
  }

  /** Whether the condition holds for the exception, one of its causes, or one chained to it. */
  public static boolean anyMatch(SQLException e, Predicate<SQLException> condition) {
    return chain(e).stream()
        .filter(SQLException.class::isInstance)
        .map(SQLException.class::cast)
        .anyMatch(condition);
  }

  /** The SQLSTATE of the first exception of a database among the causes of a failure. */
  public static Optional<String> sqlState(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SQLException e && e.getSQLState() != null) {
        return Optional.of(e.getSQLState());
      }
    }
    return Optional.empty();
  }

  /** Whether the connection is lost: broken, or ended by the server; a silence does not count. */
  public static boolean isConnectionLost(SQLException e) {
    return !isSilence(e)
        && chain(e).stream()
            .filter(SQLException.class::isInstance)
            .map(each -> ((SQLException) each).getSQLState())
            .filter(Objects::nonNull)
            .anyMatch(
                state ->
                    state.startsWith("08") || List.of("57P01", "57P02", "57P03").contains(state));
  }

  /** Whether the other end sent nothing within the time of the socket. */
  public static boolean isSilence(SQLException e) {
    return chain(e).stream().anyMatch(SocketTimeoutException.class::isInstance);
  }

  /** Whether certificates or keys are what failed. */
  public static boolean isTlsFailure(SQLException e) {
    return chain(e).stream()
        .anyMatch(
            each ->
                each instanceof GeneralSecurityException
                    || (each instanceof SSLException && !isBrokenConnection(each)));
  }

  /** A server that closes the connection during a handshake is unavailable, not misconfigured. */
  private static boolean isBrokenConnection(Throwable e) {
    return chain(e).stream()
        .anyMatch(each -> each instanceof EOFException || each instanceof SocketException);
  }

  /**
   * The server's message in one line with its code, without secrets of the DSNs: {@code relation
   * "a" does not exist (SQLSTATE 42P01)}.
   */
  public static String describe(SQLException e, Dsn... dsns) {
    return describe(
        String.valueOf(e.getMessage())
            .lines()
            // The position is in the statement; a migration's error names file, line, and column.
            .filter(each -> !each.startsWith("  Position:"))
            .map(String::strip)
            .filter(each -> !each.isEmpty())
            .collect(Collectors.joining(" ")),
        e,
        dsns);
  }

  /** The first line of {@link #describe}: details of a failed statement may quote a password. */
  public static String describeBriefly(SQLException e, Dsn dsn) {
    return describe(String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip(), e, dsn);
  }

  /**
   * As {@link #describe}, without values of rows, which servers quote in errors of these classes:
   * {@code Duplicate entry '***' for key 'u.email' (SQLSTATE 23000)}.
   */
  public static String describeWithoutValues(SQLException e, Dsn dsn) {
    String message = describe(e, dsn);
    String state = Objects.requireNonNullElse(e.getSQLState(), "");
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("HY")
        ? VALUE.matcher(message).replaceAll("$1$2***$2")
        : message;
  }

  /**
   * What the server adds to its message, each after a line break, without secrets of the DSN and
   * shortened.
   *
   * @param diagnostics as {@link DatabaseDriver#diagnostics} reads them
   */
  public static String details(List<String> diagnostics, Dsn dsn) {
    return diagnostics.stream()
        .map(each -> "\n" + Excerpt.of(dsn.redact(each), DETAIL_CHARS_MAX).replace("\n", "\n  "))
        .collect(Collectors.joining());
  }

  private static String describe(String message, SQLException e, Dsn... dsns) {
    String line = message;
    // Before the message is cut, which could leave the start of a secret.
    for (Dsn dsn : dsns) {
      line = dsn.redact(line);
    }
    String code =
        e.getSQLState() != null
            ? " (SQLSTATE " + e.getSQLState() + ")"
            : e.getErrorCode() > 0 ? " (code " + e.getErrorCode() + ")" : "";
    return Excerpt.of(line, MESSAGE_CHARS_MAX) + code;
  }

  /** The message of the deepest cause that has one, in one line. */
  public static String message(SQLException e) {
    String text = e.getMessage();
    for (Throwable each : chain(e)) {
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

  private static List<Throwable> chain(Throwable e) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> all = new ArrayList<>();
    collect(e, seen, all);
    return all;
  }

  private static void collect(@Nullable Throwable e, Set<Throwable> seen, List<Throwable> all) {
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
