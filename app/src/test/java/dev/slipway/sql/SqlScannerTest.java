package dev.slipway.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.slipway.sql.SqlScript.SourcePosition;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The statements of a script with and without each construct of {@link SqlSyntax}. */
class SqlScannerTest {
  private static SqlScript parse(String features, String text) {
    return SqlScript.parse(text.replace("\\n", "\n"), SqlTokensTest.syntax(features));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "- ~ a; b ;; ; c ~ a|b|c",
        "- ~ \uFEFFa; ~ a",
        "- ~ a 'x;''y' \"z;\" `w;`; b ~ a 'x;''y' \"z;\" `w;`|b",
        "- ~ [a;b] ~ [a|b]",
        "BRACKETED_NAMES ~ [a;b];c ~ [a;b]|c",
        "- ~ a 'b\\'; c ~ a 'b\\'|c",
        "BACKSLASH_ESCAPES ~ a 'b\\'; c'; d ~ a 'b\\'; c'|d",
        "BACKSLASH_ESCAPES ~ a `b\\`; c ~ a `b\\`|c",
        "ESCAPE_STRINGS ~ E'a\\'; b'; c ~ E'a\\'; b'|c",
        "ESCAPE_STRINGS ~ a e'\\'; b'; xe'\\'; c ~ a e'\\'; b'|xe'\\'|c",
        "- ~ $$a;b$$; c ~ $$a|b$$|c",
        "DOLLAR_QUOTES ~ $x_1$a;$$;b$x_1$; c ~ $x_1$a;$$;b$x_1$|c",
        "DOLLAR_QUOTES ~ $1; $2 ~ $1|$2",
        "- ~ a (b; c) ~ a (b|c)",
        "PARENTHESIZED_STATEMENTS ~ a (b; (c;) d); e) ;f ~ a (b; (c;) d)|e)|f",
        "- ~ a -- b;\\n; c ~ a|c",
        "- ~ a--b;\\n; c ~ a|c",
        "SPACED_LINE_COMMENTS ~ a--b; c --\td;\\n e ~ a--b|c --\td;\\n e",
        "SPACED_LINE_COMMENTS ~ a;--> statement-breakpoint\\n b; --> c ~ a|b|--> c",
        "- ~ # a; b ~ # a|b",
        "HASH_COMMENTS ~ # a; b\\nc ~ c",
        "- ~ /* a; /* b; */ c; */ d ~ c|*/ d",
        "NESTED_COMMENTS ~ /* a; /* b; */ c; */ d ~ d",
        "- ~ /*! a; */ b ~ b",
        "EXECUTABLE_COMMENTS ~ /*! a */; b ~ /*! a */|b",
        "EXECUTABLE_COMMENTS ~ /* a; */ b ~ b",
        // Bodies of routines.
        "- ~ create trigger t begin a; b; end; c ~ create trigger t begin a; b; end|c",
        "- ~ create view t begin a; end; c ~ create view t begin a|end|c",
        "- ~ alter trigger t begin a; end ~ alter trigger t begin a|end",
        "- ~ create procedure p begin begin a; end; b; end; c ~ "
            + "create procedure p begin begin a; end; b; end|c",
        "- ~ create procedure p begin if a then b; end if; while c do d; end while; repeat e; "
            + "until f end repeat; x: loop leave x; end loop x; end; g ~ "
            + "create procedure p begin if a then b; end if; while c do d; end while; repeat e; "
            + "until f end repeat; x: loop leave x; end loop x; end|g",
        "- ~ create procedure p begin case a when 1 then b; end case; set c = case when d then e "
            + "end; end; f ~ create procedure p begin case a when 1 then b; end case; set c = case "
            + "when d then e end; end|f",
        "- ~ create procedure p set a = case when b then c end; d ~ "
            + "create procedure p set a = case when b then c end|d",
        "- ~ create trigger t begin a; end   if; endif; end; b ~ "
            + "create trigger t begin a; end   if; endif; end|b",
        "- ~ create trigger t begin a; end; end; b ~ create trigger t begin a; end|end|b",
        "ATOMIC_BODIES ~ create procedure p begin atomic a; end; b ~ "
            + "create procedure p begin atomic a; end|b",
        "ATOMIC_BODIES ~ create procedure p begin a; end; b ~ create procedure p begin a|end|b",
        // Commands of shells.
        "- ~ delimiter //\\na; b// ~ delimiter //\\na|b//",
        "DELIMITER_COMMAND ~ delimiter //\\na; b//c//\\nDELIMITER ;\\nd; e ~ a; b|c|d|e",
        "DELIMITER_COMMAND ~ delimiter\t$$\\ncreate trigger t begin a; end$$b$$ ~ "
            + "create trigger t begin a; end|b",
        "DELIMITER_COMMAND ~ delimiters; a ~ delimiters|a",
        "DELIMITER_COMMAND ~ delimiter  \\na; b ~ a|b",
        "DELIMITER_COMMAND ~ a delimiter //\\n; b ~ a delimiter //|b",
        "- ~ \\\\connect a;b ~ \\\\connect a|b",
        "BACKSLASH_COMMANDS ~ \\connect a;b\\nc ~ \\connect a;b|c",
        "BACKSLASH_COMMANDS ~ \\restrict a;b\\nc;\\n\\unrestrict a;b\\nd ~ c|d",
        "BACKSLASH_COMMANDS ~ a \\gset;b ~ a \\gset|b",
        "DOT_COMMANDS ~ .read a;b\\nc; d.e; f ~ .read a;b|c|d.e|f",
        "- ~ .read a;b ~ .read a|b",
      })
  void aScriptIsSplitByItsSyntax(String features, String text, String expected) {
    SqlScript script = parse(features, text);
    assertEquals(
        expected.replace("\\n", "\n"),
        String.join("|", script.statements().stream().map(script::sql).toList()));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "- ~ select 1 ~ PLAIN",
        "- ~ 1 ~ PLAIN",
        "- ~ insert into t values (1) ~ ROWS",
        "- ~ UPDATE t SET a = 1 ~ ROWS",
        "- ~ delete from t ~ ROWS",
        "- ~ replace into t values (1) ~ ROWS",
        "- ~ begin ~ BEGIN",
        "- ~ start transaction read only ~ BEGIN",
        "- ~ start slave ~ PLAIN",
        "- ~ begin select ~ PLAIN",
        "- ~ begin (work) ~ PLAIN",
        "- ~ commit ~ COMMIT",
        "- ~ commit work ~ COMMIT",
        "- ~ end transaction ~ COMMIT",
        "- ~ commit prepared ~ TRANSACTION_CONTROL",
        "- ~ commit work and ~ TRANSACTION_CONTROL",
        "- ~ rollback ~ TRANSACTION_CONTROL",
        "- ~ abort ~ TRANSACTION_CONTROL",
        "- ~ savepoint a ~ TRANSACTION_CONTROL",
        "- ~ release a ~ TRANSACTION_CONTROL",
        "- ~ prepare transaction 'a' ~ TRANSACTION_CONTROL",
        "- ~ prepare a as select 1 ~ PLAIN",
        "- ~ xa begin 'a' ~ PLAIN",
        "SESSION_TRANSACTIONS ~ xa begin 'a' ~ TRANSACTION_CONTROL",
        "- ~ set autocommit = 0 ~ PLAIN",
        "SESSION_TRANSACTIONS ~ set autocommit = 0 ~ TRANSACTION_CONTROL",
        "SESSION_TRANSACTIONS CLIENT_ENCODING ~ set names latin1 ~ PLAIN",
        "- ~ set names latin1 ~ PLAIN",
        "CLIENT_ENCODING ~ set names latin1 ~ CLIENT_ENCODING",
        "CLIENT_ENCODING ~ set names 'utf8' ~ PLAIN",
        "CLIENT_ENCODING ~ set client_encoding to UTF-8 ~ PLAIN",
        "CLIENT_ENCODING ~ set session client_encoding = latin1 ~ CLIENT_ENCODING",
        "CLIENT_ENCODING ~ set local client_encoding = unicode ~ PLAIN",
        "CLIENT_ENCODING ~ set datestyle = iso ~ PLAIN",
        "CLIENT_ENCODING ~ set datestyle = german ~ CLIENT_ENCODING",
        "CLIENT_ENCODING ~ set lock_timeout = 1 ~ PLAIN",
        "- ~ copy t from stdin ~ PLAIN",
        "COPY_FROM_STDIN ~ copy t from stdin ~ COPY",
        "COPY_FROM_STDIN ~ copy t from 'f' ~ PLAIN",
        "COPY_FROM_STDIN ~ copy t to stdin ~ PLAIN",
        "- ~ create index concurrently i on t (a) ~ PLAIN",
        "CONCURRENT_INDEXES ~ create index concurrently i on t (a) ~ CONCURRENT_INDEX",
        "CONCURRENT_INDEXES ~ create unique index concurrently i on t (a) ~ CONCURRENT_INDEX",
        "CONCURRENT_INDEXES ~ create index i on t (a) ~ PLAIN",
        "CONCURRENT_INDEXES ~ create table concurrently (index int) ~ PLAIN",
        "CONCURRENT_INDEXES ~ create unique table concurrently ~ PLAIN",
        "- ~ lock tables t read ~ PLAIN",
        "LOCK_TABLES ~ lock tables t read ~ LOCK_TABLES",
        "LOCK_TABLES ~ lock table t read ~ LOCK_TABLES",
        "LOCK_TABLES ~ lock instance for backup ~ PLAIN",
        "LOCK_TABLES ~ unlock tables ~ UNLOCK_TABLES",
        "- ~ unlock tables ~ PLAIN",
        "BACKSLASH_COMMANDS ~ \\connect x ~ SHELL",
        "- ~ aaaaaaaaaaaaaaaaaaaaaaaaa commit ~ PLAIN",
      })
  void aStatementHasItsKind(String features, String sql, StatementKind kind) {
    assertEquals(
        List.of(kind), parse(features, sql).statements().stream().map(Statement::kind).toList());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "copy t from stdin;\\n1\\n2\\n\\.\\nb ~ 1\\n2\\n ~ b",
        "copy t from stdin;\\n\\. \\nb ~ ^^ ~ b",
        "copy t from stdin; -- x\\n1;\\n\\.x\\n\\.\\nb ~ 1;\\n\\.x\\n ~ b",
        "copy t from stdin;\\n1\\n ~ 1\\n ~ ^^",
        "copy t from stdin; ~ ^^ ~ ^^",
        "copy t from stdin ~ ^^ ~ ^^",
      })
  void theRowsOfACopyEndBeforeTheirMark(String text, String rows, String next) {
    SqlScript script = parse("COPY_FROM_STDIN", text);
    Statement copy = script.statements().getFirst();
    assertEquals("copy t from stdin", script.sql(copy));
    assertEquals(rows.replace("\\n", "\n"), script.data(copy));
    assertEquals(
        next, String.join("|", script.statements().stream().skip(1).map(script::sql).toList()));
  }

  @Test
  void linesOfTheShellAreBlankedWithoutAChangeOfOffsets() {
    SqlScript script = parse("BACKSLASH_COMMANDS", "\\restrict x\na");
    assertEquals(" ".repeat(11) + "\na", script.text());
    assertEquals(12, script.statements().getFirst().start());
    assertEquals(" ".repeat(12) + "\na ", parse("DELIMITER_COMMAND", "delimiter //\na ").text());
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1", "1, 1, 2", "2, 1, 3", "3, 2, 1", "4, 2, 2", "9, 2, 3"})
  void anOffsetHasItsLineAndColumn(int offset, int line, int column) {
    assertEquals(new SourcePosition(line, column), parse("-", "ab\ncd").position(offset));
  }

  @Test
  void anExcerptIsTheFirstLineWithText() {
    SqlScript script = parse("-", "a\n b; " + "x".repeat(120) + ";" + "y".repeat(121) + ";'\n z'");
    assertEquals(
        List.of("a", "x".repeat(120), "y".repeat(117) + "...", "'"),
        script.statements().stream().map(script::excerpt).toList());
    assertEquals(
        "z'",
        script.excerpt(
            new Statement(
                script.text().length() - 4, script.text().length(), StatementKind.PLAIN, 0, 0)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "- ~ a 'b",
        "- ~ a 'b''",
        "- ~ a \"b",
        "- ~ a `b",
        "- ~ a /* b",
        "BACKSLASH_ESCAPES ~ a 'b\\'",
        "BACKSLASH_ESCAPES ~ a 'b\\",
        "NESTED_COMMENTS ~ /* a /* b */",
        "BRACKETED_NAMES ~ [a",
        "DOLLAR_QUOTES ~ $a$ b $$",
      })
  void aScriptWithoutTheEndOfATokenIsNotTerminated(String features, String text) {
    SqlScript script = parse(features, text);
    assertFalse(script.terminated());
  }
}
