package dev.slipway.driver.mysql;

import dev.slipway.driver.IsolationAnalyzer;
import dev.slipway.sql.DynamicSqlEvaluator;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.SqlTokens;
import dev.slipway.sql.TableReferences;
import dev.slipway.sql.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What leaves a MySQL database: other databases, accounts, and the server. */
public final class MysqlIsolation extends IsolationAnalyzer {
  private static final String SERVER = "acts on the whole server";
  private static final String ACCOUNTS =
      "changes accounts or privileges, which all databases of the server share";

  /** Schemas of the server's own, in which reading changes nothing. */
  private static final Set<String> SYSTEM =
      Set.of("information_schema", "performance_schema", "mysql", "sys");

  /** Those whose tables can be written, through a view too. */
  private static final Set<String> WRITABLE_SYSTEM = Set.of("performance_schema", "mysql", "sys");

  /**
   * Words before a statement inside of the body of a routine, trigger, or event. MySQL reserves
   * them, so none of them is a name.
   */
  private static final String[] BEFORE_STATEMENT = {"THEN", "ELSE", "LOOP", "REPEAT", "ROW"};

  /** Where the words before the kind of a new object end at the latest. */
  private static final int KIND_MAX = 16;

  /** Statements with which a body may begin; before it, its routine's characteristics stand. */
  private static final String[] STATEMENTS = {
    "ALTER",
    "ANALYZE",
    "BEGIN",
    "BINLOG",
    "CACHE",
    "CALL",
    "CASE",
    "CHANGE",
    "CHECK",
    "CLONE",
    "CREATE",
    "DELETE",
    "DO",
    "DROP",
    "EXECUTE",
    "EXPLAIN",
    "FLUSH",
    "GET",
    "GRANT",
    "HANDLER",
    "IF",
    "IMPORT",
    "INSERT",
    "INSTALL",
    "ITERATE",
    "KILL",
    "LOAD",
    "LOCK",
    "LOOP",
    "OPTIMIZE",
    "PREPARE",
    "PURGE",
    "RENAME",
    "REPAIR",
    "REPEAT",
    "REPLACE",
    "RESET",
    "RESTART",
    "RETURN",
    "REVOKE",
    "SELECT",
    "SET",
    "SHUTDOWN",
    "START",
    "STOP",
    "TABLE",
    "TRUNCATE",
    "UNINSTALL",
    "UPDATE",
    "USE",
    "VALUES",
    "WHILE",
    "WITH",
    "XA"
  };

  private static final Set<String> FUNCTIONS = Set.of("sys_exec", "sys_eval", "sys_set");
  private static final String[] FUNCTION_FAMILIES = {
    "group_replication_",
    "asynchronous_connection_failover_",
    "keyring_key_",
    "audit_log_",
    "innodb_redo_log_"
  };

  /** What the statements of a file assign to user variables. */
  private final Map<String, List<Assignment>> variables = new HashMap<>();

  /** What routines, triggers, and events assign: those of any file, because any file calls them. */
  private final Map<String, List<Assignment>> routineVariables = new HashMap<>();

  /** The variables that a file assigns at all, and those that it passes to EXECUTE. */
  private final Set<String> assigned = new HashSet<>();

  private final Set<String> passed = new HashSet<>();
  private final Set<String> asked = new HashSet<>();

  /** A value that a variable gets; a range without tokens is one that is not known. */
  private record Assignment(SqlTokens tokens, int from, int to) {}

  MysqlIsolation(SqlSyntax syntax) {
    super(syntax);
  }

  @Override
  protected void begin(List<SqlTokens> statements) {
    variables.clear();
    assigned.clear();
    passed.clear();
    statements.forEach(this::assignments);
  }

  /** Whether it is the host of {@code user@host}. */
  private static boolean glued(SqlTokens tokens, int at) {
    return tokens.get(at - 1).end() == tokens.get(at).start()
        && (tokens.name(at - 1) || tokens.string(at - 1));
  }

  @Override
  protected void statement(SqlTokens tokens) {
    boolean[] starts = starts(tokens);
    for (int i = 0; i < tokens.size(); i++) {
      if (starts[i]) {
        head(tokens, i);
      }
      if (tokens.word(i, "INTO") && tokens.word(i + 1, "OUTFILE", "DUMPFILE")) {
        report(tokens, i, "writes a file of the server");
      }
      if (tokens.symbol(i + 1, "(") && tokens.name(i)) {
        call(tokens, i);
      }
    }
    int view = tokens.word(0, "CREATE", "ALTER") ? kind(tokens, "VIEW") : -1;
    String name = view > 0 && tokens.name(view + 1) ? lower(qualified(tokens, view + 1)) : "";
    boolean account = tokens.word(0, "GRANT", "REVOKE");
    TableReferences.find(
        tokens,
        at -> starts[at],
        (at, parts, use) -> {
          String table = lower(String.join(".", parts));
          if (use == TableReferences.Use.READS && !name.isEmpty()) {
            view(name, table, lower(parts.getFirst()));
          } else if (use == TableReferences.Use.WRITES) {
            written(tokens, head(starts, at), table);
          }
          if (parts.size() > 1 && !account) {
            database(tokens, at, parts.getFirst(), use);
          }
        });
  }

  private void database(SqlTokens tokens, int at, String name, TableReferences.Use use) {
    boolean allowed =
        lower(name).equals(DynamicSqlEvaluator.OWN_DATABASE)
            || (use == TableReferences.Use.READS && SYSTEM.contains(lower(name)));
    if (!allowed) {
      report(tokens, at, "names another database, `" + name + "`");
    }
  }

  /** MySQL writes to each table that a view joins. */
  private void view(String view, String table, String database) {
    if (isForeign(table)) {
      foreign(view);
    } else if ((table.contains(".") && WRITABLE_SYSTEM.contains(database)) || isSharedView(table)) {
      sharedView(view);
    }
  }

  private static int head(boolean[] starts, int at) {
    int head = at;
    while (head > 0 && !starts[head]) {
      head--;
    }
    return head;
  }

  /** Where the kind of the object stands that a statement creates or changes; or negative. */
  private static int kind(SqlTokens tokens, String... kinds) {
    int kind = tokens.find(0, kinds);
    return kind < KIND_MAX ? kind : -1;
  }

  /**
   * Where statements start. Before the body of a routine there are characteristics, and before that
   * of a handler conditions: there the first word that begins a statement counts. THEN and ELSE
   * stand in expressions too.
   */
  private static boolean[] starts(SqlTokens tokens) {
    boolean[] starts = new boolean[tokens.size()];
    boolean create = tokens.word(0, "CREATE");
    int parameters = create ? afterName(tokens, kind(tokens, "PROCEDURE", "FUNCTION")) : -1;
    int routine = tokens.symbol(parameters, "(") ? tokens.close(parameters) : -1;
    int event = tokens.word(0, "CREATE", "ALTER") ? afterName(tokens, kind(tokens, "EVENT")) : -1;
    boolean before = false;
    boolean loop = false;
    int depth = 0;
    int cases = 0;
    for (int i = 0; i < starts.length; i++) {
      boolean first = i == 0 || tokens.symbol(i - 1, ";");
      depth = first ? 0 : depth;
      cases = first ? 0 : cases;
      before |=
          i == routine
              || tokens.words(i - 2, "HANDLER", "FOR")
              || (create && tokens.word(i - 3, "ROW") && tokens.word(i - 2, "FOLLOWS", "PRECEDES"));
      boolean body = loop && tokens.word(i - 1, "DO") && !tokens.word(i - 2, "TO");
      loop = (loop && !body) || i == event;
      boolean word =
          (tokens.word(i - 1, BEFORE_STATEMENT)
                  && !tokens.symbol(i - 2, ".")
                  && !(tokens.symbol(i, "(") && tokens.word(i - 1, "REPEAT", "ROW")))
              || (tokens.word(i - 1, "BEGIN") && starts[i - 1])
              || (tokens.symbol(i - 1, ":") && !tokens.symbol(i, "="));
      boolean begins =
          before
              && tokens.word(i, STATEMENTS)
              && !tokens.symbol(i - 1, ".")
              && !tokens.symbol(i + 1, ".")
              && !tokens.word(i - 1, "CHARACTER", "CHAR");
      starts[i] =
          first
              || (depth == 0
                  && cases == 0
                  && (body || word || begins)
                  && (tokens.name(i) || tokens.symbol(i, "(")));
      before &= !(starts[i] && begins);
      loop |= starts[i] && tokens.word(i, "WHILE");
      depth += tokens.symbol(i, "(") ? 1 : tokens.symbol(i, ")") ? -1 : 0;
      boolean opens = !starts[i] && tokens.word(i, "CASE") && !tokens.word(i - 1, "END");
      cases += opens ? 1 : cases > 0 && tokens.word(i, "END") ? -1 : 0;
    }
    return starts;
  }

  /** The index after the name of an object whose kind stands here. */
  private static int afterName(SqlTokens tokens, int kind) {
    if (kind < 0) {
      return -1;
    }
    int name = target(tokens, kind + 1);
    while (tokens.symbol(name + 1, ".")) {
      name += 2;
    }
    return name + 1;
  }

  private void head(SqlTokens tokens, int at) {
    if (tokens.word(at, "CREATE", "ALTER", "DROP", "RENAME")) {
      definition(tokens, at);
      return;
    }
    if (tokens.get(at).kind() != Token.Kind.WORD) {
      return;
    }
    switch (tokens.get(at).text()) {
      case "USE" -> {
        if (!tokens.word(at + 1, "INDEX", "KEY")) {
          report(tokens, at, "changes to another database");
        }
      }
      case "GRANT", "REVOKE" -> report(tokens, at, ACCOUNTS);
      case "SET" -> set(tokens, at);
      case "INSTALL", "UNINSTALL" -> {
        if (tokens.word(at + 1, "PLUGIN", "COMPONENT")) {
          report(tokens, at, "changes plugins or components of the server");
        }
      }
      case "FLUSH" -> flush(tokens, at);
      case "RESET" -> {
        if (tokens.word(at + 1, "MASTER", "REPLICA", "SLAVE", "BINARY", "PERSIST", "QUERY")) {
          report(tokens, at, SERVER);
        }
      }
      case "PURGE" -> {
        if (tokens.word(at + 1, "BINARY", "MASTER")) {
          report(tokens, at, SERVER);
        }
      }
      case "CHANGE" -> {
        if (tokens.word(at + 1, "MASTER", "REPLICATION")) {
          report(tokens, at, "changes replication");
        }
      }
      case "START", "STOP" -> {
        if (tokens.word(at + 1, "REPLICA", "SLAVE", "GROUP_REPLICATION")) {
          report(tokens, at, "changes replication");
        }
      }
      case "KILL" -> report(tokens, at, SERVER);
      case "CLONE" -> {
        if (tokens.word(at + 1, "LOCAL", "INSTANCE")) {
          report(tokens, at, SERVER);
        }
      }
      case "SHUTDOWN", "RESTART" -> {
        if (at + 1 == tokens.statementEnd(at)) {
          report(tokens, at, SERVER);
        }
      }
      case "LOCK" -> {
        if (tokens.word(at + 1, "INSTANCE")) {
          report(tokens, at, SERVER);
        }
      }
      case "BINLOG" -> report(tokens, at, "replays events that cannot be analyzed");
      case "IMPORT" -> {
        if (tokens.word(at + 1, "TABLE")) {
          report(tokens, at, "creates a table in the database that its file names");
        }
      }
      case "PREPARE" -> prepare(tokens, at);
      case "XA" -> {
        boolean own =
            tokens.word(at + 1, "START", "BEGIN", "END", "RECOVER")
                || (tokens.word(at + 1, "COMMIT") && tokens.find(at, "ONE") > 0);
        if (!own) {
          report(tokens, at, "acts on a transaction that the server keeps");
        }
      }
      default -> {
        // any other statement
      }
    }
  }

  private void definition(SqlTokens tokens, int at) {
    int i = at + 1;
    while (tokens.word(i, "OR", "REPLACE", "TEMPORARY", "AGGREGATE")) {
      i++;
    }
    int end = tokens.statementEnd(at);
    if (tokens.word(i, "USER", "ROLE")) {
      report(tokens, at, ACCOUNTS);
    } else if (tokens.word(i, "DATABASE", "SCHEMA")) {
      // Without a name, ALTER DATABASE is about the current one.
      boolean own =
          tokens.word(at, "ALTER")
              && (tokens.word(
                      i + 1, "CHARACTER", "CHARSET", "COLLATE", "DEFAULT", "ENCRYPTION", "READ")
                  || (tokens.name(i + 1)
                      && tokens.key(i + 1).equals(DynamicSqlEvaluator.OWN_DATABASE)));
      if (!own) {
        report(tokens, at, "changes a database by its name");
      } else if (readOnly(tokens, i, end)) {
        report(tokens, at, "keeps the database from being dropped");
      }
    } else if (tokens.word(i, "TABLESPACE", "SERVER", "INSTANCE")
        || tokens.words(i, "UNDO", "TABLESPACE")
        || tokens.words(i, "LOGFILE", "GROUP")
        || tokens.words(i, "RESOURCE", "GROUP")
        || tokens.words(i, "SPATIAL", "REFERENCE")) {
      report(tokens, at, "changes an object of the server");
    } else if (tokens.word(at, "CREATE")
        && tokens.word(i, "FUNCTION")
        && tokens.find(i, "SONAME") > 0) {
      report(tokens, at, "loads a library into the server");
    } else if (tokens.word(i, "TABLE")) {
      int name = target(tokens, i + 1);
      for (int j = name; tokens.word(at, "CREATE", "ALTER") && j < end; j++) {
        int value = tokens.symbol(j + 1, "=") ? j + 2 : j + 1;
        if (tokens.word(j, "ENGINE")
            && value < end
            && lower(tokens.get(value).text()).equals("federated")) {
          foreign(lower(qualified(tokens, name)));
        }
      }
      renamed(tokens, at, name, end);
    } else if (tokens.word(at, "RENAME") && tokens.word(i, "TABLES")) {
      renamed(tokens, at, i + 1, end);
    }
    for (int j = at; j < end; j++) {
      if (tokens.word(j, "LANGUAGE")
          && tokens.name(j + 1)
          && !tokens.word(j + 1, "SQL")
          && tokens.find(at, "PROCEDURE", "FUNCTION") > 0) {
        report(tokens, at, "is written in " + tokens.key(j + 1) + ", which cannot be analyzed");
      }
    }
  }

  private static boolean readOnly(SqlTokens tokens, int from, int end) {
    for (int i = from; i < end; i++) {
      int value = tokens.symbol(i + 2, "=") ? i + 3 : i + 2;
      if (tokens.words(i, "READ", "ONLY")
          && !tokens.symbol(value, "0")
          && !tokens.word(value, "DEFAULT")) {
        return true;
      }
    }
    return false;
  }

  /** RENAME TABLE a TO b, c TO d; ALTER TABLE a RENAME [TO | AS | =] b. */
  private void renamed(SqlTokens tokens, int at, int from, int end) {
    boolean pairs = tokens.word(at, "RENAME");
    int old = from;
    for (int i = from; i < end && tokens.name(old); i++) {
      int to = i + 1;
      if (!pairs && (tokens.word(to, "TO", "AS") || tokens.symbol(to, "="))) {
        to++;
      }
      if (tokens.word(i, pairs ? "TO" : "RENAME") && tokens.name(to)) {
        renamed(lower(qualified(tokens, old)), lower(qualified(tokens, to)));
      }
      old = pairs && tokens.symbol(i, ",") ? i + 1 : old;
    }
  }

  /** Only the names on the left of the assignments count: what is read changes nothing. */
  private void set(SqlTokens tokens, int at) {
    if (tokens.word(at + 1, "PASSWORD") || tokens.words(at + 1, "DEFAULT", "ROLE")) {
      report(tokens, at, ACCOUNTS);
      return;
    }
    int end = tokens.statementEnd(at);
    int depth = 0;
    for (int i = at; i < end; i++) {
      depth += tokens.symbol(i, "(") ? 1 : tokens.symbol(i, ")") ? -1 : 0;
      if (depth > 0 || (i > at && !tokens.symbol(i, ","))) {
        continue;
      }
      int name = tokens.symbol(i + 1, "@") && tokens.symbol(i + 2, "@") ? i + 3 : i + 1;
      if (tokens.word(name, "GLOBAL", "PERSIST", "PERSIST_ONLY")
          && !tokens.symbol(name + 1, "=")
          && !tokens.symbol(name + 1, ":")) {
        report(tokens, at, "changes a variable of the server");
        return;
      }
      name = tokens.word(name, "SESSION", "LOCAL") ? name + 1 : name;
      name = tokens.symbol(name, ".") ? name + 1 : name;
      int next = tokens.find(name, ",") > 0 ? tokens.find(name, ",") : end;
      if (tokens.word(name, "SQL_MODE") && escapesNothing(tokens, name, next)) {
        report(
            tokens, at, "changes how strings are read, so the next statements cannot be analyzed");
      }
    }
  }

  private static boolean escapesNothing(SqlTokens tokens, int from, int to) {
    for (int i = from; i < to; i++) {
      if (tokens.get(i).text().toUpperCase(Locale.ROOT).contains("NO_BACKSLASH_ESCAPES")) {
        return true;
      }
    }
    return false;
  }

  /** Tables that it names are its own; everything else is the server's. */
  private void flush(SqlTokens tokens, int at) {
    int i = tokens.word(at + 1, "LOCAL", "NO_WRITE_TO_BINLOG") ? at + 2 : at + 1;
    boolean tables =
        tokens.word(i, "TABLE", "TABLES") && tokens.name(i + 1) && !tokens.word(i + 1, "WITH");
    if (!tables) {
      report(tokens, at, SERVER);
    }
  }

  private void call(SqlTokens tokens, int at) {
    String name = lower(tokens.key(at));
    boolean family = false;
    for (String prefix : FUNCTION_FAMILIES) {
      family |= name.startsWith(prefix);
    }
    if ((family || FUNCTIONS.contains(name))
        && !tokens.word(at - 1, "TABLE", "INTO", "EXISTS", "FUNCTION", "VIEW", "REFERENCES")) {
      report(tokens, at, SERVER);
    }
  }

  // ---- dynamic SQL

  private void prepare(SqlTokens tokens, int at) {
    int from = tokens.find(at, "FROM");
    if (from < 0 || collecting()) {
      return;
    }
    Optional<List<String>> texts =
        values(tokens, from + 1, tokens.statementEnd(at), this::variable);
    if (texts.isEmpty()) {
      report(tokens, at, DYNAMIC);
      return;
    }
    for (String text : texts.get()) {
      SqlTokens inner = inner(tokens, at, text);
      statement(inner);
      assignments(inner);
      if (inner.word(0, "CALL")) {
        passed.forEach(this::forget);
      }
    }
  }

  private Optional<List<String>> variable(String name) {
    String key = lower(name);
    if (!assigned.contains(key) || !asked.add(key)) {
      return Optional.empty();
    }
    List<Assignment> assignments = new ArrayList<>(variables.getOrDefault(key, List.of()));
    assignments.addAll(routineVariables.getOrDefault(key, List.of()));
    List<String> all = new ArrayList<>();
    boolean known = true;
    for (Assignment one : assignments) {
      Optional<List<String>> values =
          one.to() < 0
              ? Optional.empty()
              : values(one.tokens(), one.from(), one.to(), this::variable);
      known &= values.isPresent();
      values.ifPresent(all::addAll);
    }
    asked.remove(key);
    return known ? Optional.of(all) : Optional.empty();
  }

  /** What a statement does to user variables. */
  private void assignments(SqlTokens tokens) {
    boolean[] starts = starts(tokens);
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.symbol(i, "@")
          && !tokens.symbol(i - 1, "@")
          && (tokens.name(i + 1) || tokens.string(i + 1))
          && (i == 0 || !glued(tokens, i))) {
        assigned(tokens, head(starts, i), i);
      }
    }
  }

  /** What happens to a user variable at one place of a statement that starts at an index. */
  private void assigned(SqlTokens tokens, int head, int at) {
    int end = tokens.statementEnd(at);
    boolean sign = tokens.symbol(at + 2, ":") && tokens.symbol(at + 3, "=");
    boolean set =
        tokens.word(head, "SET")
            && tokens.symbol(at + 2, "=")
            && (at == head + 1 || tokens.symbol(at - 1, ","));
    if (sign || set) {
      int from = at + (sign ? 4 : 3);
      add(tokens, at, from, valueEnd(tokens, from, end));
    } else if (into(tokens, at)) {
      boolean one =
          tokens.word(head, "SELECT")
              && tokens.word(at - 1, "INTO")
              && tokens.find(head, "UNION", "EXCEPT", "INTERSECT") < 0;
      add(tokens, at, head + 1, one ? valueEnd(tokens, head + 1, at - 1) : -1);
    } else if (tokens.word(head, "CALL", "GET", "LOAD")) {
      add(tokens, at, 0, -1);
    } else if (tokens.word(head, "EXECUTE")) {
      passed.add(lower(tokens.key(at + 1)));
    }
  }

  /** Whether a variable is one of those after INTO. */
  private static boolean into(SqlTokens tokens, int at) {
    int i = at;
    while (tokens.symbol(i - 1, ",") && (tokens.name(i - 2) || tokens.string(i - 2))) {
      i -= tokens.symbol(i - 3, "@") ? 3 : 2;
    }
    return tokens.word(i - 1, "INTO");
  }

  private void add(SqlTokens tokens, int at, int from, int to) {
    String key = lower(tokens.key(at + 1));
    assigned.add(key);
    boolean routine = tokens.word(0, "CREATE", "ALTER");
    if (!routine || collecting()) {
      (routine ? routineVariables : variables)
          .computeIfAbsent(key, _ -> new ArrayList<>())
          .add(new Assignment(tokens, from, to));
    }
  }

  /** From here on, a variable may have any value. */
  private void forget(String key) {
    variables
        .computeIfAbsent(key, _ -> new ArrayList<>())
        .add(new Assignment(SqlTokens.of("", syntax(), 1), 0, -1));
  }

  private static int valueEnd(SqlTokens tokens, int from, int end) {
    int depth = 0;
    for (int i = from; i < end; i++) {
      depth += tokens.symbol(i, "(") ? 1 : tokens.symbol(i, ")") ? -1 : 0;
      if (depth < 0 || (depth == 0 && (tokens.symbol(i, ",") || tokens.word(i, "FROM", "INTO")))) {
        return i;
      }
    }
    return end;
  }
}
