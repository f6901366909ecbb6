package dev.slipway.driver.postgres;

import dev.slipway.driver.NoticeHandler;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.dsn.Dsn;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/** What to do about an error of PostgreSQL, CockroachDB, or a pooler before them. */
final class PostgresHints {
  private static final String TLS_OFF =
      "the server offers no TLS: turn it on there, or, if the network can be trusted, set"
          + " sslmode=disable in the DSN";
  private static final String NO_PASSWORD =
      "the DSN has no password, or an empty one: check the variable or the key of the Secret that"
          + " it comes from, and write it as in user:password@host";
  private static final String ADDRESS =
      "check host and port in the DSN, and that the server runs; --wait 60s waits for it";
  private static final Pattern HBA =
      Pattern.compile("host \"([^\"]+)\", user \"([^\"]+)\", database \"([^\"]+)\"");
  private static final Pattern ROLE = Pattern.compile("role \"(.+)\"");

  private PostgresHints() {}

  /** The hint for a login that failed. */
  static String connect(Dsn dsn, SQLException e) {
    String message = Objects.requireNonNullElse(e.getMessage(), "");
    boolean noPassword = !dsn.isJdbc() && !dsn.properties().containsKey("password");
    return switch (Objects.requireNonNullElse(e.getSQLState(), "")) {
      case "28P01" ->
          noPassword
              ? NO_PASSWORD
              : "check user and password in the DSN; in it, write @ as %40, : as %3A, / as"
                  + " %2F and % as %25";
      case "28000" -> rejectedLogin(message);
      case "3D000" ->
          "create the database first (slipway database create), or"
              + " correct its name at the end of the DSN";
      case "42501" ->
          privilege(message, List.of(), user(dsn), "", "", "CONNECT")
              .orElse("let an administrator grant the login the right to connect");
      case "53300" -> tooManyConnections(message);
      case "57P03" -> "the server is starting or stopping; --wait 60s waits for it";
      case "08004" -> rejectedByDriver(message, noPassword);
      case StatementPoolingException.STATE -> StatementPoolingException.HINT;
      case "22023", "42704" ->
          "correct the parameter in the DSN: options, or one of its own such as" + " search_path";
      case "08P01" -> pooler(message, noPassword);
      default ->
          SqlExceptions.isTlsFailure(e)
              ? "check sslmode, sslrootcert, sslcert and sslkey in the DSN, and the host's name"
              : ADDRESS;
    };
  }

  /** Errors of the JDBC driver itself; its messages may be translated, but not "SSL". */
  private static String rejectedByDriver(String message, boolean noPassword) {
    if (message.contains("SSL")) {
      return TLS_OFF;
    }
    if (message.toLowerCase(Locale.ROOT).contains("channel binding")) {
      return "the server or a pooler before it cannot do channel binding: set"
          + " channel_binding=prefer in the DSN, or connect to the server itself";
    }
    return noPassword || message.contains("no password") || message.contains("empty string")
        ? NO_PASSWORD
        : "the server asks for a login that the JDBC driver cannot do: change the method in its"
            + " pg_hba.conf, for example to scram-sha-256";
  }

  private static String rejectedLogin(String message) {
    Matcher role = ROLE.matcher(message);
    if (message.contains("pg_hba.conf")) {
      return missingHbaEntry(message);
    }
    if (message.contains("not permitted to log in") && role.find()) {
      return "let an administrator run: ALTER ROLE " + quote(role.group(1)) + " LOGIN";
    }
    if (message.contains("does not exist")) {
      return "correct the user in the DSN, or create the login (slipway database create)";
    }
    if (message.contains("certificate")) {
      return "the server asks for a client certificate: set sslcert and sslkey in the DSN";
    }
    if (message.startsWith("FATAL: Peer") || message.startsWith("FATAL: Ident")) {
      return "over a unix socket, the server wants the operating system's user of the same name:"
          + " connect to host 127.0.0.1 with a password, or change pg_hba.conf";
    }
    return "check user and TLS in the DSN against the server's pg_hba.conf";
  }

  private static String missingHbaEntry(String message) {
    boolean plain = message.contains("no encryption") || message.contains("SSL off");
    Matcher names = HBA.matcher(message);
    String line = "";
    if (names.find()) {
      String host = names.group(1);
      line =
          ": "
              + (plain ? "host " : "hostssl ")
              + quote(names.group(3))
              + " "
              + quote(names.group(2))
              + " "
              + host
              + (host.indexOf(':') >= 0 ? "/128" : "/32")
              + " scram-sha-256";
    }
    return (plain
            ? "set sslmode=require in the DSN, if the server accepts only TLS; or let"
            : "let")
        + " an administrator add a line to the server's pg_hba.conf and reload it"
        + line;
  }

  private static String tooManyConnections(String message) {
    Matcher role = ROLE.matcher(message);
    if (message.contains("for role") && role.find()) {
      return "close connections of this login, or let an administrator run: ALTER ROLE "
          + quote(role.group(1))
          + " CONNECTION LIMIT -1";
    }
    return "close connections that others leave open, or lower the pools of the services"
        + " (max_conns in their DSNs); or raise the server's limit (max_connections)";
  }

  /** A pooler reports most of its errors with the code of a protocol violation. */
  private static String pooler(String message, boolean noPassword) {
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("ssl required") || lower.contains("tls required")) {
      return "set sslmode=require in the DSN";
    }
    if (lower.contains("auth") || lower.contains("password") || lower.contains("no such user")) {
      return noPassword ? NO_PASSWORD : "check user and password in the DSN and in the pooler";
    }
    if (lower.contains("no such database") || lower.contains("does not exist")) {
      return "correct the database's name in the DSN, or add it to the pooler's configuration";
    }
    if (lower.contains("endpoint id")) {
      return "the host's name must reach the server: leave sslsni on, or add"
          + " options=endpoint%3D<endpoint> to the DSN";
    }
    return "a pooler such as PgBouncer may stand between: give the migrator the server's"
        + " own address";
  }

  private static String user(Dsn dsn) {
    return dsn.properties().getOrDefault("user", "");
  }

  /** A kind of message about a privilege, and the statement that grants it. */
  private record Grant(Pattern pattern, BiFunction<Matcher, Statement, String> sql) {
    static Grant of(String pattern, BiFunction<Matcher, Statement, String> sql) {
      return new Grant(Pattern.compile(pattern), sql);
    }
  }

  /** The statement that failed, and who has sent it where. */
  private record Statement(
      List<String> details, String user, String database, String schema, String sql) {
    String grant(String privileges, String object) {
      return "GRANT " + privileges + " ON " + object + " TO " + quote(user);
    }

    /** The table as the statement writes it, or in the schema of the run. */
    String qualified(String table) {
      Matcher name =
          Pattern.compile(
                  "(?i)(\"(?:[^\"]|\"\")+\"|[\\w$]+)\\s*\\.\\s*\"?" + Pattern.quote(table) + "\\b")
              .matcher(sql);
      if (name.find()) {
        String given = name.group(1);
        return (given.startsWith("\"") ? given : quote(given.toLowerCase(Locale.ROOT)))
            + "."
            + quote(table);
      }
      return (schema.isEmpty() ? "" : quote(schema) + ".") + quote(table);
    }

    /** The privileges on tables that the statement needs. */
    String tablePrivileges() {
      List<String> needed =
          List.of("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES").stream()
              .filter(each -> Pattern.compile("(?i)\\b" + each + "\\b").matcher(sql).find())
              .toList();
      return needed.isEmpty() ? "SELECT, INSERT, UPDATE, DELETE" : String.join(", ", needed);
    }

    String createExtension(String name) {
      // The server's hint tells trusted extensions, which need no superuser, from others.
      return details.stream().anyMatch(each -> each.contains("CREATE privilege"))
          ? grant("CREATE", "DATABASE " + quote(database))
          : "CREATE EXTENSION IF NOT EXISTS " + quote(name);
    }
  }

  private static final List<Grant> GRANTS =
      List.of(
          Grant.of(
              "permission denied for schema (.+)",
              (m, s) -> s.grant("USAGE, CREATE", "SCHEMA " + quote(m.group(1)))),
          Grant.of(
              "permission denied for database \"?(.+?)\"?$",
              (m, s) ->
                  s.grant(
                      s.sql().equals("CONNECT") ? "CONNECT" : "CREATE",
                      "DATABASE " + quote(m.group(1)))),
          Grant.of(
              "permission denied to create temporary tables in database \"(.+)\"",
              (m, s) -> s.grant("TEMPORARY", "DATABASE " + quote(m.group(1)))),
          Grant.of(
              "permission denied for sequence (.+)",
              (m, s) -> s.grant("USAGE, SELECT, UPDATE", "SEQUENCE " + s.qualified(m.group(1)))),
          Grant.of(
              "permission denied for (?:table|view|materialized view|foreign table|relation) (.+)",
              (m, s) -> s.grant(s.tablePrivileges(), "TABLE " + s.qualified(m.group(1)))),
          Grant.of(
              "permission denied for (function|procedure|aggregate|routine) (.+)",
              (m, s) -> s.grant("EXECUTE", "ROUTINE " + s.qualified(m.group(2)))),
          Grant.of(
              "permission denied for (type|language|foreign-data wrapper|foreign server) (.+)",
              (m, s) ->
                  s.grant(
                      "USAGE",
                      m.group(1).replace('-', ' ').toUpperCase(Locale.ROOT)
                          + " "
                          + quote(m.group(2)))),
          Grant.of(
              "permission denied for tablespace (.+)",
              (m, s) -> s.grant("CREATE", "TABLESPACE " + quote(m.group(1)))),
          Grant.of(
              "permission denied to create extension \"(.+)\"",
              (m, s) -> s.createExtension(m.group(1))),
          Grant.of(
              "permission denied to set parameter \"(.+)\"",
              (m, s) -> s.grant("SET", "PARAMETER " + m.group(1))),
          Grant.of(
              "permission denied to create role",
              (m, s) -> "ALTER ROLE " + quote(s.user()) + " CREATEROLE"),
          Grant.of(
              "permission denied to create database",
              (m, s) -> "ALTER ROLE " + quote(s.user()) + " CREATEDB"),
          Grant.of(
              "(?:member of role|able to SET ROLE) \"(.+)\"",
              (m, s) -> "GRANT " + quote(m.group(1)) + " TO " + quote(s.user())),
          Grant.of(
              "permission denied to set role \"(.+)\"",
              (m, s) -> "GRANT " + quote(m.group(1)) + " TO " + quote(s.user())),
          Grant.of(
              "must be owner of (?:table|relation|view|materialized view|sequence|index) (.+)",
              (m, s) -> "ALTER TABLE " + s.qualified(m.group(1)) + " OWNER TO " + quote(s.user())),
          Grant.of(
              "must be owner of (schema|database|type|extension|language) (.+)",
              (m, s) ->
                  "ALTER "
                      + m.group(1).toUpperCase(Locale.ROOT)
                      + " "
                      + quote(m.group(2))
                      + " OWNER TO "
                      + quote(s.user())),
          // CockroachDB
          Grant.of(
              "does not have (\\w+) privilege on (database|schema|type) (\\S+)",
              (m, s) ->
                  s.grant(m.group(1), m.group(2).toUpperCase(Locale.ROOT) + " " + m.group(3))),
          Grant.of(
              "does not have (\\w+) privilege on (?:relation|table|sequence|view) (\\S+)",
              (m, s) -> s.grant(m.group(1), "TABLE " + s.qualified(m.group(2)))),
          Grant.of(
              "does not have (\\w+) (?:system )?privilege",
              (m, s) -> "GRANT SYSTEM " + m.group(1) + " TO " + quote(s.user())));

  /**
   * The hint for a missing privilege; empty where the message names none.
   *
   * @param details what the server adds to its message
   * @param user the role that has sent the statement
   * @param schema the schema of tables without one
   * @param sql the statement
   */
  static Optional<String> privilege(
      String message,
      List<String> details,
      String user,
      String database,
      String schema,
      String sql) {
    Statement statement = new Statement(details, user, database, schema, sql);
    for (Grant grant : GRANTS) {
      Matcher matcher = grant.pattern().matcher(message);
      if (matcher.find()) {
        boolean publicSchema = message.contains("for schema public");
        String remedy = grant.sql().apply(matcher, statement);
        return Optional.of(
            (remedy.startsWith("CREATE EXTENSION")
                    ? "let a superuser run: "
                    : "let the owner or an administrator run: ")
                + remedy
                + (publicSchema
                    ? " (since PostgreSQL 15, only its owner may create objects in public)"
                    : ""));
      }
    }
    return Optional.empty();
  }

  /** What the server adds to its message, one text for each field. */
  static List<String> diagnostics(SQLException e) {
    ServerErrorMessage message = serverMessage(e);
    if (message == null) {
      return List.of();
    }
    return Stream.of(
            field("DETAIL", message.getDetail()),
            field("HINT", message.getHint()),
            field("QUERY", message.getInternalQuery()),
            field("CONTEXT", message.getWhere()))
        .flatMap(Optional::stream)
        .toList();
  }

  /** A notice with its severity. Its context is left out, as psql does. */
  static String notice(SQLWarning warning) {
    ServerErrorMessage message = serverMessage(warning);
    return message == null
        ? "WARNING: " + warning.getMessage()
        : Stream.concat(
                Stream.of(message.getSeverity() + ": " + message.getMessage()),
                Stream.of(field("DETAIL", message.getDetail()), field("HINT", message.getHint()))
                    .flatMap(Optional::stream))
            .collect(Collectors.joining("\n"));
  }

  /** Hands out a chain of notices, of which one may stand for many. */
  static void notices(@Nullable SQLWarning first, NoticeHandler notices) {
    for (SQLWarning each = first; each != null; each = each.getNextWarning()) {
      ServerErrorMessage message = serverMessage(each);
      long omitted =
          message == null
              ? 0
              : ServerMessageStream.omitted(message.getRoutine(), message.getMessage());
      if (omitted > 0) {
        notices.more(omitted);
      } else {
        notices.accept(notice(each));
      }
    }
  }

  private static @Nullable ServerErrorMessage serverMessage(SQLException e) {
    return switch (e) {
      case PSQLException error -> error.getServerErrorMessage();
      case PSQLWarning warning -> warning.getServerErrorMessage();
      default -> null;
    };
  }

  private static Optional<String> field(String name, @Nullable String text) {
    return text == null || text.isBlank() ? Optional.empty() : Optional.of(name + ": " + text);
  }

  private static String quote(String name) {
    return SqlQuoting.identifier(name);
  }
}
