package dev.slipway.audit;

/** CockroachDB builds indexes and checks rows beside the traffic; transactions are its limit. */
final class CockroachRules extends StatementRules {
  private boolean transaction;
  private boolean schema;
  private boolean rows;

  CockroachRules(boolean together) {
    super(together);
  }

  @Override
  void begin() {
    transaction = false;
    checkHalves();
  }

  @Override
  void alter(String table, Words action, Words whole) {
    checkType(action);
    schema = true;
    checkTransaction();
  }

  @Override
  void create(Words words) {
    schema = true;
    checkTransaction();
  }

  @Override
  void changeRows(Words words) {
    checkAllRows(words);
    rows = true;
    checkTransaction();
  }

  @Override
  void other(Words words) {
    if (words.next("BEGIN", "START")) {
      transaction = true;
      schema = false;
      rows = false;
    } else if (words.next("COMMIT", "END", "ROLLBACK")) {
      transaction = false;
    } else if (words.next("INSERT", "UPSERT")) {
      rows = true;
      checkTransaction();
    }
  }

  private void checkTransaction() {
    if (transaction && schema && rows) {
      transaction = false;
      report(Rule.COCKROACH_TRANSACTION);
    }
  }

  @Override
  boolean commitsEach() {
    return true;
  }
}
