package dev.slipway.driver.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.driver.PlannedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The statements that turn a table into another; {@code MysqlPlanSuiteIT} runs them. */
class TableChangeTest {
  private static TableSchema table(String lines, String options) {
    return new TableSchema(
        "t",
        "CREATE TABLE `t` (\n  "
            + String.join(",\n  ", lines.split(";"))
            + "\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
            + options);
  }

  private static List<PlannedStatement> statements(TableSchema from, TableSchema to) {
    TableChange change = new TableChange(from, to, true);
    List<PlannedStatement> all = new ArrayList<>(change.lift());
    all.addAll(change.change());
    all.addAll(change.contract());
    return all;
  }

  private static List<String> sql(TableSchema from, TableSchema to) {
    return statements(from, to).stream()
        .map(each -> each.sql().replaceAll("\\s+", " ").replace("ALTER TABLE `t` ", ""))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "varchar(60)|varchar(63)|ALGORITHM=INPLACE, LOCK=NONE",
        "varchar(63)|varchar(64)|ALGORITHM=COPY, LOCK=SHARED",
        "varchar(64)|varchar(300)|ALGORITHM=INPLACE, LOCK=NONE",
        "varchar(9)|varchar(8)|ALGORITHM=COPY, LOCK=SHARED",
        "enum('a')|enum('a','b')|ALGORITHM=INSTANT",
        "enum('a','b')|enum('b','a')|ALGORITHM=COPY, LOCK=SHARED",
        "int|bigint|ALGORITHM=COPY, LOCK=SHARED",
        "int|int DEFAULT '1'|ALGORITHM=INSTANT",
        "int|int NOT NULL DEFAULT '1'|ALGORITHM=INPLACE, LOCK=NONE",
        "int|int COMMENT 'a, b'|ALGORITHM=INSTANT"
      })
  void eachChangeOfAColumnBlocksAsLittleAsItCan(String from, String to, String options) {
    String before = from.contains("DEFAULT") ? from : from + " DEFAULT NULL";
    String after = to.contains("DEFAULT") ? to : to.replaceFirst("( COMMENT|$)", " DEFAULT NULL$1");
    assertEquals(
        List.of(options + ", MODIFY COLUMN `a` " + after),
        sql(table("`a` " + before, ""), table("`a` " + after, "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int|int NOT NULL|`a` IS NULL",
        "int|smallint|`a` NOT BETWEEN -32768 AND 32767",
        "bigint|int unsigned|`a` NOT BETWEEN 0 AND 4294967295",
        "smallint|int|",
        "decimal(10,2)|decimal(5,2)|`a` >= 1000 OR `a` <= -1000",
        "decimal(10,2)|decimal(12,2)|",
        "varchar(9)|varchar(8)|CHAR_LENGTH(`a`) > 8",
        "varchar(8)|varchar(9)|",
        "enum('a','b')|enum('b')|`a` NOT IN ('b')",
        "enum('b')|enum('a','b')|",
        "set('a','b')|set('b')|FIND_IN_SET('a', `a`)",
        "text|tinytext|OCTET_LENGTH(`a`) > 255",
        "json|text|OCTET_LENGTH(`a`) > 65535",
        "text|json|NOT JSON_VALID(`a`)"
      })
  void rowsThatDoNotFitAreFound(String from, String to, String condition) {
    List<PlannedStatement> all = statements(table("`a` " + from, ""), table("`a` " + to, ""));
    assertEquals(
        Optional.ofNullable(condition).map(it -> "SELECT * FROM `t` WHERE " + it),
        all.getFirst().needs());
  }

  @Test
  void whatDeletesDataSaysSo() {
    List<PlannedStatement> all =
        statements(
            table("`a` decimal(5,2) DEFAULT NULL;`b` int DEFAULT NULL", ""),
            table("`a` decimal(5,1) DEFAULT NULL", ""));
    assertEquals(
        List.of(Optional.of("digits of column t.a"), Optional.of("column t.b")),
        all.stream().map(PlannedStatement::loss).toList());
  }

  @Test
  void columnsComeBeforeTheirKeysAndGoAfterThem() {
    assertEquals(
        List.of(
            "ALGORITHM=INSTANT, DROP CHECK `small`",
            "ALGORITHM=INSTANT, ADD COLUMN `c` int DEFAULT NULL",
            "ALGORITHM=INPLACE, LOCK=NONE, ADD UNIQUE KEY `one` (`c`)",
            "ALGORITHM=INPLACE, LOCK=NONE, ADD KEY `of_c` (`c`,`a`), DROP INDEX `of_b`",
            "ALGORITHM=COPY, LOCK=SHARED, ADD CHECK ((`c` > 0))",
            "ALGORITHM=INSTANT, DROP COLUMN `b`"),
        sql(
            table(
                "`a` int DEFAULT NULL;`b` int DEFAULT NULL;KEY `of_b` (`b`);CONSTRAINT `small` CHECK"
                    + " ((`b` < 9))",
                ""),
            table(
                "`a` int DEFAULT NULL;`c` int DEFAULT NULL;UNIQUE KEY `one` (`c`);KEY `of_c`"
                    + " (`c`,`a`);CONSTRAINT `t_chk_1` CHECK ((`c` > 0))",
                "")));
  }

  @Test
  void aColumnThatCountsChangesTogetherWithItsKey() {
    assertEquals(
        List.of(
            "ALGORITHM=COPY, LOCK=SHARED, ADD COLUMN `id` int NOT NULL AUTO_INCREMENT, ADD PRIMARY"
                + " KEY (`id`)"),
        sql(
            table("`a` int DEFAULT NULL", ""),
            table("`id` int NOT NULL AUTO_INCREMENT;`a` int DEFAULT NULL;PRIMARY KEY (`id`)", "")));
  }

  @Test
  void aNewCharacterSetReachesTheColumnsThatHaveNoneOfTheirOwn() {
    TableSchema from = table("`a` varchar(9) DEFAULT NULL;`b` int DEFAULT NULL", "");
    TableSchema to = new TableSchema("t", from.text().replace("CHARSET=utf8mb4", "CHARSET=latin1"));
    assertEquals(
        List.of(
            "ALGORITHM=COPY, LOCK=SHARED, DEFAULT CHARACTER SET latin1, MODIFY COLUMN `a`"
                + " varchar(9) DEFAULT NULL"),
        sql(from, to));
  }
}
