package dev.slipway.driver.postgres;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A NOT NULL constraint, which has a row of its own in newer versions of PostgreSQL. That a column
 * has one, the column says: only what is unusual about it is a property.
 */
final class NotNullConstraint {
  private static final Set<String> NAME = Set.of("contype", "conkey", "conbin");
  private static final Set<String> USUAL = Set.of("convalidated", "conenforced", "conislocal");

  private NotNullConstraint() {}

  /** Whether the values of a row are those of a NOT NULL constraint. */
  static boolean is(Map<CatalogColumn, String> row) {
    return row.entrySet().stream()
        .anyMatch(
            entry ->
                entry.getKey().key().equals("pg_constraint.contype")
                    && entry.getValue().equals("n"));
  }

  /** Everything about it, if anything is unusual. */
  static Optional<String> unusual(Map<CatalogColumn, String> row, List<CatalogColumn> columns) {
    Map<String, String> found = new TreeMap<>();
    row.forEach(
        (column, value) -> {
          // The actions of foreign keys are blank here.
          if (!NAME.contains(column.name()) && !value.isBlank()) {
            found.put(CatalogWords.name(column), value);
          }
        });
    Map<String, String> usual =
        columns.stream()
            .filter(column -> USUAL.contains(column.name()))
            .collect(Collectors.toMap(CatalogWords::name, _ -> "on"));
    return found.equals(usual)
        ? Optional.empty()
        : Optional.of(
            found.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", ")));
  }
}
