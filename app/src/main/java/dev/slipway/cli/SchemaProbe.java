package dev.slipway.cli;

import dev.slipway.config.Settings;
import dev.slipway.db.Database;
import dev.slipway.http.Metrics;
import dev.slipway.http.Probe;
import dev.slipway.migrate.Migrations;
import dev.slipway.migrate.SchemaState;
import dev.slipway.migrate.SchemaState.Verdict;
import dev.slipway.migrate.StopSignal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** The schema is new enough for this binary: every migration it knows is applied. */
final class SchemaProbe implements Probe {
  private final ProbeConnections connections;
  private final Database database;
  private final Settings.Migrate settings;
  private volatile SchemaState last;

  SchemaProbe(
      ProbeConnections connections, Database database, Settings.Migrate settings, Metrics metrics) {
    this.connections = connections;
    this.database = database;
    this.settings = settings;
    metrics.gauge(
        "slipway_migrations_applied",
        "Migrations that this binary knows and the database has.",
        Map.of(),
        () -> last == null ? Double.NaN : last.applied());
    metrics.gauge(
        "slipway_migrations_pending",
        "Migrations that this binary knows and the database has not.",
        Map.of(),
        () -> last == null ? Double.NaN : last.pending());
    for (Verdict verdict : Verdict.values()) {
      metrics.gauge(
          "slipway_schema_state",
          "1 for what the schema is to this binary, 0 for what it is not.",
          Map.of("state", verdict.name().toLowerCase(Locale.ROOT)),
          () -> last == null ? Double.NaN : last.verdict() == verdict ? 1 : 0);
    }
  }

  @Override
  public String name() {
    return "migrations";
  }

  /** A schema that is right stays so, but for a person who rolls it back. */
  @Override
  public Duration keep() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Finding check() throws SQLException, InterruptedException {
    try (Connection connection = connections.open();
        Migrations migrations =
            Migrations.on(
                connection, database.dsn(), settings, new StopSignal(), new LoggedRun())) {
      last = migrations.state();
      return new Finding(last.ready(), last.words());
    }
  }
}
