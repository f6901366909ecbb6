package dev.slipway.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.PlannedStatement.Placement;
import dev.slipway.driver.SchemaPlan.PossibleRename;
import dev.slipway.driver.SchemaPlanner.Request;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a plan on PostgreSQL says of its statements, and what a request changes. */
class PostgresPlannerIT {
  private static final String HISTORY = "schema_migrations";

  private static PlanTrial trial(
      List<String> start, List<String> target, Map<String, String> renames, boolean managedOnly)
      throws SQLException {
    try (TestDatabase first = Server.POSTGRES.database();
        TestDatabase second = Server.POSTGRES.database()) {
      first.execute(start.toArray(String[]::new));
      second.execute(target.toArray(String[]::new));
      try (Connection from = first.connect();
          Connection to = second.connect()) {
        PlanTrial trial =
            PlanTrial.run(from, to, new Request(Set.of(HISTORY), renames, managedOnly));
        assertEquals("", trial.failure());
        return trial;
      }
    }
  }

  private static PlanTrial trial(List<String> start, List<String> target) throws SQLException {
    return trial(start, target, Map.of(), false);
  }

  private static List<String> sql(PlanTrial trial) {
    return trial.plan().statements().stream().map(PlannedStatement::sql).toList();
  }

  private static PlannedStatement only(PlanTrial trial, String part) {
    List<PlannedStatement> found =
        trial.plan().statements().stream().filter(each -> each.sql().contains(part)).toList();
    assertEquals(1, found.size(), () -> part + " in " + sql(trial));
    return found.getFirst();
  }

  @Test
  void checksRowsWithoutALockThatBlocks() throws SQLException {
    PlanTrial trial =
        trial(
            List.of("CREATE TABLE p (id int PRIMARY KEY)", "CREATE TABLE t (a int, b int)"),
            List.of(
                "CREATE TABLE p (id int PRIMARY KEY)",
                "CREATE TABLE t (a int NOT NULL CHECK (a > 1), b int UNIQUE REFERENCES p)",
                "CREATE INDEX t_a ON t (a)"));
    assertTrue(only(trial, "ADD CONSTRAINT t_a_check").sql().endsWith(" NOT VALID"));
    PlannedStatement check = only(trial, "VALIDATE CONSTRAINT t_a_check");
    assertEquals(Placement.NEW_FILE, check.placement());
    assertEquals("SELECT * FROM public.t WHERE NOT ((a > 1))", check.needs().orElseThrow());
    PlannedStatement notNull = only(trial, "VALIDATE CONSTRAINT \"a_is_not_null\"");
    assertEquals("SELECT * FROM public.t WHERE a IS NULL", notNull.needs().orElseThrow());
    PlannedStatement reference = only(trial, "VALIDATE CONSTRAINT t_b_fkey");
    assertEquals(
        "SELECT c.* FROM public.t c WHERE c.b IS NOT NULL AND NOT EXISTS"
            + " (SELECT FROM public.p p WHERE p.id = c.b)",
        reference.needs().orElseThrow());
    assertEquals(Placement.OUTSIDE_TRANSACTION, only(trial, "CONCURRENTLY t_a ").placement());
    assertEquals(
        "SELECT b FROM public.t WHERE (b) IS NOT NULL GROUP BY b HAVING count(*) > 1",
        only(trial, "CONCURRENTLY t_b_key").needs().orElseThrow());
    assertTrue(
        trial.plan().statements().stream().allMatch(each -> each.blocks().isEmpty()),
        () -> sql(trial).toString());
  }

  @Test
  void saysWhatIsLostAndWhatBlocks() throws SQLException {
    PlanTrial trial =
        trial(
            List.of("CREATE TABLE gone (a int)", "CREATE TABLE t (a bigint, b int)"),
            List.of("CREATE TABLE t (a int, c uuid DEFAULT gen_random_uuid())"));
    assertEquals("table public.gone", only(trial, "DROP TABLE").loss().orElseThrow());
    assertEquals("column public.t.b", only(trial, "DROP COLUMN b").loss().orElseThrow());
    assertTrue(only(trial, "TYPE integer").blocks().isPresent());
    assertTrue(only(trial, "TYPE integer").needs().isPresent());
    assertTrue(only(trial, "ADD COLUMN c").blocks().isPresent());
  }

  @Test
  void addsValuesOfAnEnumBeforeTheyAreUsed() throws SQLException {
    PlanTrial trial =
        trial(
            List.of("CREATE TYPE m AS ENUM ('a')", "CREATE TABLE t (x m)"),
            List.of("CREATE TYPE m AS ENUM ('b', 'a')", "CREATE TABLE t (x m DEFAULT 'b')"));
    assertTrue(only(trial, "ADD VALUE 'b' BEFORE 'a'").irreversible().isPresent());
    assertEquals(Placement.NEW_FILE, only(trial, "SET DEFAULT").placement());
  }

  @Test
  void renamesWhatTheRequestNames() throws SQLException {
    List<String> start =
        List.of(
            "CREATE TABLE users (id int PRIMARY KEY, mail text)",
            "CREATE INDEX users_mail ON users (mail)",
            "CREATE VIEW mails AS SELECT mail FROM users");
    List<String> target =
        List.of(
            "CREATE TABLE accounts (id int CONSTRAINT accounts_key PRIMARY KEY, email text)",
            "CREATE INDEX accounts_email ON accounts (email)",
            "CREATE VIEW mails AS SELECT email AS mail FROM accounts");
    PlanTrial trial =
        trial(
            start,
            target,
            Map.of("public.users", "public.accounts", "public.users.mail", "public.users.email"),
            false);
    assertEquals(
        List.of(
            "ALTER TABLE public.users RENAME COLUMN mail TO email",
            "ALTER TABLE public.users RENAME TO accounts",
            "ALTER TABLE public.accounts RENAME CONSTRAINT users_pkey TO accounts_key",
            "ALTER INDEX public.users_mail RENAME TO accounts_email"),
        sql(trial));
    assertEquals(
        List.of(new PossibleRename("public.t.a", "public.t.b")),
        trial(List.of("CREATE TABLE t (a int)"), List.of("CREATE TABLE t (b int)"))
            .plan()
            .renames());
  }

  @Test
  void keepsWhatAnOrmDoesNotCreate() throws SQLException {
    PlanTrial trial =
        trial(
            List.of(
                "CREATE TABLE t (a int, b int)",
                "CREATE TABLE old (a int)",
                "CREATE INDEX t_b ON t (b)",
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
                "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
                "CREATE VIEW v AS SELECT a FROM t",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "GRANT SELECT ON t TO pg_monitor",
                "COMMENT ON TABLE t IS 'ours'"),
            List.of("CREATE TABLE t (a bigint, b int)"),
            Map.of(),
            true);
    assertEquals(
        List.of("function public.f()", "trigger g on public.t", "view public.v"),
        trial.plan().kept());
    assertEquals(
        List.of(
            "DROP INDEX CONCURRENTLY public.t_b",
            "DROP TABLE public.old",
            "DROP VIEW public.v",
            "ALTER TABLE public.t ALTER COLUMN a TYPE bigint",
            "CREATE VIEW public.v AS\n SELECT a\n   FROM public.t"),
        sql(trial));
  }
}
