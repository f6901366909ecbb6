package dev.slipway.driver.postgres;

import dev.slipway.driver.IsolationAnalyzer;
import dev.slipway.sql.DynamicSqlEvaluator;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.SqlTokens;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What leaves a PostgreSQL database: objects that the server's databases share, files, programs.
 */
public class PostgresIsolation extends IsolationAnalyzer {
  private static final String[] ROLES = {"ROLE", "USER", "GROUP"};

  /** Words before a statement inside of another, or of a block. */
  private static final String[] BEFORE_STATEMENT = {
    "BEGIN", "THEN", "ELSE", "LOOP", "ATOMIC", "ALSO", "INSTEAD", "ANALYZE", "VERBOSE", "EXPLAIN"
  };

  /** After these a name is one of a table or of a definition, and a parenthesis is no call. */
  private static final String[] BEFORE_NO_CALL = {
    "FUNCTION",
    "PROCEDURE",
    "ROUTINE",
    "AGGREGATE",
    "TABLE",
    "EXISTS",
    "INTO",
    "REFERENCES",
    "UPDATE",
    "ONLY",
    "VIEW",
    "COPY",
    "TYPE",
    "DOMAIN"
  };

  private static final Map<String, String> FUNCTIONS = functions();

  /** Functions that run an argument, by its index, as SQL. */
  private static final Map<String, Integer> RUN_TEXT =
      Map.ofEntries(
          Map.entry("query_to_xml", 0),
          Map.entry("query_to_xmlschema", 0),
          Map.entry("query_to_xml_and_xmlschema", 0),
          Map.entry("ts_stat", 0),
          Map.entry("crosstab", 0),
          Map.entry("crosstab2", 0),
          Map.entry("crosstab3", 0),
          Map.entry("crosstab4", 0),
          Map.entry("crosstab_hash", 0),
          Map.entry("pg_background_launch", 0));

  /** Catalogs that all databases of a server share, and views through which they are written. */
  private static final Set<String> SHARED_CATALOGS =
      Set.of(
          "pg_authid",
          "pg_auth_members",
          "pg_database",
          "pg_db_role_setting",
          "pg_group",
          "pg_parameter_acl",
          "pg_replication_origin",
          "pg_shdepend",
          "pg_shdescription",
          "pg_shseclabel",
          "pg_stat_database_conflicts",
          "pg_subscription",
          "pg_tablespace");

  /** Libraries of PostgreSQL's own extensions whose functions only compute. */
  private static final Set<String> COMPUTING_LIBRARIES =
      Set.of(
          "btree_gin",
          "btree_gist",
          "citext",
          "cube",
          "dict_int",
          "dict_xsyn",
          "earthdistance",
          "fuzzystrmatch",
          "hstore",
          "intarray",
          "_int",
          "isn",
          "ltree",
          "pg_trgm",
          "pgcrypto",
          "seg",
          "tsm_system_rows",
          "tsm_system_time",
          "unaccent",
          "uuid-ossp");

  private final Set<String> defined = new HashSet<>();

  public PostgresIsolation(SqlSyntax syntax) {
    super(syntax);
  }

  private static Map<String, String> functions() {
    Map<String, String> all = new HashMap<>();
    String slots = "changes replication, which all databases of the server share";
    for (String name :
        List.of(
            "pg_create_physical_replication_slot",
            "pg_create_logical_replication_slot",
            "pg_copy_physical_replication_slot",
            "pg_copy_logical_replication_slot",
            "pg_drop_replication_slot",
            "pg_replication_slot_advance",
            "pg_sync_replication_slots",
            "pg_logical_slot_get_changes",
            "pg_logical_slot_get_binary_changes",
            "pg_replication_origin_create",
            "pg_replication_origin_drop",
            "pg_replication_origin_advance",
            "pg_replication_origin_session_setup",
            "pg_replication_origin_session_reset",
            "pg_replication_origin_xact_setup",
            "pg_promote",
            "pg_wal_replay_pause",
            "pg_wal_replay_resume")) {
      all.put(name, slots);
    }
    for (String name :
        List.of("lo_export", "pg_file_write", "pg_file_rename", "pg_file_unlink", "pg_file_sync")) {
      all.put(name, "writes a file of the server");
    }
    for (String name :
        List.of(
            "pg_terminate_backend",
            "pg_cancel_backend",
            "pg_reload_conf",
            "pg_rotate_logfile",
            "pg_switch_wal",
            "pg_switch_xlog",
            "pg_create_restore_point",
            "pg_backup_start",
            "pg_backup_stop",
            "pg_start_backup",
            "pg_stop_backup",
            "pg_stat_reset_shared",
            "pg_stat_reset_slru",
            "pg_stat_reset_replication_slot",
            "pg_stat_reset_subscription_stats",
            "pg_stat_statements_reset")) {
      all.put(name, "acts on the whole server");
    }
    all.put("schedule_in_database", "schedules work in another database");
    for (String name :
        List.of("http_post", "http_put", "http_patch", "http_delete", "query_export_to_s3")) {
      all.put(name, "sends data to another system");
    }
    return Map.copyOf(all);
  }

  @Override
  protected void statement(SqlTokens tokens) {
    scan(tokens, Optional.empty());
  }

  /** Whether a statement may start at an index. */
  protected boolean starts(SqlTokens tokens, int at) {
    return at == 0
        || tokens.symbol(at - 1, ";")
        || tokens.word(at - 1, BEFORE_STATEMENT)
        || (tokens.symbol(at - 1, ">") && tokens.symbol(at - 2, ">"))
        || (tokens.symbol(at - 1, ")") && tokens.word(0, "EXPLAIN"))
        || (tokens.symbol(at - 1, "(") && tokens.words(0, "CREATE", "RULE"))
        || (tokens.word(at, "CREATE") && tokens.words(0, "CREATE", "SCHEMA"));
  }

  /**
   * Reads statements.
   *
   * @param variables of the PL/pgSQL body that is read; empty where the language is SQL
   */
  private void scan(SqlTokens tokens, Optional<PlpgsqlVariables> variables) {
    boolean calls = true;
    for (int i = 0; i < tokens.size(); i++) {
      if (starts(tokens, i)) {
        calls =
            !tokens.word(i, "GRANT", "REVOKE", "DROP", "COMMENT")
                && !(tokens.word(i, "ALTER")
                    && tokens.word(
                        i + 1, "FUNCTION", "PROCEDURE", "ROUTINE", "AGGREGATE", "EXTENSION"));
        head(tokens, i);
      }
      if (variables.isPresent()
          && tokens.word(i, "EXECUTE")
          && !tokens.word(i + 1, "FUNCTION", "PROCEDURE", "ON")
          && !tokens.symbol(i + 1, ",")
          && !tokens.symbol(i - 1, ".")) {
        execute(tokens, i, variables.get());
      }
      if (calls && tokens.name(i) && tokens.symbol(i + 1, "(")) {
        call(tokens, i, variables);
      }
      writes(tokens, i);
    }
    names(tokens);
  }

  /** Reads the names in a text that has been read otherwise. */
  protected void names(SqlTokens tokens) {}

  // ---- statements by their first words

  /** A statement that starts here. */
  protected void head(SqlTokens tokens, int at) {
    if (tokens.word(at, "CREATE")) {
      create(tokens, at);
    } else if (tokens.word(at, "ALTER", "DROP")) {
      shared(tokens, at, at + 1);
      if (tokens.words(at, "ALTER", "SYSTEM")) {
        report(tokens, at, "changes the configuration of the server");
      } else if (tokens.words(at, "DROP", "OWNED")) {
        report(tokens, at, "changes what a role owns in all databases");
      } else if (tokens.words(at, "ALTER", "FOREIGN", "TABLE")) {
        renamed(tokens, at + 3);
      } else if (tokens.words(at, "ALTER", "VIEW")) {
        renamed(tokens, at + 2);
      } else if (tokens.words(at, "ALTER", "TABLE")) {
        renamed(tokens, at + 2);
        partition(tokens, at);
      }
    } else if (tokens.words(at, "PREPARE", "TRANSACTION")) {
      report(tokens, at, "prepares a transaction, and the server keeps it and its database");
    } else if (tokens.words(at, "REASSIGN", "OWNED")) {
      report(tokens, at, "changes what a role owns in all databases");
    } else if (tokens.word(at, "GRANT", "REVOKE")) {
      grant(tokens, at);
    } else if (tokens.word(at, "COMMENT") || tokens.words(at, "SECURITY", "LABEL")) {
      int on = tokens.find(at + 1, "ON");
      if (on > 0) {
        shared(tokens, at, on + 1);
      }
    } else if (tokens.word(at, "COPY")) {
      copy(tokens, at);
    } else if (tokens.word(at, "DO")) {
      block(tokens, at);
    } else if (tokens.words(at, "IMPORT", "FOREIGN", "SCHEMA")) {
      imported(tokens, at);
    } else if (tokens.word(at, "SET")) {
      set(tokens, at);
    }
  }

  /** Objects of the server, by the word that names their kind. */
  private void shared(SqlTokens tokens, int at, int kind) {
    if (tokens.word(kind, ROLES) && !tokens.word(kind + 1, "MAPPING")) {
      report(tokens, at, "changes a role, and all databases of the server share roles");
    } else if (tokens.word(kind, "DATABASE")) {
      if (!own(tokens, kind + 1) || tokens.word(at, "DROP", "CREATE")) {
        report(tokens, at, "changes a database by its name");
      } else if (tokens.word(at, "ALTER") && keeps(tokens, kind + 2)) {
        report(tokens, at, "keeps the database from being dropped or used again");
      }
    } else if (tokens.word(kind, "TABLESPACE")) {
      report(tokens, at, "changes a tablespace, which all databases of the server share");
    } else if (tokens.word(kind, "SUBSCRIPTION")) {
      report(tokens, at, "changes a subscription, which connects to another server");
    }
  }

  /** The settings of a database with which it cannot be dropped, found, or connected to. */
  private static boolean keeps(SqlTokens tokens, int at) {
    int option = tokens.word(at, "WITH") ? at + 1 : at;
    return tokens.words(option, "RENAME", "TO")
        || (!tokens.word(option, "SET", "RESET", "OWNER")
            && tokens.find(option, "IS_TEMPLATE", "ALLOW_CONNECTIONS") > 0);
  }

  private static boolean own(SqlTokens tokens, int at) {
    return tokens.name(at) && tokens.key(at).equals(DynamicSqlEvaluator.OWN_DATABASE);
  }

  /** Without ON it grants one role to another. */
  private void grant(SqlTokens tokens, int at) {
    int to = tokens.find(at, "TO", "FROM");
    int on = tokens.find(at, "ON");
    if (on < 0 || (to > 0 && to < on)) {
      report(
          tokens,
          at,
          "changes the members of a role, and all databases of the server share" + " roles");
    } else if ((tokens.word(on + 1, "DATABASE") && !own(tokens, on + 2))
        || tokens.word(on + 1, "TABLESPACE", "PARAMETER")) {
      report(tokens, at, "changes privileges on an object of the server");
    }
  }

  private void copy(SqlTokens tokens, int at) {
    int end = tokens.statementEnd(at);
    int direction = tokens.find(at + 1, "TO", "FROM");
    if (direction < 0) {
      return;
    }
    if (tokens.word(direction + 1, "PROGRAM")) {
      report(tokens, at, "runs a program on the server");
    } else if (tokens.word(direction, "TO")
        && direction + 1 < end
        && !tokens.word(direction + 1, "STDOUT", "STDIN")) {
      report(tokens, at, "writes a file of the server");
    } else if (tokens.word(direction, "FROM")) {
      target(tokens, at, at + 1);
    }
  }

  /** With this setting off, a backslash in a string escapes, and what follows reads differently. */
  private void set(SqlTokens tokens, int at) {
    int name = tokens.word(at + 1, "SESSION", "LOCAL") ? at + 2 : at + 1;
    if (tokens.word(name, "STANDARD_CONFORMING_STRINGS")
        && name + 2 < tokens.size()
        && List.of("off", "false", "no", "0", "of", "f", "n")
            .contains(lower(tokens.get(name + 2).text()))) {
      report(tokens, at, "changes how strings are read, so the next statements cannot be analyzed");
    }
  }

  // ---- definitions

  private void create(SqlTokens tokens, int at) {
    shared(tokens, at, at + 1);
    int i = at + 1;
    while (tokens.word(
        i,
        "OR",
        "REPLACE",
        "GLOBAL",
        "LOCAL",
        "TEMP",
        "TEMPORARY",
        "UNLOGGED",
        "RECURSIVE",
        "MATERIALIZED")) {
      i++;
    }
    int end = tokens.statementEnd(at);
    if (tokens.word(i, "FUNCTION", "PROCEDURE")) {
      if (collecting() && tokens.name(i + 1)) {
        defined.add(parts(tokens, i + 1).getLast());
      }
      routine(tokens, at, i);
    } else if (tokens.words(i, "FOREIGN", "TABLE")) {
      int name = target(tokens, i + 2);
      foreign(qualified(tokens, name));
      int parent = parent(tokens, name, end);
      if (parent > 0) {
        routed(qualified(tokens, parent));
      }
    } else if (tokens.word(i, "TABLE")) {
      local(qualified(tokens, target(tokens, i + 1)));
    } else if (tokens.word(i, "VIEW")) {
      int name = target(tokens, i + 1);
      if (mentionsForeign(tokens, name + 1, end)) {
        foreign(qualified(tokens, name));
      }
      int as = tokens.find(name, "AS");
      int base = as < 0 ? -1 : base(tokens, as + 1);
      if (base > 0 && (isShared(parts(tokens, base)) || isSharedView(qualified(tokens, base)))) {
        sharedView(qualified(tokens, name));
      }
    }
  }

  /** Rows of a parent are rows of its partitions and children too. */
  private static int parent(SqlTokens tokens, int from, int end) {
    for (int i = from; i + 2 < end; i++) {
      if (tokens.words(i, "PARTITION", "OF")) {
        return i + 2;
      }
      if (tokens.word(i, "INHERITS") && tokens.symbol(i + 1, "(")) {
        return i + 2;
      }
    }
    return -1;
  }

  private void renamed(SqlTokens tokens, int at) {
    int name = target(tokens, at);
    int to = tokens.find(name, "TO", "SCHEMA");
    if (tokens.name(name) && tokens.words(to - 1, "RENAME", "TO")) {
      renamed(qualified(tokens, name), qualified(tokens, to + 1));
    } else if (tokens.name(name) && tokens.words(to - 1, "SET", "SCHEMA")) {
      renamed(
          qualified(tokens, name), qualified(tokens, to + 1) + "." + parts(tokens, name).getLast());
    }
  }

  private void partition(SqlTokens tokens, int at) {
    int attach = tokens.find(at, "ATTACH");
    if (attach > 0
        && tokens.word(attach + 1, "PARTITION")
        && tokens.name(attach + 2)
        && isForeign(qualified(tokens, attach + 2))) {
      routed(qualified(tokens, target(tokens, at + 2)));
    }
  }

  /** With LIMIT TO the tables are known; otherwise any of the schema may be one of them. */
  private void imported(SqlTokens tokens, int at) {
    int into = tokens.find(at, "INTO");
    if (into < 0 || !tokens.name(into + 1)) {
      return;
    }
    String schema = tokens.key(into + 1);
    int limit = tokens.find(at, "LIMIT");
    if (limit > 0 && tokens.word(limit + 1, "TO") && tokens.symbol(limit + 2, "(")) {
      for (int[] table : DynamicSqlEvaluator.arguments(tokens, limit + 2)) {
        foreign(schema + "." + tokens.key(table[0]));
      }
    } else {
      foreign(schema + "." + DynamicSqlEvaluator.ANY_NAME);
    }
  }

  private void routine(SqlTokens tokens, int at, int kind) {
    int end = tokens.statementEnd(at);
    String language = "sql";
    int body = -1;
    for (int i = kind; i < end; i++) {
      if (tokens.word(i, "LANGUAGE") && i + 1 < end && !tokens.symbol(i + 1, ",")) {
        language = lower(tokens.get(i + 1).text());
      } else if (tokens.word(i, "AS") && tokens.string(i + 1)) {
        body = i + 1;
      }
    }
    if (body > 0) {
      body(tokens, at, body, language, kind);
    }
  }

  /** DO, whose language is PL/pgSQL unless it names another. */
  private void block(SqlTokens tokens, int at) {
    int end = tokens.statementEnd(at);
    String language = "plpgsql";
    int body = -1;
    for (int i = at + 1; i < end; i++) {
      if (tokens.word(i, "LANGUAGE") && i + 1 < end) {
        language = lower(tokens.get(++i).text());
      } else if (tokens.string(i) && body < 0) {
        body = i;
      }
    }
    if (body > 0) {
      body(tokens, at, body, language, -1);
    }
  }

  /** Reads a body; the routine that it belongs to stands at an index, which is negative for DO. */
  private void body(SqlTokens tokens, int at, int body, String language, int routine) {
    switch (language) {
      case "sql" -> scan(inner(tokens, body, text(tokens, body)), Optional.empty());
      case "plpgsql" -> {
        SqlTokens inner = inner(tokens, body, text(tokens, body));
        scan(inner, Optional.of(PlpgsqlVariables.of(inner, tokens, routine)));
      }
      case "internal" -> {
        String effect = FUNCTIONS.get(tokens.get(body).text());
        if (effect != null) {
          report(tokens, at, effect);
        }
      }
      case "c" -> {
        String library = tokens.get(body).text();
        if (!COMPUTING_LIBRARIES.contains(library.replaceFirst("^\\$libdir/", ""))) {
          report(tokens, at, "calls a library that cannot be analyzed");
        }
      }
      default -> report(tokens, at, "is written in " + language + ", which cannot be analyzed");
    }
  }

  /** A string, and those that continue it on the next lines. */
  private static String text(SqlTokens tokens, int at) {
    StringBuilder text = new StringBuilder();
    for (int i = at; tokens.string(i); i++) {
      text.append(tokens.get(i).text());
    }
    return text.toString();
  }

  // ---- dynamic SQL, calls, and writes

  private void execute(SqlTokens tokens, int at, PlpgsqlVariables variables) {
    int end = tokens.find(at + 1, "INTO", "USING", "LOOP");
    end = end < 0 ? tokens.statementEnd(at) : end;
    run(tokens, at, at + 1, end, variables::values);
  }

  private void run(
      SqlTokens tokens,
      int at,
      int from,
      int to,
      Function<String, Optional<List<String>>> variables) {
    Optional<List<String>> texts = values(tokens, from, to, variables);
    if (texts.isEmpty()) {
      report(tokens, at, DYNAMIC);
      return;
    }
    texts.get().forEach(text -> scan(inner(tokens, at, text), Optional.empty()));
  }

  private void call(SqlTokens tokens, int at, Optional<PlpgsqlVariables> variables) {
    int first = at;
    while (tokens.symbol(first - 1, ".") && tokens.name(first - 2)) {
      first -= 2;
    }
    String name = tokens.key(at);
    if (defined.contains(name) || tokens.word(first - 1, BEFORE_NO_CALL)) {
      return;
    }
    if (name.startsWith("dblink")) {
      report(tokens, first, "reaches another database");
    } else if (FUNCTIONS.containsKey(name)) {
      report(tokens, first, FUNCTIONS.get(name));
    } else if (RUN_TEXT.containsKey(name)) {
      List<int[]> arguments = DynamicSqlEvaluator.arguments(tokens, at + 1);
      int index = RUN_TEXT.get(name);
      if (index < arguments.size()) {
        run(
            tokens,
            first,
            arguments.get(index)[0],
            arguments.get(index)[1],
            variable -> variables.flatMap(all -> all.values(variable)));
      }
    } else if (name.equals("set_config")
        && tokens.string(at + 2)
        && lower(tokens.get(at + 2).text()).equals("standard_conforming_strings")) {
      report(
          tokens, first, "changes how strings are read, so the next statements cannot be analyzed");
    }
  }

  /** Whether rows are written here, and where to. */
  private void writes(SqlTokens tokens, int at) {
    if (tokens.words(at, "INSERT", "INTO")
        || tokens.words(at, "MERGE", "INTO")
        || tokens.words(at, "DELETE", "FROM")) {
      target(tokens, at, at + 2);
    } else if (tokens.word(at, "UPDATE")
        && !tokens.word(at - 1, "FOR", "ON", "BEFORE", "AFTER", "OF", "OR")) {
      target(tokens, at, at + 1);
    } else if (tokens.word(at, "TRUNCATE") && starts(tokens, at)) {
      int i = tokens.word(at + 1, "TABLE") ? at + 2 : at + 1;
      for (int end = tokens.statementEnd(at); i < end; i++) {
        if (tokens.symbol(i - 1, ",") || i <= at + 2) {
          target(tokens, at, i);
        }
      }
    }
  }

  private void target(SqlTokens tokens, int at, int from) {
    int i = target(tokens, from);
    if (!tokens.name(i)) {
      return;
    }
    List<String> parts = parts(tokens, i);
    if (isShared(parts)) {
      report(
          tokens, at, "writes to " + parts.getLast() + ", which all databases of the server share");
    } else {
      written(tokens, at, String.join(".", parts));
    }
  }

  private static boolean isShared(List<String> parts) {
    boolean catalog = parts.size() == 1 || parts.getFirst().equals("pg_catalog");
    return catalog
        && (SHARED_CATALOGS.contains(parts.getLast())
            || (parts.size() == 2 && parts.getLast().equals(DynamicSqlEvaluator.ANY_NAME)));
  }
}
