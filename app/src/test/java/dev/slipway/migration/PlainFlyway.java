package dev.slipway.migration;

import dev.slipway.testing.Server.Family;
import dev.slipway.testing.TestDatabase;
import java.nio.file.Path;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Flyway itself, on a test's database and folder. */
final class PlainFlyway {
  private PlainFlyway() {}

  static FluentConfiguration on(TestDatabase database, Path folder) {
    FluentConfiguration flyway =
        Flyway.configure()
            .dataSource(new DatabaseSource(database))
            .locations("filesystem:" + folder)
            .table(MigrateSuite.HISTORY);
    if (database.family() == Family.POSTGRES) {
      // Without it plain Flyway's lock and its migrations are on different connections.
      flyway.configuration(Map.of("flyway.postgresql.transactional.lock", "false"));
    }
    return flyway;
  }
}
