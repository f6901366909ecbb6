package dev.slipway.ddl;

import dev.slipway.sql.TokenCursor;
import java.util.List;
import java.util.Optional;

/**
 * A name in a statement. Case is ignored: two objects whose names differ in case alone are taken
 * for one.
 *
 * @param schema empty where the statement leaves it to the search path
 * @param name the last part
 */
public record ObjectName(String schema, String name) {
  /** A name without a schema. */
  public static ObjectName of(String name) {
    return new ObjectName("", name);
  }

  /** Passes over a name, and returns it; empty if no name is next. */
  public static Optional<ObjectName> read(TokenCursor words) {
    List<String> path = words.path();
    return path.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ObjectName(path.size() == 1 ? "" : path.get(path.size() - 2), path.getLast()));
  }

  /** Whether both can mean one object: a missing schema may be any. */
  public boolean matches(ObjectName other) {
    return name.equals(other.name)
        && (schema.isEmpty() || other.schema.isEmpty() || schema.equals(other.schema));
  }

  /** The same name in another schema. */
  public ObjectName in(String otherSchema) {
    return new ObjectName(otherSchema, name);
  }

  /** Another name in the same schema. */
  public ObjectName renamed(String to) {
    return new ObjectName(schema, to);
  }
}
