package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.database.sqlite.SQLiteParser;
import org.flywaydb.core.internal.parser.Parser;
import org.flywaydb.core.internal.parser.ParsingContext;
import org.flywaydb.core.internal.sqlscript.SqlStatement;
import org.flywaydb.core.internal.sqlscript.SqlStatementIterator;
import org.flywaydb.database.cockroachdb.CockroachDBParser;
import org.flywaydb.database.mysql.MySQLParser;
import org.flywaydb.database.postgresql.PostgreSQLParser;

/**
 * What only Flyway can say: whether one of its own files runs in a transaction, which it decides by
 * reading the statements. The only importer of Flyway's classes, most of them internal, so the
 * version is pinned and {@code FlywayIT} holds what is relied on. Only Flyway-named files come
 * here, so a run without them does not load Flyway at all.
 */
final class FlywayParser {
  private FlywayParser() {}

  /** Whether Flyway would run this text in one transaction. */
  static boolean runsInTransaction(String script, String text, DatabaseDriver dialect) {
    return parse(script, text, dialect).stream().allMatch(SqlStatement::canExecuteInTransaction);
  }

  /** The text's statements as Flyway sees them. */
  static List<SqlStatement> parse(String script, String text, DatabaseDriver dialect) {
    ClassicConfiguration configuration = new ClassicConfiguration();
    // Placeholders are replaced before, by rules that need no connection.
    configuration.setPlaceholderReplacement(false);
    ParsingContext context = new ParsingContext();
    Parser parser =
        switch (dialect.kind()) {
          case POSTGRES -> new PostgreSQLParser(configuration, context);
          case COCKROACH -> new CockroachDBParser(configuration, context);
          case MYSQL -> new MySQLParser(configuration, context);
          case SQLITE -> new SQLiteParser(configuration, context);
        };
    List<SqlStatement> found = new ArrayList<>();
    try (SqlStatementIterator statements = parser.parse(new Text(script, text))) {
      statements.forEachRemaining(found::add);
    }
    return found;
  }

  private static final class Text extends LoadableResource {
    private final String script;
    private final String text;

    Text(String script, String text) {
      this.script = script;
      this.text = text;
    }

    @Override
    public Reader read() {
      return new StringReader(text);
    }

    @Override
    public String getAbsolutePath() {
      return script;
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return script;
    }

    @Override
    public String getFilename() {
      return script.substring(script.lastIndexOf('/') + 1);
    }

    @Override
    public String getRelativePath() {
      return script;
    }
  }
}
