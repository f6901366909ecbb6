package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Shell;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The locale of the process does not change the SQL that Slipway sends. */
class LocaleIT extends RealProcesses {
  /** The digits of this locale are not those of ASCII. */
  private static final String LOCALE = "-Duser.language=ar -Duser.country=EG";

  @Test
  void digitsInSqlAreAscii() {
    file("1_table.up.sql", "CREATE TABLE t1 (id INT);");
    file("1_table.down.sql", "DROP TABLE t1;");
    file("2_alone.autocommit.up.sql", "CREATE TABLE t2 (id INT);", "CREATE INDEX i ON t2 (id);");
    file("2_alone.autocommit.down.sql", "DROP TABLE t2;");
    Shell shell = Shell.withStartScript(folder);
    shell.export("DSN", database.dsn());
    shell.export("SLIPWAY_JAVA_OPTS", LOCALE);
    Ran ran =
        shell.run(
            """
            slipway migrate sql up -e --yes --path .
            slipway migrate sql status -e --path . --format json
            slipway migrate sql down -e --yes --steps 2 --path .
            slipway migrate sql up -e --yes --path .
            """);
    ran.exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }
}
