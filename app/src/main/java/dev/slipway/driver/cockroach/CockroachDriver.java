package dev.slipway.driver.cockroach;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.driver.FlywayParserFactory;
import dev.slipway.driver.HistorySql;
import dev.slipway.driver.IsolationAnalyzer;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.LockTarget;
import dev.slipway.driver.MigrationLock;
import dev.slipway.driver.SchemaReader;
import dev.slipway.driver.ScratchServer;
import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.ServerAdministration;
import dev.slipway.driver.StatementRules;
import dev.slipway.driver.postgres.LibpqDsnParser;
import dev.slipway.driver.postgres.PostgresProtocolDriver;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.ParameterHandler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.database.cockroachdb.CockroachDBParser;

/** CockroachDB, which speaks PostgreSQL's protocol. */
public final class CockroachDriver extends PostgresProtocolDriver {
  private static final String NAME = "cockroach";
  private static final int PORT = 26257;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String productName() {
    return "CockroachDB";
  }

  @Override
  public List<String> aliases() {
    return List.of("cockroachdb", "crdb");
  }

  @Override
  public String dsnExample() {
    return "cockroach://user@host:26257/name";
  }

  @Override
  public Dsn parse(String rest) {
    return LibpqDsnParser.parse(NAME, rest, PORT, handlers());
  }

  @Override
  public Dsn parse(DatabaseConfig.Parts parts) {
    return LibpqDsnParser.parse(NAME, parts, PORT, handlers());
  }

  private static Map<String, ParameterHandler> handlers() {
    Map<String, ParameterHandler> handlers = LibpqDsnParser.handlers();
    // The virtual cluster, which CockroachDB's own tools pass in options.
    handlers.put(
        "cluster",
        (p, d) -> {
          throw p.rejection("write it into options, as in options=-ccluster%3Dname");
        });
    ParameterHandler unknown =
        ParameterHandler.reject("CockroachDB has no such setting; leave it out");
    for (String name :
        List.of(
            "tcp_user_timeout",
            "tcp_keepalives_idle",
            "tcp_keepalives_interval",
            "tcp_keepalives_count",
            "client_connection_check_interval")) {
      handlers.put(name, unknown);
    }
    return handlers;
  }

  @Override
  public Optional<String> jdbcPrefix() {
    return Optional.empty();
  }

  /** A schema change continues after its transaction's commit, and may fail there. */
  @Override
  public boolean transactionalDdl() {
    return false;
  }

  @Override
  public IsolationAnalyzer isolationAnalyzer() {
    return new CockroachIsolation(syntax());
  }

  @Override
  public StatementRules statementRules(boolean oneRelease) {
    return new CockroachLintRules(oneRelease);
  }

  @Override
  public List<LintRule> specificLintRules() {
    return List.of(
        LintRule.TYPE_CHANGE,
        LintRule.ALL_ROWS,
        LintRule.HALF_APPLIED,
        CockroachLintRules.TRANSACTION,
        LintRule.ROW_SECURITY,
        LintRule.DROP_DEFAULT,
        LintRule.REVOKE);
  }

  @Override
  public SchemaReader schemaReader() {
    return new CockroachSchemaReader();
  }

  @Override
  public ScratchSupport scratch() {
    return new CockroachScratchSupport();
  }

  @Override
  public Optional<ScratchServer> scratchServer() {
    return Optional.of(new CockroachScratchSupport());
  }

  @Override
  public Optional<FlywayParserFactory> flywayParser() {
    return Optional.of(CockroachDBParser::new);
  }

  @Override
  public Optional<ServerAdministration> administration(
      Dsn admin, ServerAdministration.ConnectionOpener opener) {
    return Optional.of(new CockroachAdministration(admin, opener));
  }

  @Override
  public HistorySql historySql() {
    return new CockroachHistorySql();
  }

  @Override
  public MigrationLock migrationLock(LockTarget target, String holderName) {
    return new CockroachRowLock(target, holderName);
  }

  @Override
  public Optional<String> atomicLimitation() {
    return Optional.of("CockroachDB changes a schema outside of transactions");
  }

  /** The server does not number sessions: a statement counts as running while it answers. */
  @Override
  public Optional<String> runningStatementQuery(long session) {
    return Optional.of("SELECT 1");
  }

  @Override
  protected String serverStartSql() {
    return "''";
  }

  /** CockroachDB rejects PostgreSQL's settings for keepalives. */
  @Override
  protected Map<String, String> keepalives() {
    return Map.of();
  }
}
