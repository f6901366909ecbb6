package dev.slipway.identity;

import java.util.List;

/**
 * A SELECT statement and the values of its placeholders in order.
 *
 * @param values of the types that {@link dev.slipway.pool.Transaction} binds
 */
record SelectStatement(String sql, List<Object> values) {
  SelectStatement {
    values = List.copyOf(values);
  }
}
