package dev.slipway.migration;

import dev.slipway.driver.FlywayParserFactory;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.parser.ParsingContext;
import org.flywaydb.core.internal.sqlscript.SqlStatement;
import org.flywaydb.core.internal.sqlscript.SqlStatementIterator;

/**
 * Flyway's own decision whether it runs one of its files in a transaction, which depends on the
 * statements. Flyway's classes are internal, so the version is pinned, and {@code FlywayIT} checks
 * what Slipway relies on. A run without Flyway-named files does not load Flyway.
 */
final class FlywayParser {
  private FlywayParser() {}

  /** Whether Flyway would run this text in one transaction. */
  static boolean runsInTransaction(String script, String text, FlywayParserFactory factory) {
    return parse(script, text, factory).stream().allMatch(SqlStatement::canExecuteInTransaction);
  }

  /** The text's statements as Flyway sees them. */
  static List<SqlStatement> parse(String script, String text, FlywayParserFactory factory) {
    ClassicConfiguration configuration = new ClassicConfiguration();
    // Placeholders are replaced before, by rules that need no connection.
    configuration.setPlaceholderReplacement(false);
    ParsingContext context = new ParsingContext();
    List<SqlStatement> found = new ArrayList<>();
    try (SqlStatementIterator statements =
        factory.create(configuration, context).parse(new Text(script, text))) {
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
