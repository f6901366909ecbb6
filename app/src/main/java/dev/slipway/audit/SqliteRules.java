package dev.slipway.audit;

/** What SQLite's ALTER TABLE cannot do. Locks are no matter: it has one writer at a time anyway. */
final class SqliteRules extends StatementRules {
  SqliteRules(boolean together) {
    super(together);
  }

  @Override
  void alter(String table, Words action, Words whole) {
    boolean column =
        action.next("RENAME", "DROP", "ADD")
            && !(action.take("ADD")
                && action.next(
                    "CONSTRAINT",
                    "PRIMARY",
                    "UNIQUE",
                    "FOREIGN",
                    "CHECK",
                    "INDEX",
                    "KEY",
                    "FULLTEXT",
                    "SPATIAL"))
            && !(action.take("DROP") && action.next("PRIMARY", "FOREIGN", "INDEX", "KEY"));
    if (!column || whole.parts().size() > 1) {
      report(Rule.SQLITE_ALTER);
    }
  }

  @Override
  void addColumn(Words column) {
    boolean refused = column.has("PRIMARY", "KEY") || column.has("UNIQUE") || column.has("STORED");
    if (column.skipPast("DEFAULT")) {
      refused |=
          column.parenthesis() || column.next("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME");
    }
    if (refused) {
      report(Rule.SQLITE_ADD_COLUMN);
    }
  }

  @Override
  void changeRows(Words words) {}

  @Override
  void other(Words words) {
    if (script().step().transactional()
        && (words.take("VACUUM") || words.take("PRAGMA", "JOURNAL_MODE"))) {
      report(Rule.NOT_IN_TRANSACTION);
    }
  }
}
