package dev.slipway.cli;

import dev.slipway.config.Settings;
import dev.slipway.http.Metrics;
import dev.slipway.http.Probe;
import dev.slipway.migration.CancellationToken;
import dev.slipway.migration.MigrationService;
import dev.slipway.migration.SchemaState;
import dev.slipway.migration.SchemaState.Verdict;
import dev.slipway.pool.ConnectionPool;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The schema is new enough for this binary: every migration it knows is applied. */
final class SchemaReadinessProbe implements Probe {
  private static final System.Logger LOG = System.getLogger(SchemaReadinessProbe.class.getName());

  private final HealthProbeConnections connections;
  private final ConnectionPool database;
  private final Settings.Migrate settings;
  private volatile @Nullable SchemaState last;
  private volatile String warned = "";

  SchemaReadinessProbe(
      HealthProbeConnections connections,
      ConnectionPool database,
      Settings.Migrate settings,
      Metrics metrics) {
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
    try (Connection connection = connections.open()) {
      database.applySettings(connection);
      return check(connection);
    }
  }

  private Finding check(Connection connection) {
    try (MigrationService migrations =
        MigrationService.onSearchPath(
            connection, database.dsn(), settings, new CancellationToken(), new LogReporter())) {
      if (last == null) {
        migrations.notes().forEach(note -> LOG.log(Level.INFO, note));
      }
      last = migrations.state();
      warn(migrations.followed().orElse(""));
      if (migrations.schemaMismatch().isPresent()) {
        return new Finding(false, migrations.schemaMismatch().get());
      }
      return new Finding(last.ready(), last.message());
    }
  }

  /** Once for each state: the probe runs every few seconds. */
  private void warn(String words) {
    if (!words.equals(warned) && !words.isEmpty()) {
      LOG.log(Level.WARNING, words);
    }
    warned = words;
  }
}
