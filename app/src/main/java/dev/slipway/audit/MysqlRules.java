package dev.slipway.audit;

import java.util.Optional;

/** What makes MySQL copy a table or stop its writes. */
final class MysqlRules extends StatementRules {
  MysqlRules(boolean together) {
    super(together);
  }

  @Override
  void begin() {
    checkHalves();
  }

  @Override
  void create(Words words) {
    if (words.takeOne("FULLTEXT", "SPATIAL")
        && words.skipPast("ON")
        && words.name().filter(this::old).isPresent()
        && !refusesToLock(words)) {
      report(Rule.TABLE_COPY);
    }
  }

  @Override
  void alter(String table, Words action, Words whole) {
    Words words = action.again();
    boolean copies = copies(action);
    if (copies && !refusesToLock(whole)) {
      report(Rule.TABLE_COPY);
    }
    if (words.take("CHANGE")) {
      words.take("COLUMN");
      Optional<String> from = words.name();
      if (!from.equals(words.name())) {
        report(Rule.RENAME);
      }
    }
  }

  private static boolean copies(Words words) {
    if (words.next("MODIFY", "CHANGE", "CONVERT") || words.take("DROP", "PRIMARY")) {
      return true;
    }
    if (!words.take("ADD")) {
      return false;
    }
    if (words.take("CONSTRAINT") && !words.next("FOREIGN", "CHECK", "UNIQUE", "PRIMARY")) {
      words.name();
    }
    return words.next("FOREIGN", "CHECK", "FULLTEXT", "SPATIAL")
        || words.has("AUTO_INCREMENT")
        || words.has("STORED");
  }

  /** Whether the statement says itself that MySQL shall refuse rather than copy or lock. */
  private static boolean refusesToLock(Words whole) {
    return whole.says("ALGORITHM", "INSTANT")
        || whole.says("ALGORITHM", "INPLACE")
        || whole.says("LOCK", "NONE");
  }

  @Override
  void addColumn(Words column) {
    if (column.skipPast("DEFAULT") && column.parenthesis() && !column.calls().isEmpty()) {
      report(Rule.VOLATILE_DEFAULT);
    }
  }

  @Override
  void changeRows(Words words) {
    checkAllRows(words);
  }

  @Override
  boolean commitsEach() {
    return true;
  }
}
