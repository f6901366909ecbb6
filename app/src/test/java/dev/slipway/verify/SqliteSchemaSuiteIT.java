package dev.slipway.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import dev.slipway.verify.SchemaChanges.Change;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the model of SQLite shows, held against the text of the sqlite3 program. */
class SqliteSchemaSuiteIT {
  private static final SchemaChanges CHANGES = new SchemaChanges("sqlite");

  @Test
  void eachChangeIsNamed() throws SQLException {
    List<String> wrong = new ArrayList<>();
    try (TestDatabase base = CHANGES.create(Server.SQLITE)) {
      SchemaModel expected = SchemaChanges.model(base);
      Optional<List<String>> dump = SchemaChanges.dump(Server.SQLITE, base);
      for (Change change : CHANGES.all()) {
        CHANGES.wrong(Server.SQLITE, change, expected, dump).ifPresent(wrong::add);
      }
    }
    assertEquals(List.of(), wrong);
  }
}
