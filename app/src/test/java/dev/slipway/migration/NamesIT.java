package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Shell;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Arguments, variables, and names of files that are not ASCII, in locales that are not UTF-8. The
 * scripts are ASCII, as the JVM that runs this test may be in such a locale itself.
 */
class NamesIT extends RealProcesses {
  /** Folder and file, and a value for a placeholder, in bytes of UTF-8. */
  private static final String FILES =
      """
      name=gr$'\\303\\266\\303\\237'e who=J$'\\303\\274'rgen
      mkdir "$name"
      echo "CREATE TABLE names (who VARCHAR(50));" >"$name/V1__$name.sql"
      echo "INSERT INTO names VALUES ('\\${who}'), ('${who}');" >"$name/V2__who.sql"
      """;

  private Shell script;

  @BeforeEach
  void start() {
    script = shell(Shell.withStartScript(folder));
  }

  private Shell shell(Shell shell) {
    shell.export("DSN", database.dsn());
    return shell;
  }

  private Ran up(Shell shell, String before, String after) {
    return shell.run(FILES + before + " slipway migrate sql up -e --yes --path \"$name\" " + after);
  }

  private void assertNothingIsLost() {
    assertEquals("[Jürgen, Jürgen]", database.query("SELECT who FROM names").toString());
    assertEquals(
        "[V1__größe.sql|größe, V2__who.sql|who]",
        database
            .query(
                "SELECT script, description FROM "
                    + HISTORY
                    + " WHERE installed_rank > 0 ORDER BY installed_rank")
            .toString());
  }

  @Test
  void theStartScriptReadsUtf8InTheCLocale() {
    up(script, "LC_ALL=C", "--placeholder \"who=$who\"").exits(DONE).says("applied 1_größe");
    assertNothingIsLost();
  }

  /** As in the image: nothing but the JVM. */
  @Test
  void theJvmStartsAgainInAUtf8Locale() {
    Shell jvm = shell(new Shell(folder));
    up(jvm, "LC_ALL=de_DE.ISO-8859-1 MIGRATE_PLACEHOLDERS=who=$who", "")
        .exits(DONE)
        .says("applied 1_größe");
    assertNothingIsLost();
    jvm.run("LC_ALL=C slipway migrate sql status -e --exit-code --path gr*")
        .exits(DONE)
        .says("größe");
  }

  @Test
  void everyLocaleIsTheSame() {
    only(Family.SQLITE);
    up(script, "LC_ALL=POSIX", "--placeholder \"who=$who\"").exits(DONE);
    assertNothingIsLost();
    Ran ran =
        script
            .run(
                """
        unset LC_ALL LC_CTYPE LANG
        check() {
          env "$@" slipway migrate sql status -e --exit-code --path gr* | grep -c $'\\303\\266'
        }
        check A=b
        check LC_ALL=C
        check LANG=de_DE.UTF-8
        check LANG=en_US.ISO-8859-1 LC_CTYPE=C
        check LC_ALL=no-such-locale
        """)
            .exits(DONE);
    assertEquals("1\n1\n1\n1\n1\n", ran.out());
  }

  /** The name of the folder in which it works, and of a SQLite file in it. */
  @Test
  void pathsMayBeRelativeToAFolderThatIsNotAscii() {
    only(Family.SQLITE);
    script
        .run(
            FILES
                + """
        (
          cd "$name"
          LC_ALL=C slipway migrate sql up --yes --path . --placeholder who=x \\
            --dsn sqlite://d$'\\303\\244'ten.db
          ls
        )
        """)
        .exits(DONE)
        .says("däten.db\n", "däten.db.slipway-lock\n");
  }

  @Test
  void bytesThatAreNotUtf8AreRejected() {
    script
        .run(
            FILES
                + """
        expect() {
          code=0
          LC_ALL=$1 "${@:2}" || code=$?
          [[ $code == 2 ]] || { echo "exit $code: $*"; exit 9; }
        }
        for locale in C C.UTF-8; do
          expect $locale slipway migrate sql up -e --yes --path "$name" --placeholder who=J$'\\374'r
          expect $locale env MIGRATE_PLACEHOLDERS=who=J$'\\374'r \\
            slipway migrate sql up -e --yes --path "$name"
          touch "$name/V3__"$'\\374'.sql
          expect $locale slipway migrate sql up -e --yes --path "$name" --placeholder who=x
          LC_ALL=$locale slipway migrate sql up -e --dry-run --path "$name" --placeholder who=x \\
            --exclude 'V3*'
          rm "$name"/V3__*
        done
        """)
        .exits(DONE)
        .says(
            "argument 9 is not valid UTF-8: \\xFC at character 6",
            "the environment variable MIGRATE_PLACEHOLDERS is not valid UTF-8: \\xFC at character 6",
            "the file name größe/V3__\\xFC.sql is not valid UTF-8",
            "excluded by --exclude (migrate.exclude): V3__\\xFC.sql")
        .never("\uFFFD");
    assertEquals("[]", database.tables().toString());
  }

  /** And U+FFFD, which Java puts in place of such bytes, is a character like others. */
  @Test
  void whatIsNotUsedMayHoldAnyBytes() {
    up(script, "LC_ALL=C OTHER=$'\\374'", "--placeholder who=$'\\357\\277\\275'").exits(DONE);
    assertEquals(
        "[Jürgen, \uFFFD]", database.query("SELECT who FROM names ORDER BY who").toString());
  }
}
