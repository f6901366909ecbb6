package dev.slipway.driver.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.driver.SchemaObject;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The objects and properties in texts of SHOW CREATE, without a server. */
class CreateTextTest {
  private static Map<String, SchemaObject> table(String... lines) {
    return new CreateTableText("t", String.join("\n", lines))
        .objects(Map.of()).stream()
            .collect(Collectors.toMap(SchemaObject::key, Function.identity()));
  }

  @Test
  void quotesHideWhatTheyContain() {
    Map<String, SchemaObject> objects =
        table(
            "CREATE TABLE `t` (",
            "  `a, b` varchar(9) DEFAULT 'x) ,'', \\\\ -- ' COMMENT 'NOT NULL /* c */',",
            "  `new",
            "line` enum('a','b,)') CHARACTER SET latin1 NOT NULL /*!80023 INVISIBLE */,",
            "  KEY `k``1` (`a, b`(3) DESC) USING BTREE /*!80000 INVISIBLE */",
            ") ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COMMENT='a\\nENGINE=x'");
    assertEquals(
        Map.of(
            "type", "varchar(9)",
            "default", "'x) ,'', \\\\ -- '",
            "comment", "'NOT NULL /* c */'"),
        objects.get("column t.a, b").properties());
    assertEquals(
        Map.of(
            "type", "enum('a','b,)')",
            "character set", "latin1",
            "not null", "yes",
            "invisible", "yes"),
        objects.get("column t.new\nline").properties());
    assertEquals(
        Map.of("columns", "(`a, b`(3) DESC)", "using", "BTREE", "invisible", "yes"),
        objects.get("index t.k`1").properties());
    assertEquals(
        Map.of("engine", "InnoDB", "character set", "utf8mb4", "comment", "'a\\nENGINE=x'"),
        objects.get("table t").properties());
  }

  @Test
  void constraintsThatTheServerNumbersAreNamedByTheirContent() {
    Map<String, SchemaObject> objects =
        table(
            "CREATE TABLE `t` (",
            "  `a` int DEFAULT NULL,",
            "  CONSTRAINT `t_ibfk_3` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE SET NULL,",
            "  CONSTRAINT `own` FOREIGN KEY (`a`) REFERENCES `o`.`p` (`id`),",
            "  CONSTRAINT `t_chk_1` CHECK ((`a` > 0)) /*!80016 NOT ENFORCED */,",
            "  CONSTRAINT `t_chk_2` CHECK ((`a` > 0))",
            ") ENGINE=InnoDB");
    assertEquals(
        Map.of("columns", "(`a`)", "references", "`p` (`id`)", "on delete", "SET NULL"),
        objects.get("foreign key t (`a`)").properties());
    assertEquals("`o`.`p` (`id`)", objects.get("foreign key t.own").properties().get("references"));
    assertEquals("yes", objects.get("check t ((`a` > 0))").properties().get("not enforced"));
    assertEquals(
        Map.of("condition", "((`a` > 0))"), objects.get("check t ((`a` > 0)) #2").properties());
  }

  @Test
  void eachPartitionIsAnObject() {
    Map<String, SchemaObject> objects =
        table(
            "CREATE TABLE `t` (",
            "  `a` int DEFAULT NULL",
            ") ENGINE=InnoDB",
            "/*!50100 PARTITION BY LIST (`a`)",
            "SUBPARTITION BY HASH (`a`)",
            "(PARTITION p0 VALUES IN (1,2)",
            " (SUBPARTITION s0 ENGINE = InnoDB,",
            "  SUBPARTITION s1 ENGINE = InnoDB),",
            " PARTITION `p 1` VALUES IN (3)",
            " (SUBPARTITION s2 ENGINE = InnoDB)) */");
    assertEquals(
        "PARTITION BY LIST (`a`) SUBPARTITION BY HASH (`a`)",
        objects.get("table t").properties().get("partitioned"));
    assertEquals(
        "VALUES IN (1,2) (SUBPARTITION s0 ENGINE = InnoDB, SUBPARTITION s1 ENGINE = InnoDB)",
        objects.get("partition t.p0").properties().get("definition"));
    assertEquals(
        "VALUES IN (3) (SUBPARTITION s2 ENGINE = InnoDB)",
        objects.get("partition t.p 1").properties().get("definition"));
  }

  @Test
  void aConnectionStringIsSecret() {
    CreateTableText table =
        new CreateTableText(
            "t",
            "CREATE TABLE `t` (\n  `a` int\n) ENGINE=FEDERATED CONNECTION='mysql://u:letmein@h/d'");
    assertEquals(List.of("table t: CONNECTION, because it may hold a password"), table.omitted());
    assertEquals(Map.of("engine", "FEDERATED"), table.objects(Map.of()).getLast().properties());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "(now())|CURRENT_TIMESTAMP",
        "(now(3))|CURRENT_TIMESTAMP(3)",
        "CURRENT_TIMESTAMP|CURRENT_TIMESTAMP",
        "(_utf8mb4'a')|'a'",
        "(_utf8mb4'now()')|'now()'",
        "(concat(_utf8mb4'a',_utf8mb4'b'))|(concat(_utf8mb4'a',_utf8mb4'b'))",
        "(1)|'1'",
        "'(now())'|'(now())'",
        "NULL|NULL"
      })
  void defaultsThatMeanTheSameAreEqual(String value, String canonical) {
    assertEquals(canonical, CreateTableText.canonicalDefault(value));
  }

  @Test
  void aViewLosesOnlyTheDatabaseOfItsFunctions() {
    Map<String, String> view =
        CreateBodyText.view(
            "CREATE ALGORITHM=MERGE DEFINER=`a``b`@`%` SQL SECURITY INVOKER VIEW `v` AS select"
                + " `app`.`f`(1) AS `x`,`app`.`id` AS `id`,'`app`.`f`(' AS `s` from `app` WITH"
                + " LOCAL CHECK OPTION",
            "app");
    assertEquals(
        Map.of(
            "algorithm", "MERGE",
            "definer", "a`b@%",
            "sql security", "INVOKER",
            "definition",
                "AS select `f`(1) AS `x`,`app`.`id` AS `id`,'`app`.`f`(' AS `s` from `app`",
            "check option", "LOCAL"),
        view);
  }

  @Test
  void aRoutineHasItsPartsAndLosesTheLastSemicolon() {
    assertEquals(
        Map.of(
            "definer", "root@localhost",
            "parameters", "(a ENUM(')','b'))",
            "returns", "int",
            "characteristics", "NO SQL, DETERMINISTIC",
            "comment", "'x\\ny'",
            "body", "BEGIN\n    RETURN 1;\nEND"),
        CreateBodyText.routine(
            "CREATE DEFINER=`root`@`localhost` FUNCTION `f`(a ENUM(')','b')) RETURNS int\n"
                + "    NO SQL\n    DETERMINISTIC\n    COMMENT 'x\\ny'\n"
                + "BEGIN\n    RETURN 1;\nEND;"));
    assertEquals(
        Map.of("definer", "r@%", "parameters", "()", "body", "SELECT 1"),
        CreateBodyText.routine("CREATE DEFINER=`r`@`%` PROCEDURE `p`()\nSELECT 1"));
  }
}
