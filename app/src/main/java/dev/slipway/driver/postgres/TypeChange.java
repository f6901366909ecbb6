package dev.slipway.driver.postgres;

import dev.slipway.ddl.Column;
import dev.slipway.ddl.ColumnType;
import dev.slipway.ddl.KnownSchema;
import dev.slipway.ddl.KnownSchema.SchemaObject;
import dev.slipway.ddl.ObjectName;
import dev.slipway.ddl.Table;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether PostgreSQL changes the type of a column in its catalog alone. Otherwise it rewrites the
 * table, builds indexes, or checks all rows, under the strongest lock.
 */
final class TypeChange {
  private static final Pattern CHECKED = Pattern.compile("\\b(?:check|not null)\\b");
  private static final int DEFAULT_PRECISION = 6;

  /** Types without a length, and those that they are stored like. */
  private static final Set<String> SAME_STORAGE =
      Set.of("varchar text", "cidr inet", "xml text", "regclass oid", "oid regclass");

  private TypeChange() {}

  /** Whether the change is known to touch the catalog alone. */
  static boolean isMetadataOnly(KnownSchema schema, ObjectName name, String column, ColumnType to) {
    Optional<Table> table = schema.table(name);
    Optional<ColumnType> from = table.flatMap(of -> of.column(column)).flatMap(Column::type);
    return table.isPresent()
        && from.isPresent()
        && (from.get().equals(to)
            || (!isChecked(schema, to) && keepsValues(base(schema, from.get()), base(schema, to))))
        && table.get().checks().stream().noneMatch(check -> check.columns().contains(column))
        && table.get().indexes().stream()
            .noneMatch(
                index ->
                    index.mentioned().contains(column)
                        || (index.columns().contains(column) && reindexes(from.get(), to)))
        && !schema.isUsedByView(name, column);
  }

  /** Whether a type is a domain with a constraint, which every value has to fulfill. */
  static boolean isChecked(KnownSchema schema, ColumnType type) {
    return domain(schema, type).filter(text -> CHECKED.matcher(text).find()).isPresent();
  }

  /** The type that a domain without arguments stands for; any other type itself. */
  private static ColumnType base(KnownSchema schema, ColumnType type) {
    return domain(schema, type)
        .map(text -> ColumnType.named(text.replaceFirst("^as ", "").split(" ", 2)[0]))
        .orElse(type);
  }

  private static Optional<String> domain(KnownSchema schema, ColumnType type) {
    return schema.object("DOMAIN", ObjectName.of(type.name())).map(SchemaObject::definition);
  }

  private static boolean reindexes(ColumnType from, ColumnType to) {
    return !from.name().equals(to.name()) && !to.name().equals("text");
  }

  static boolean keepsValues(ColumnType from, ColumnType to) {
    if (from.equals(to)) {
      return true;
    }
    if (from.array() || to.array()) {
      return false;
    }
    if (!from.name().equals(to.name())) {
      boolean toVarchar =
          from.name().equals("text") && to.name().equals("varchar") && to.arguments().isEmpty();
      return !from.array() && (toVarchar || SAME_STORAGE.contains(from.name() + " " + to.name()));
    }
    return switch (from.name()) {
      case "varchar", "varbit" -> to.arguments().isEmpty() || isWider(from, to);
      case "numeric" -> to.arguments().isEmpty() || isWiderNumeric(from, to);
      case "timestamp", "timestamptz", "time", "timetz", "interval" ->
          precision(to) >= precision(from) && from.arguments().size() <= 1;
      default -> false;
    };
  }

  private static boolean isWider(ColumnType from, ColumnType to) {
    return from.number(0).isPresent()
        && to.number(0).isPresent()
        && to.number(0).get() >= from.number(0).get();
  }

  private static boolean isWiderNumeric(ColumnType from, ColumnType to) {
    return isWider(from, to) && from.number(1).orElse(0).equals(to.number(1).orElse(0));
  }

  private static int precision(ColumnType type) {
    return type.number(0).orElse(DEFAULT_PRECISION);
  }
}
