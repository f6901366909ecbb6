package dev.slipway.driver.sqlite;

import dev.slipway.driver.IsolationAnalyzer;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.SqlTokens;
import java.util.Set;

/** What leaves a SQLite file: other files. */
public final class SqliteIsolation extends IsolationAnalyzer {
  private static final Set<String> FUNCTIONS = Set.of("load_extension", "writefile");
  private static final Set<String> PRAGMAS = Set.of("temp_store_directory", "data_store_directory");

  SqliteIsolation(SqlSyntax syntax) {
    super(syntax);
  }

  @Override
  protected void statement(SqlTokens tokens) {
    int from = 0;
    while (tokens.word(from, "EXPLAIN", "QUERY", "PLAN")) {
      from++;
    }
    if (tokens.word(from, "ATTACH")) {
      attach(tokens, from);
    } else if (tokens.word(from, "VACUUM") && tokens.find(from, "INTO") > 0) {
      report(tokens, from, "writes another file");
    } else if (tokens.word(from, "PRAGMA")) {
      int name = tokens.symbol(from + 2, ".") ? from + 3 : from + 1;
      boolean sets = tokens.symbol(name + 1, "=") || tokens.symbol(name + 1, "(");
      if (tokens.name(name) && PRAGMAS.contains(lower(tokens.key(name))) && sets) {
        report(tokens, from, "changes where this process writes files");
      }
    } else if (tokens.words(from, "CREATE", "VIRTUAL", "TABLE")) {
      int using = tokens.find(from, "USING");
      if (using > 0 && tokens.name(using + 1) && lower(tokens.key(using + 1)).equals("zipfile")) {
        report(tokens, from, "writes another file");
      }
    }
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.name(i) && tokens.symbol(i + 1, "(") && FUNCTIONS.contains(lower(tokens.key(i)))) {
        report(tokens, i, "runs code or writes files outside of the database");
      }
    }
  }

  /** A database in memory, or a temporary one without a name, ends with the connection. */
  private void attach(SqlTokens tokens, int from) {
    int file = tokens.word(from + 1, "DATABASE") ? from + 2 : from + 1;
    boolean temporary =
        tokens.string(file)
            && tokens.word(file + 1, "AS")
            && Set.of("", ":memory:").contains(tokens.get(file).text());
    if (!temporary) {
      report(tokens, from, "opens another database file");
    }
  }
}
