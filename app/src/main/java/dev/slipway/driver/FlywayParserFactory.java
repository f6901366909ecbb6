package dev.slipway.driver;

import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.internal.parser.Parser;
import org.flywaydb.core.internal.parser.ParsingContext;

/** Creates Flyway's own parser for one database. */
public interface FlywayParserFactory {
  /** A new parser. */
  Parser create(Configuration configuration, ParsingContext context);
}
