package dev.slipway.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The names of tables, views, and routines in statements, and what a statement does with each. */
class TableReferencesTest {
  /** Each name with its use: {@code reads s.t}. */
  private static String references(String features, String sql) {
    SqlTokens tokens = SqlTokens.of(sql, SqlTokensTest.syntax(features), 1);
    List<String> found = new ArrayList<>();
    TableReferences.find(
        tokens,
        at -> at == 0 || tokens.symbol(at - 1, ";"),
        (_, parts, use) ->
            found.add(use.name().toLowerCase(Locale.ROOT) + " " + String.join(".", parts)));
    return String.join(", ", found);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        // Queries.
        "select a.b, c from t ~ reads t",
        "select * from a, s.b as x, \"C\" y where a.i = x.i ~ reads a, reads s.b, reads C",
        "select 1 from a join b on a.i = b.i, c ~ reads a, reads b, reads c",
        "select 1 from a straight_join b on a.i = b.i ~ reads a, reads b",
        "select (select 1 from a), b from c ~ reads a, reads c",
        "select 1 from (select 2 from a) x, b ~ reads a, reads b",
        "select 1 from a where i in (select i from b) order by c ~ reads a, reads b",
        "select f(a), s.g(b) from t ~ reads s.g, reads t",
        "select 1 from only a, lateral b ~ reads a, reads b",
        "select a.b.c from t ~ reads a.b.c, reads t",
        "select @a.b from t ~ reads t",
        "select 1 from a group by b, c having d ~ reads a",
        "select 1 from a limit b, c ~ reads a",
        "select 1 from a union select 2 from b ~ reads a, reads b",
        "select 1 from a for update ~ reads a",
        "select 1 from a use index for order by (i), b ~ reads a, reads b",
        "select extract(year from a) from t ~ reads t",
        "select 1; select 2 from b ~ reads b",
        "table t ~ defines t",
        // Changes of rows.
        "insert into t (a, b) values (c, d) ~ writes t",
        "insert into s.t select a from b ~ writes s.t, reads b",
        "insert ignore into t values (1) ~ writes t",
        "replace into t values (1) ~ writes t",
        "replace t values (1) ~ writes t",
        "insert low_priority t values (1) ~ writes t",
        "select replace(a, b, c) from t ~ reads t",
        "update t set a = b where c ~ writes t",
        "update a, b set c = d ~ writes a, writes b",
        "insert into t values (1) on duplicate key update a = b ~ writes t",
        "insert into t values (1) on conflict (i) do update set a = b ~ writes t",
        "delete from t where a in (select b from c) ~ writes t, reads c",
        "delete t from a ~ writes t, writes a",
        "with x as (select 1 from a) delete from b ~ reads a, writes b",
        "truncate t, u ~ writes t, writes u",
        "truncate table t ~ writes t",
        "select truncate(a, b) from t ~ reads t",
        "load data infile 'f' into table t ~ writes t",
        "select a into b from t ~ reads t",
        "call p(a) ~ defines p",
        "handler t open ~ defines t",
        // Definitions.
        "create table t (a int, b int) ~ defines t",
        "create table if not exists s.t (a int references u (b)) ~ defines s.t, defines u",
        "create table t (foreign key (a) references u (b) on delete cascade on update no action) "
            + "~ defines t, defines u",
        "create table t as select a from b ~ defines t, reads b",
        "create table t like u ~ defines t, defines u",
        "create view v as select 1 from t ~ defines v, reads t",
        "create index i on t (a, b) ~ defines t",
        "create index concurrently i on only t (a) ~ defines t",
        "drop index i ~ defines i",
        "drop index t.i ~ defines t.i",
        "drop table if exists a, b cascade ~ defines a, defines b",
        "drop view a, s.b ~ defines a, defines s.b",
        "drop function f ~ defines f",
        "alter table t rename to u ~ defines t, defines u",
        "alter table t rename column a to b ~ defines t, defines column, defines b",
        "alter table t add constraint c foreign key (a) references u (b) ~ defines t, defines u",
        "rename table a to b, c to d ~ defines a, defines b, defines c, defines d",
        "create trigger r before update on t for each row set a = b ~ defines r, defines t",
        "create trigger r after insert or delete on t begin delete from u; end "
            + "~ defines r, defines t, writes u",
        "create table t (a int) union = (b, c) ~ defines t, defines b, defines c",
        "create table t (a int) union (b, c) ~ defines t, defines b, defines c",
        "select 1 from a union (select 2 from b) ~ reads a, reads b",
        "select 1 from a union (values (1), (2)) ~ reads a",
        "select 1 from a where i = 1 union all table b ~ reads a, reads b",
        "create trigger r before delete on t for each row set @a = 1 ~ defines r, defines t",
        "grant execute on t to a ~ defines t",
        "grant execute on s.* to a ~ defines s.*",
        "grant all on *.* to a ~ ^^",
        "lock tables a read, b write ~ defines a, defines b",
        "cache index a, b in c ~ defines a, defines b",
        "optimize table a, b ~ defines a, defines b",
      })
  void aStatementUsesTheseNames(String sql, String expected) {
    assertEquals(expected, references("-", sql));
  }

  /** With ANSI_QUOTES, MySQL reads a name in double quotes, which are a string otherwise. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "select 1 from \"a\".\"b\" ~ reads a.b",
        "select 1 from a.\"b\" ~ reads a.b",
        "select 1 from \"a\".b ~ reads a.b",
        "select \"a\" from b ~ reads b",
      })
  void aStringWithADotIsAName(String sql, String expected) {
    assertEquals(expected, references("DOUBLE_QUOTED_STRINGS", sql));
  }
}
