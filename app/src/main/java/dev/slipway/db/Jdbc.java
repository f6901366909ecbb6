package dev.slipway.db;

import dev.slipway.config.Nearest;
import dev.slipway.fault.Fault;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sqlite.SQLiteConfig;

/**
 * DSNs in the drivers' own form, {@code jdbc:…}: passed through as they are, so that everything a
 * driver knows can be used. What the migrator needs is added where the URL does not say otherwise.
 */
final class Jdbc {
  private static final Pattern CREDENTIALS = Pattern.compile("//([^/?@]*(?:@[^/?@]*)*)@");
  private static final Pattern SECRETS =
      Pattern.compile("(?i)[?&]([^=&]*(?:pass|pwd|secret|token|key)[^=&]*)=([^&]*)");

  private Jdbc() {}

  static Dsn parse(String text) {
    Dialect dialect = dialect(text);
    Draft draft = new Draft(dialect);
    draft.url = text;
    Matcher secrets = SECRETS.matcher(text);
    while (secrets.find()) {
      draft.secret(secrets.group(2));
      draft.secret(URLDecoder.decode(secrets.group(2), StandardCharsets.UTF_8));
    }
    Matcher credentials = CREDENTIALS.matcher(text);
    if (credentials.find()) {
      int colon = credentials.group(1).indexOf(':');
      if (colon >= 0) {
        draft.secret(credentials.group(1).substring(colon + 1));
      }
    }
    int question = text.indexOf('?');
    String front = question < 0 ? text : text.substring(0, question);
    String names =
        question < 0
            ? ""
            : Arrays.stream(text.substring(question + 1).split("&"))
                .map(each -> each.replaceAll("=.*", "") + "=***")
                .collect(Collectors.joining("&", "?", ""));
    String masked = CREDENTIALS.matcher(front).replaceAll("//***@");
    draft.redacted = masked + names;
    draft.target = dialect.name() + " at " + masked.replaceFirst("jdbc:[a-z]+:(//)?", "");
    if (dialect instanceof Sqlite) {
      checkSqlite(draft, question < 0 ? "" : text.substring(question + 1));
      draft.file = front.substring("jdbc:sqlite:".length());
      draft.memory =
          draft.file.isEmpty() || text.contains(":memory:") || text.contains("mode=memory");
    }
    return Dsn.jdbc(draft);
  }

  private static Dialect dialect(String text) {
    if (text.startsWith("jdbc:postgresql:")) {
      return Postgres.DIALECT;
    }
    if (text.startsWith("jdbc:mysql:")) {
      return Mysql.DIALECT;
    }
    if (text.startsWith("jdbc:sqlite:")) {
      return Sqlite.DIALECT;
    }
    throw Fault.usage("no driver for this jdbc: URL is part of slipway")
        .hint("use jdbc:postgresql:, jdbc:mysql: or jdbc:sqlite:; for CockroachDB, cockroach://");
  }

  /** The driver takes an unknown parameter for a part of the file's name, and makes such a file. */
  private static void checkSqlite(Draft draft, String query) {
    if (draft.url.startsWith("jdbc:sqlite:file:")) {
      return;
    }
    List<String> known =
        Arrays.stream(SQLiteConfig.Pragma.values())
            .map(each -> each.pragmaName.toLowerCase(Locale.ROOT))
            .toList();
    Optional<String> unknown =
        Arrays.stream(query.split("&"))
            .filter(each -> !each.isEmpty())
            .map(each -> each.replaceAll("=.*", ""))
            .filter(each -> !known.contains(each.toLowerCase(Locale.ROOT)))
            .findFirst();
    if (unknown.isPresent()) {
      throw Fault.usage(
          "unknown parameter "
              + unknown.get()
              + " in the jdbc:sqlite: URL"
              + Nearest.question(unknown.get(), known));
    }
  }
}
