package dev.slipway.migration;

import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Statements in memory.
 *
 * @param whole the statements
 * @param bytes the size of the file
 * @param template the file if it has placeholders: it is shown as it is, because their values may
 *     be secrets
 */
record WholeScript(SqlScript whole, long bytes, Optional<MigrationFile> template)
    implements MigrationScript {
  @Override
  public int count() {
    return whole.statements().size();
  }

  @Override
  public boolean isConcurrentIndex() {
    return count() == 1 && whole.statements().getFirst().kind() == StatementKind.CONCURRENT_INDEX;
  }

  @Override
  public boolean isStreamed() {
    return false;
  }

  @Override
  public StatementCursor open(int first, Range single) {
    return new Cursor(whole, first);
  }

  @Override
  public Place place(int number, Locator character) {
    Statement statement = whole.statements().get(number - 1);
    OptionalInt offset = character.locate(whole.sql(statement));
    int start = statement.start();
    int at =
        offset.isEmpty()
            ? start
            : whole
                .text()
                .offsetByCodePoints(
                    start,
                    Math.min(
                        offset.getAsInt(), whole.text().codePointCount(start, statement.end())));
    return new Place(whole.position(at), whole.excerpt(statement));
  }

  @Override
  public void writeTo(Appendable target) throws IOException {
    if (template.isPresent()) {
      template.get().writeTo(target);
    } else {
      target.append(sql());
    }
  }

  /** The statements as one text, as they are sent; empty without statements. */
  String sql() {
    return whole.statements().isEmpty()
        ? ""
        : whole
            .text()
            .substring(
                whole.statements().getFirst().start(), whole.statements().getLast().dataEnd());
  }

  private static final class Cursor implements StatementCursor {
    private final SqlScript script;
    private int number;

    Cursor(SqlScript script, int first) {
      this.script = script;
      this.number = first - 1;
    }

    private Statement statement() {
      return script.statements().get(number - 1);
    }

    @Override
    public boolean next() {
      number++;
      return number <= script.statements().size();
    }

    @Override
    public int first() {
      return number;
    }

    @Override
    public int last() {
      return number;
    }

    @Override
    public StatementKind kind() {
      return statement().kind();
    }

    @Override
    public String sql() {
      return script.sql(statement());
    }

    @Override
    public boolean isLarge() {
      return false;
    }

    @Override
    public byte[] takeUtf8() {
      return sql().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Reader rows() {
      return new StringReader(script.data(statement()));
    }

    @Override
    public void close() {}
  }
}
