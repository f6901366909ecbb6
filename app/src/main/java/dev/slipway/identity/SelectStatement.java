package dev.slipway.identity;

import java.util.List;

/**
 * A statement that reads, and the values of its question marks in order.
 *
 * @param values of the types that {@link dev.slipway.pool.Transaction} binds
 */
record SelectStatement(String sql, List<Object> values) {
  SelectStatement {
    values = List.copyOf(values);
  }
}
