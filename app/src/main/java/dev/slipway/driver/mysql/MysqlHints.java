package dev.slipway.driver.mysql;

import dev.slipway.driver.SqlExceptions;
import dev.slipway.dsn.Dsn;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to do about an error of MySQL. */
final class MysqlHints {
  private static final String NO_PASSWORD =
      "the DSN has no password, or an empty one: check the variable or the key of the Secret that"
          + " it comes from, and write it as in user:password@host";
  private static final Pattern COMMAND = Pattern.compile("^([A-Za-z, ]+?) command denied to user");
  private static final Pattern DATABASE =
      Pattern.compile("for user '(.*)'@'(.*)' to database '(.*)'$");
  private static final Pattern PRIVILEGES =
      Pattern.compile("you need \\(at least one of\\) the (.+?) privilege");
  private static final Pattern ROUTINE = Pattern.compile("for routine '(.+?)\\.(.+)'$");

  private MysqlHints() {}

  /** The hint for a login that failed. */
  static String connect(Dsn dsn, SQLException e) {
    String message = Objects.requireNonNullElse(e.getMessage(), "");
    boolean plain = "DISABLED".equals(dsn.properties().get("sslMode"));
    return switch (e.getErrorCode()) {
      case 1045, 1698 ->
          message.contains("using password: NO")
              ? NO_PASSWORD
              : "check user and password in the DSN: in user:password@tcp(host) they are taken as"
                  + " they are, without %XX"
                  + (plain ? "; if the user must use TLS, set tls=true" : "");
      case 1049 ->
          "create the database first (slipway database create), or"
              + " correct its name in the DSN";
      case 1044 ->
          privilege(e, "", "", "")
              .orElse("let an administrator grant the user rights on this database");
      case 1040, 1203, 1226 ->
          "close connections that others leave open, or lower the pools of the services"
              + " (max_conns in their DSNs); or raise the server's limit (max_connections,"
              + " max_user_connections)";
      case 1129 -> "let an administrator run: FLUSH HOSTS (mysqladmin flush-hosts)";
      case 1130 ->
          "the user has no account for this host: let an administrator create one, as in CREATE"
              + " USER 'user'@'%'";
      case 3159 -> "the server accepts only TLS: set tls=true or tls=skip-verify in the DSN";
      case 1820, 1862 -> "the password has expired: let an administrator set a new one";
      case 3118 -> "the account is locked: let an administrator run ALTER USER … ACCOUNT UNLOCK";
      default -> connection(e, message);
    };
  }

  private static String connection(SQLException e, String message) {
    if (message.contains("SSL") && message.contains("not supported by server")) {
      return "the server offers no TLS: turn it on there, or, if the network can be trusted, set"
          + " tls=false in the DSN";
    }
    if (message.contains("Public Key Retrieval")) {
      return "set tls=true or tls=skip-verify in the DSN, so that the password is sent encrypted";
    }
    return SqlExceptions.isTlsFailure(e)
        ? "check tls, sslrootcert, sslcert and sslkey in the DSN, and the host's name"
        : "check host and port in the DSN, and that the server runs; --wait 60s waits for it";
  }

  /**
   * The hint for a missing privilege; empty for any other error.
   *
   * @param account the user and host of the account, as {@code CURRENT_USER()} has them; may be
   *     empty
   * @param database the current database
   * @param sql the statement
   */
  static Optional<String> privilege(SQLException e, String account, String database, String sql) {
    String message = Objects.requireNonNullElse(e.getMessage(), "");
    return switch (e.getErrorCode()) {
      case 1142, 1143 ->
          find(COMMAND, message)
              .map(m -> grant(m.group(1).toUpperCase(Locale.ROOT), all(database), account));
      case 1044 ->
          find(DATABASE, message)
              .map(
                  m ->
                      grant(
                          "ALL PRIVILEGES",
                          all(m.group(3)),
                          account.isEmpty() ? m.group(1) + "@" + m.group(2) : account));
      case 1227 -> find(PRIVILEGES, message).map(m -> grant(smallest(m.group(1)), "*.*", account));
      case 1370 ->
          find(ROUTINE, message)
              .map(
                  m ->
                      message.startsWith("execute")
                          ? grant(
                              "EXECUTE",
                              (sql.toUpperCase(Locale.ROOT).contains("CALL")
                                      ? "PROCEDURE "
                                      : "FUNCTION ")
                                  + MysqlQuoting.name(m.group(1))
                                  + "."
                                  + MysqlQuoting.name(m.group(2)),
                              account)
                          : grant("ALTER ROUTINE", all(m.group(1)), account));
      case 1410 -> Optional.of(grant("CREATE USER", "*.*", account));
      case 1045 -> Optional.of(grant("FILE", "*.*", account));
      case 1419 ->
          Optional.of(
              "let an administrator run: SET GLOBAL log_bin_trust_function_creators = 1 (RDS: in"
                  + " the parameter group)");
      default -> Optional.empty();
    };
  }

  private static Optional<Matcher> find(Pattern pattern, String message) {
    return Optional.of(pattern.matcher(message)).filter(Matcher::find);
  }

  private static String all(String database) {
    return MysqlQuoting.name(database) + ".*";
  }

  /** Of several privileges that suffice, the last one; SUPER comes first, and permits the most. */
  private static String smallest(String privileges) {
    List<String> all = Arrays.asList(privileges.split(",\\s*|\\s+or\\s+"));
    return all.getLast().strip();
  }

  private static String grant(String privileges, String object, String account) {
    int at = account.lastIndexOf('@');
    String to =
        at < 0
            ? "the user"
            : MysqlQuoting.literal(account.substring(0, at))
                + "@"
                + MysqlQuoting.literal(account.substring(at + 1));
    return "let an administrator run: GRANT " + privileges + " ON " + object + " TO " + to;
  }
}
