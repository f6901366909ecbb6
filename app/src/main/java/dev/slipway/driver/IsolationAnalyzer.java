package dev.slipway.driver;

import dev.slipway.sql.DynamicSqlEvaluator;
import dev.slipway.sql.SqlFile;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.SqlTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the statements of migration files that reach beyond the database that they run in. What
 * cannot be analyzed counts as such a statement. Used once, by one thread.
 */
public abstract class IsolationAnalyzer {
  public static final String DYNAMIC = "runs SQL that cannot be analyzed";
  static final String FOREIGN = "writes to a table on another server";
  static final String SHARED = "writes to a catalog that all databases of the server share";

  private final SqlSyntax syntax;
  private final Set<ExternalEffect> effects = new LinkedHashSet<>();
  private final Set<String> foreignTables = new HashSet<>();
  private final Set<String> sharedViews = new HashSet<>();
  private final Set<String> routedTables = new HashSet<>();
  private final Set<String> localTables = new HashSet<>();
  private Path file = Path.of("");
  private boolean collecting;

  protected IsolationAnalyzer(SqlSyntax syntax) {
    this.syntax = syntax;
  }

  /** Reads files in the order in which they run: all of them for what they define, then again. */
  public final List<ExternalEffect> check(List<SqlFile> files) {
    collecting = true;
    files.forEach(this::read);
    collecting = false;
    files.forEach(this::read);
    return List.copyOf(effects);
  }

  private void read(SqlFile source) {
    file = source.path();
    SqlScript script = source.script();
    SqlTokens tokens = SqlTokens.of(script, 1);
    if (!tokens.readable() && tokens.size() > 0) {
      report(tokens, 0, "cannot be analyzed: a string, name, or comment has no end");
    }
    List<SqlTokens> statements = tokens.statements(script);
    begin(statements);
    statements.forEach(this::statement);
  }

  /** A new file with these statements. */
  protected void begin(List<SqlTokens> statements) {}

  /** One statement of a file, or of the body of a routine. */
  protected abstract void statement(SqlTokens tokens);

  /** Whether this is the first pass, which only reads definitions. */
  public final boolean collecting() {
    return collecting;
  }

  public final SqlSyntax syntax() {
    return syntax;
  }

  /** Adds a finding about the statement that starts at an index. */
  public final void report(SqlTokens tokens, int at, String effect) {
    if (!collecting) {
      effects.add(new ExternalEffect(file, tokens.line(at), tokens.excerpt(at), effect));
    }
  }

  /** Reads SQL that a string of the file holds; all of its statements. */
  public final SqlTokens inner(SqlTokens outer, int at, String sql) {
    SqlTokens tokens = SqlTokens.of(sql, syntax(), outer.line(at));
    if (!tokens.readable()) {
      report(outer, at, DYNAMIC);
    }
    return tokens;
  }

  // ---- tables on other servers

  public final void foreign(String table) {
    foreignTables.add(table);
  }

  /** A local table, some rows of which are those of a foreign one. */
  public final void routed(String table) {
    routedTables.add(table);
  }

  public final void local(String table) {
    localTables.add(table);
  }

  /** Whether rows of a table, as it is written, are on another server. */
  public final boolean isForeign(String table) {
    if (routedTables.contains(table)) {
      return true;
    }
    if (table.equals(DynamicSqlEvaluator.ANY_NAME)) {
      return !foreignTables.isEmpty();
    }
    if (isLocal(table)) {
      return false;
    }
    int dot = table.lastIndexOf('.');
    String name = table.substring(dot + 1);
    String schema = dot < 0 ? "public" : table.substring(0, dot);
    return foreignTables.contains(table)
        || foreignTables.contains(dot < 0 ? schema + "." + name : name)
        || (dot < 0 && foreignTables.stream().anyMatch(other -> other.endsWith("." + name)))
        || foreignTables.contains(schema + "." + DynamicSqlEvaluator.ANY_NAME);
  }

  private boolean isLocal(String table) {
    return localTables.contains(table)
        || (table.startsWith("public.") && localTables.contains(table.substring(7)))
        || (!table.contains(".")
            && localTables.stream().anyMatch(one -> one.endsWith("." + table)));
  }

  // ---- views of catalogs that databases share

  /** A view through which rows of such a catalog can be written. */
  public final void sharedView(String view) {
    sharedViews.add(view);
  }

  /** Whether a table, as it is written, may be such a view: those of other schemas count. */
  public final boolean isSharedView(String table) {
    String name = "." + table.substring(table.lastIndexOf('.') + 1);
    return sharedViews.stream().anyMatch(view -> ("." + view).endsWith(name));
  }

  /** A table or view gets another name. */
  public final void renamed(String from, String to) {
    if (isForeign(from)) {
      foreign(to);
    }
    if (isSharedView(from)) {
      sharedView(to);
    }
  }

  /** Reports rows that are written to a table which stands for something outside. */
  public final void written(SqlTokens tokens, int at, String table) {
    if (isForeign(table)) {
      report(tokens, at, FOREIGN);
    } else if (isSharedView(table)) {
      report(tokens, at, SHARED);
    }
  }

  /**
   * The index of the table on which a view can be written: a server passes writes on where the view
   * reads one table. Negative if the view is read-only.
   *
   * @param query where the view's query starts
   */
  public static int base(SqlTokens tokens, int query) {
    int i = query;
    while (tokens.symbol(i, "(")) {
      i++;
    }
    int from = tokens.word(i, "TABLE") ? i : tokens.find(i, "FROM");
    i = from < 0 ? -1 : target(tokens, from + 1);
    return tokens.name(i) ? i : -1;
  }

  /** Whether a statement from one index to another mentions a table on another server. */
  public final boolean mentionsForeign(SqlTokens tokens, int from, int to) {
    if (foreignTables.isEmpty()) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (tokens.name(i) && !tokens.symbol(i - 1, ".") && isForeign(qualified(tokens, i))) {
        return true;
      }
    }
    return false;
  }

  /** A name with its qualifiers, as a key. */
  public static String qualified(SqlTokens tokens, int at) {
    return String.join(".", parts(tokens, at));
  }

  /** The identifiers that the dots of a name join. */
  public static List<String> parts(SqlTokens tokens, int at) {
    List<String> parts = new ArrayList<>();
    int i = at;
    while (tokens.name(i)) {
      parts.add(tokens.key(i));
      if (!tokens.symbol(i + 1, ".")) {
        break;
      }
      i += 2;
    }
    return parts;
  }

  /** The index of a name after IF [NOT] EXISTS, ONLY, and the parenthesis that may follow it. */
  public static int target(SqlTokens tokens, int at) {
    int i = at;
    while (tokens.word(i, "IF", "NOT", "EXISTS", "ONLY")
        || (tokens.symbol(i, "(") && tokens.word(i - 1, "ONLY"))) {
      i++;
    }
    return i;
  }

  public static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** The values of an expression, where it says them. */
  public final Optional<List<String>> values(
      SqlTokens tokens, int from, int to, Function<String, Optional<List<String>>> variables) {
    return DynamicSqlEvaluator.values(tokens, from, to, variables);
  }
}
