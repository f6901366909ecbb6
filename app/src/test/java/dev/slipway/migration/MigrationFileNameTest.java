package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.migration.MigrationFileName.Category;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names are migrations, which are almost migrations, and which are neither. */
class MigrationFileNameTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // The name | kind | version | description | dialect | autocommit
        "1_a.up.sql | UP | 1 | a | - | false",
        "000003_golang_migrate.down.sql | DOWN | 000003 | golang_migrate | - | false",
        "20150100000001000000_identities.sqlite3.up.sql | UP | 20150100000001000000 | identities"
            + " | sqlite3 | false",
        "1_a.pgx.down.sql | DOWN | 1 | a | postgres | false",
        "1_a.autocommit.up.sql | UP | 1 | a | - | true",
        "1_a.postgres.autocommit.up.sql | UP | 1 | a | postgres | true",
        "1_autocommit.mysql.up.sql | UP | 1 | autocommit | mysql | false",
        "1__a.up.sql | UP | 1 | _a | - | false",
        "1_größe.up.sql | UP | 1 | größe | - | false",
        // Dots in descriptions.
        "0001_1.6.0_schema.up.sql | UP | 0001 | 1.6.0_schema | - | false",
        "0002_rename_v6.0.up.sql | UP | 0002 | rename_v6.0 | - | false",
        "0003_x.sql.up.sql | UP | 0003 | x.sql | - | false",
        "1_a.users.up.sql | UP | 1 | a.users | - | false",
        "1_v1.2.mysql.up.sql | UP | 1 | v1.2 | mysql | false",
        "1_v1.2.mysql.autocommit.down.sql | DOWN | 1 | v1.2 | mysql | true",
        "1_a.mysql.schema.up.sql | UP | 1 | a.mysql.schema | - | false",
        "1_a.scanner.up.sql | UP | 1 | a.scanner | - | false",
        "1_a.v2.up.sql | UP | 1 | a.v2 | - | false",
        "1_a.pgs.up.sql | UP | 1 | a.pgs | - | false",
        // Flyway's.
        "V1__a.sql | UP | 1 | a | - | false",
        "V1.2_3__a b.sql | UP | 1.2.3 | a b | - | false",
        "V1.sql | UP | 1 | '' | - | false",
        "V2_1.sql | UP | 2.1 | '' | - | false",
        "V1__a.up.sql | UP | 1 | a.up | - | false",
        "V1__a.mysql.sql | UP | 1 | a.mysql | - | false",
        "V1___a.sql | UP | 1 | _a | - | false",
        "U1__a.sql | DOWN | 1 | a | - | false",
        "B1.2__a.sql | BASELINE | 1.2 | a | - | false",
        "B1__a.postgres.sql | BASELINE | 1 | a | postgres | false",
        "V2__b.SQL | UP | 2 | b | - | false",
        "R__b.Sql | REPEATABLE | - | b | - | false",
        "R__a_view.sql | REPEATABLE | - | a_view | - | false"
      })
  void readsExactNames(
      String name,
      String kind,
      String version,
      String description,
      String dialect,
      boolean autocommit) {
    MigrationFileName read = MigrationFixture.name(name);
    assertEquals(Category.MIGRATION, read.category(), read::toString);
    NameParts parts = read.parts().orElseThrow();
    assertEquals(kind, parts.kind().name());
    assertEquals(version, parts.version().map(MigrationVersion::toString).orElse(null));
    assertEquals(description, parts.name());
    assertEquals(dialect, parts.dialect().map(each -> each.name()).orElse(null));
    assertEquals(autocommit, parts.autocommit());
    assertEquals(
        name.matches("[VURB].*") ? MigrationFormat.FLYWAY : MigrationFormat.PAIRS, parts.format());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        // The name | version | description
        "1_a.sql | 1 | a",
        "20240101000000_create_users.sql | 20240101000000 | create_users",
        "20240101000000.sql | 20240101000000 | ''",
        "01__init.sql | 01 | _init",
        "3_v1.2_schema.sql | 3 | v1.2_schema",
        "4_clean_up.sql | 4 | clean_up",
        "5_größe.sql | 5 | größe",
      })
  void readsNamesWithoutADirection(String name, String version, String description) {
    MigrationFileName read = MigrationFixture.name(name);
    assertEquals(Category.SINGLE_FILE, read.category(), read::toString);
    NameParts parts = read.parts().orElseThrow();
    assertEquals(MigrationKind.UP, parts.kind());
    assertEquals(version, parts.version().orElseThrow().toString());
    assertEquals(description, parts.name());
    assertEquals(MigrationFormat.PLAIN, parts.format());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "2_b.SQL, rename it to 2_b.sql",
    "2-b.sql, rename it to 2_b.sql",
    "2_b.sqll, rename it to 2_b.sql",
    "2_b - Copy.sql, rename it to 2_b.sql",
    "2_b.down.SQL, rename it to 2_b.down.sql",
    "2_b.go, write it as SQL under the name 2_b.sql",
  })
  void theRightNameAmongSingleFilesIsOneOfThem(String name, String problem) {
    String actual =
        MigrationFileName.amongSingleFiles(name, MigrationFixture.flywayNames()).problem();
    assertTrue(actual.contains(problem), actual);
    assertTrue(MigrationFixture.name(name).parts().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "V2_b.sql, V2__b.sql",
    "v2__b.sql, V2__b.sql",
    "V2-b.sql, V2__b.sql",
    "V1_2_b.sql, V1_2__b.sql",
    "V2__b, V2__b.sql",
    "V2__b.sql.txt, V2__b.sql",
    "V1.sql.sql, V1.sql",
    "u2_b.sql, U2__b.sql",
    "R_view.sql, R__view.sql",
    "r__view.sql, R__view.sql",
    "2_b.UP.sql, 2_b.up.sql",
    "2_b.up.SQL, 2_b.up.sql",
    "2_b.Down.sql, 2_b.down.sql",
    "2-b.up.sql, 2_b.up.sql",
    "2 b.up.sql, 2_b.up.sql",
    "' 2_b.up.sql', 2_b.up.sql",
    "2_b.upp.sql, 2_b.up.sql",
    "2_b.dwon.sql, 2_b.down.sql",
    "2_b.up.sq, 2_b.up.sql",
    "2_b.up, 2_b.up.sql",
    "2_b.up.txt, 2_b.up.sql",
    "2_b.up.sql.txt, 2_b.up.sql",
    "2_b.SQL, 2_b.up.sql",
    "b2_base.sql, B2__base.sql",
    "B_2__base.SQL, B2__base.sql",
    // Another tool's words, separators, and copies.
    "2_b-up.SQL, 2_b.up.sql",
    "2_.up.sql, 2_<name>.up.sql",
    "2_.mysql.up.sql, 2_<name>.mysql.up.sql",
    "2.b.up.sql, 2_b.up.sql",
    "_2_b.up.sql, 2_b.up.sql",
    "2_b.rollback.sql, 2_b.down.sql",
    "2_b.undo.sql, 2_b.down.sql",
    "2_b.do.sql, 2_b.up.sql",
    "2_b.up (1).sql, '2_b.up.sql, or remove it if it is a copy'",
    "2_b.up.sql (1), '2_b.up.sql, or remove it'",
    "2_b.up - Copy.sql, '2_b.up.sql, or remove it'",
    "2_b.up copy.sql, '2_b.up.sql, or remove it'",
    // A pair's version has no dots: 2_1_b.up.sql would be version 2.
    "2.1_b.up.sql, V2.1__b.sql",
    "2.1_b.down.sql, U2.1__b.sql",
    "2.1_b.sql, V2.1__b.sql",
    "1.6.0-b.up.SQL, V1.6.0__b.sql",
    "2024-01-02_b.up.sql, 20240102_b.up.sql",
    "2024-01-02-030405_b.sql, 20240102030405_b.up.sql",
    // With another prefix, or what would be applied as it begins with V.
    "V 2__b.sql, V2__b.sql",
    "V_2__b.sql, V2__b.sql",
    "v-1.2__b.sql, V1.2__b.sql",
    "v2_b.up.sql, 2_b.up.sql",
    "v2__b.down.sql, 2_b.down.sql",
    "V2_b.down.sql, 2_b.down.sql",
    // SQL under another extension.
    "2_b.ddl, 2_b.up.sql",
    "V2__b.ddl, V2__b.sql",
    "2_b.up.ddl, 2_b.up.sql",
    "V2__b.DML, V2__b.sql",
    "R__b.pgsql, R__b.sql",
    "1.up.sql, 1_<name>.up.sql",
    "1_a..up.sql, 1_a.up.sql",
    // A last segment that is almost a database, or autocommit.
    "1_a.posgres.up.sql, 1_a.postgres.up.sql",
    "1_a.mysq.up.sql, 1_a.mysql.up.sql",
    "1_a.sqlit3.up.sql, 1_a.sqlite3.up.sql",
    "1_a.cockraoch.up.sql, 1_a.cockroach.up.sql",
    "1_a.cockroackdb.up.sql, 1_a.cockroachdb.up.sql",
    "1_a.MySQL.up.sql, 1_a.mysql.up.sql",
    "1_a.mysql8.up.sql, 1_a.mysql.up.sql",
    "1_a.psql.up.sql, 1_a.postgres.up.sql",
    "1_a.oracel.up.sql, 1_a.oracle.up.sql",
    "1_a.Oracle.up.sql, 1_a.oracle.up.sql",
    "1_v1.0.posgres.up.sql, 1_v1.0.postgres.up.sql",
    "1_a.autocomit.up.sql, 1_a.autocommit.up.sql",
    "1_a.AUTOCOMMIT.up.sql, 1_a.autocommit.up.sql",
    "1_a.autocommit.postgres.up.sql, 1_a.postgres.autocommit.up.sql"
  })
  void saysTheRightNameOfWhatIsAlmostAMigration(String name, String right) {
    MigrationFileName read = MigrationFixture.name(name);
    assertEquals(Category.MISNAMED, read.category(), read::toString);
    assertTrue(read.problem().startsWith("rename it to " + right), read::problem);
  }

  /** Otherwise one would be told to rename a file again, or to a name that means something else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "v2__b.SQL",
        "v1_2_b.sql",
        "2-b.UP.sql",
        "2_b.up.sql.txt",
        "r_v.sql",
        "1_a.autocommit.posgres.up.sql",
        "1_1.6.0_schema.mysq.DOWN.sql",
        "_2_b.up.sql",
        "2.1_b.up.sql",
        "V 2__b.sql",
        "v2__b.down.sql",
        "2024-01-02_b.up.sql",
        "2_b.undo.sql"
      })
  void theRightNameIsExact(String name) {
    String right = MigrationFixture.name(name).problem().replace("rename it to ", "");
    assertEquals(Category.MIGRATION, MigrationFixture.name(right).category(), right);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "V__b.sql",
        "R__.sql",
        "1_a.up.down.sql",
        "2.1_b.mysql.up.sql",
        "u2_b.up.sql",
        "1_a.postgres.mysql.up.sql",
        "2_b.up.fizz",
        "2_b.up.json",
        "B__base.sql",
        "beforeMigrate.sql",
        "afterEachMigrate__x.sql",
        "add_email.up.sql",
        "add_email.down.sql"
      })
  void rejectsWhatHasNoRightName(String name) {
    assertEquals(Category.MISNAMED, MigrationFixture.name(name).category());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0003_x.go",
        "3_x.py",
        "3_x.js",
        "3_x.ts",
        "V3__x.java",
        "V3_x.java",
        "3_x.sh",
        "20240101000000-x.js",
        "R__x.py",
        "2014_10_12_000000_create_users_table.php",
        "V2__b.rs",
        "2_b.rs",
        "2_b.exs",
        "2_b.ex",
        "2_b.clj",
        "2_b.kt",
        "2_b.lua",
        "V2__b.class",
        "V2__b.jar",
        "2_b.tsx",
        "V2__b.scala",
        "2_b.pl",
        "2_b.rb",
        "2_b.php",
        "2_b.cs",
        "2.1_b.py",
        "2_b.up.go",
        "2_b.xml",
        "2_b.yaml",
        "2_b.yml",
        "2_b.json",
        "V2__b.json",
        "V2.1__b.xml",
        "R__b.yaml"
      })
  void knowsProgramsWithAVersion(String name) {
    assertEquals(Category.CODE, MigrationFixture.name(name).category());
  }

  @Test
  void aDateInTheVersionOfAProgramIsOneNumber() {
    assertTrue(
        MigrationFixture.name("2014_10_12_000000_users.php")
            .problem()
            .endsWith(
                "under the name 20141012000000_users.up.sql, or "
                    + "20141012000000_users.down.sql if it reverts the migration"));
  }

  @ParameterizedTest
  @CsvSource({
    "2_b.up.sql.gz, 2_b.up.sql",
    "V2__b.sql.zip, V2__b.sql",
    "2_b.down.sql.zst, 2_b.down.sql"
  })
  void saysToUnpack(String name, String right) {
    MigrationFileName read = MigrationFixture.name(name);
    assertEquals(Category.MISNAMED, read.category());
    assertEquals("Slipway does not read compressed files; unpack it to " + right, read.problem());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1_a.oracle.up.sql",
        "1_a.mssql.down.sql",
        "1_a.mariadb.up.sql",
        "1_a.yugabyte.autocommit.up.sql",
        "1_v1.0.sqlserver.up.sql"
      })
  void knowsOtherDatabases(String name) {
    assertEquals(Category.OTHER_DATABASE, MigrationFixture.name(name).category());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schema.sql",
        "seed.sql",
        "SCHEMA.SQL",
        "Users.sql",
        "v_orders.sql",
        "vacuum.sql",
        "baseline.sql",
        "queries.sql",
        "nonsense.sql"
      })
  void knowsSqlWithoutAVersion(String name) {
    assertEquals(Category.NO_VERSION, MigrationFixture.name(name).category());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README",
        "README.md",
        "LICENSE",
        "Makefile",
        "atlas.sum",
        "embed.go",
        "migrations.go",
        "migrations_test.go",
        "00003_x_test.go",
        "0003_x.test.ts",
        "0003_x.d.ts",
        "fixtures.json",
        "2_x.up.sql.bak",
        "2_x.up.sql~",
        "#2_x.up.sql#",
        "2_x.up.sql.swp",
        "2_x.up.sql.orig",
        "2_x.up.sql.rej",
        "2_x.up.sql.disabled",
        "V2__x.sql.BAK",
        "0003_notes.txt",
        "0003_data.csv",
        "0001_diagram.png",
        "2_b.md",
        "migration_lock.toml",
        "schema.rb",
        "structure.sql.gz",
        "2024-01-01_dump.sql.gz",
        "v1.json",
        "v2beta.yaml",
        "openapi.yaml",
        "0001_snapshot.sqlite",
        "0003_x.spec.tsx",
        "0003_x.test.exs.orig",
        "0003_x_test.exs",
        "2024-01-report.pdf",
        "3d_engine.js",
        "404.js",
        "__init__.py",
        "package.json",
        "run.sh",
        "1_x.up.md"
      })
  void ignoresEverythingElse(String name) {
    assertEquals(Category.OTHER, MigrationFixture.name(name).category());
  }

  @Test
  void aNameOfAnyCharactersIsRead() {
    for (String name :
        new String[] {
          "",
          ".",
          "_",
          "1",
          "1_",
          "1_.",
          "V",
          "V1_",
          "R__",
          ".sql",
          "1_\uD83D\uDEA2.up.sql",
          "1_\uDCFC.up.sql",
          "%s.sql",
          "1_a b.up.sql",
          "V1__.sql"
        }) {
      assertTrue(MigrationFixture.name(name).category() != null, name);
    }
  }
}
