package dev.slipway.verify;

import dev.slipway.driver.DataContents.Rows;
import dev.slipway.driver.SchemaDumper;
import dev.slipway.migration.ReplacedMigration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The text of a baseline migration: what it replaces, the schema, and the rows. */
final class BaselineScript {
  /** One statement inserts rows up to this length, so that a failure names few of them. */
  private static final int INSERT_CHARS = 50_000;

  private static final int INSERT_ROWS = 500;

  private BaselineScript() {}

  /**
   * Writes the text. The same state gives the same text.
   *
   * @param versions the migrations that it stands for, in order
   */
  static String write(
      List<ReplacedMigration> versions, DatabaseState.Addition state, SchemaDumper dumper) {
    List<String> statements = new ArrayList<>(state.schema().preData());
    state.data().tables().values().forEach(rows -> addInserts(statements, rows));
    statements.addAll(state.data().counters().values());
    statements.addAll(state.schema().postData());
    return "-- `slipway migrate sql squash` wrote this file in place of the migrations below: it starts\n"
        + "-- an empty schema at version "
        + versions.getLast().version()
        + ".\n"
        + versions.stream().map(one -> one.line() + "\n").collect(Collectors.joining())
        + "\n"
        + dumper.script(statements);
  }

  private static void addInserts(List<String> statements, Rows rows) {
    if (rows.insert().isEmpty()) {
      return;
    }
    String start = rows.insert().get();
    StringBuilder statement = new StringBuilder();
    int count = 0;
    for (String row : rows.rows()) {
      if (row.isEmpty()) {
        statements.add(start);
        continue;
      }
      if (count == INSERT_ROWS || statement.length() > INSERT_CHARS) {
        statements.add(statement.toString());
        statement.setLength(0);
        count = 0;
      }
      statement.append(count++ == 0 ? start + "\n  " : ",\n  ").append(row);
    }
    if (count > 0) {
      statements.add(statement.toString());
    }
  }
}
