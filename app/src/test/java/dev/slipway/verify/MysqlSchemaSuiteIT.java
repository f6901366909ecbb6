package dev.slipway.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import dev.slipway.verify.SchemaChanges.Change;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the model of MySQL shows, held against mysqldump. */
class MysqlSchemaSuiteIT {
  private static final SchemaChanges CHANGES = new SchemaChanges("mysql");

  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_4", "MYSQL"})
  void eachChangeIsNamed(Server server) throws SQLException {
    List<String> wrong = new ArrayList<>();
    try (TestDatabase base = CHANGES.create(server)) {
      base.execute("CREATE USER IF NOT EXISTS slipway_reader");
      SchemaModel expected = SchemaChanges.model(base);
      Optional<List<String>> dump = SchemaChanges.dump(server, base);
      for (Change change : CHANGES.sample()) {
        if (server == Server.MYSQL || !change.name().startsWith("9")) {
          CHANGES.wrong(server, change, expected, dump).ifPresent(wrong::add);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }
}
