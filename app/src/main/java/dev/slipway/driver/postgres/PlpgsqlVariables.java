package dev.slipway.driver.postgres;

import dev.slipway.sql.DynamicSqlEvaluator;
import dev.slipway.sql.SqlTokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The texts that the variables of one PL/pgSQL body can have: those of all assignments together,
 * whatever their order. Used by one thread.
 */
public final class PlpgsqlVariables {
  private static final String[] STARTS = {"BEGIN", "THEN", "ELSE", "LOOP", "DECLARE"};

  private final SqlTokens body;
  private final Map<String, List<int[]>> assigned = new HashMap<>();
  private final Set<String> unknown = new HashSet<>();
  private final Set<String> labels = new HashSet<>();
  private final Set<String> asked = new HashSet<>();

  private PlpgsqlVariables(SqlTokens body) {
    this.body = body;
  }

  /**
   * Reads a body.
   *
   * @param outer the statement with the body
   * @param routine where FUNCTION or PROCEDURE stands in it; negative for DO
   */
  public static PlpgsqlVariables of(SqlTokens body, SqlTokens outer, int routine) {
    PlpgsqlVariables variables = new PlpgsqlVariables(body);
    if (routine >= 0) {
      variables.parameters(outer, routine + 1);
    }
    variables.read();
    return variables;
  }

  /** A caller gives the parameters their first values, except those that are only OUT. */
  private void parameters(SqlTokens outer, int from) {
    int open = from;
    while (outer.name(open) || outer.symbol(open, ".")) {
      labels.add(outer.key(open++));
    }
    for (int[] parameter : DynamicSqlEvaluator.arguments(outer, open)) {
      int name = parameter[0];
      boolean out = outer.word(name, "OUT") || outer.words(name + 1, "OUT");
      while (outer.word(name, "IN", "OUT", "INOUT", "VARIADIC") && name + 1 < parameter[1]) {
        out &= !outer.word(name, "IN", "INOUT");
        name++;
      }
      if (!out && outer.name(name)) {
        unknown.add(outer.key(name));
      }
    }
  }

  /** The texts of a variable; empty for a parameter, or when a query, loop, or call sets it. */
  public Optional<List<String>> values(String name) {
    if (!assigned.containsKey(name) || unknown.contains(name) || !asked.add(name)) {
      return Optional.empty();
    }
    List<String> all = new ArrayList<>();
    for (int[] range : assigned.get(name)) {
      Optional<List<String>> values =
          DynamicSqlEvaluator.values(body, range[0], range[1], this::values);
      if (values.isEmpty()) {
        asked.remove(name);
        return values;
      }
      all.addAll(values.get());
    }
    asked.remove(name);
    return Optional.of(all);
  }

  private void read() {
    for (int i = 0; i < body.size(); i++) {
      if (body.symbol(i, "<") && body.symbol(i + 1, "<") && body.name(i + 2)) {
        labels.add(body.key(i + 2));
      }
    }
    boolean declarations = false;
    for (int i = 0; i < body.size(); i++) {
      boolean start =
          i == 0 || body.symbol(i - 1, ";") || body.word(i - 1, STARTS) || body.symbol(i - 1, ">");
      if (body.word(i, "DECLARE")) {
        declarations = true;
      } else if (body.word(i, "BEGIN")) {
        declarations = false;
      } else if (start && body.name(i)) {
        segment(i, declarations);
      }
      if (body.word(i, "INTO", "FOR", "FOREACH")) {
        targets(i + 1);
      } else if (body.word(i, "DIAGNOSTICS")) {
        for (int j = i; j < body.statementEnd(i); j++) {
          if (j == i || body.symbol(j, ",")) {
            set(j + 1);
          }
        }
      } else if (body.word(i, "CALL") && body.name(i + 1)) {
        call(i + 1);
      }
    }
  }

  /** The procedure may set an argument that is a variable. */
  private void call(int name) {
    int open = name;
    while (body.name(open) || body.symbol(open, ".")) {
      open++;
    }
    for (int[] argument : DynamicSqlEvaluator.arguments(body, open)) {
      int from = argument[0];
      if ((body.symbol(from + 2, ">") && body.symbol(from + 1, "="))
          || (body.symbol(from + 2, "=") && body.symbol(from + 1, ":"))) {
        from += 3;
      }
      set(from);
    }
  }

  /**
   * A variable, or a part of one, gets a value that is not known.
   *
   * @return the index after it
   */
  private int set(int at) {
    if (!body.name(at)) {
      return at;
    }
    unknown.add(body.key(at));
    int i = at + 1;
    // A block's label may stand before its variable; otherwise a record stands before its field.
    boolean label = labels.contains(body.key(at));
    while (body.symbol(i, ".") || body.symbol(i, "[")) {
      if (body.symbol(i, "[")) {
        while (i < body.size() && !body.symbol(i, "]")) {
          i++;
        }
        i++;
      } else {
        if (label && body.name(i + 1)) {
          unknown.add(body.key(i + 1));
        }
        i += 2;
      }
    }
    return i;
  }

  /** What INTO, FOR, and the like set. */
  private void targets(int from) {
    int i = body.word(from, "STRICT") ? from + 1 : from;
    while (body.name(i)) {
      i = set(i);
      i = body.symbol(i, ",") ? i + 1 : body.size();
    }
  }

  /** A declaration, or an assignment. */
  private void segment(int at, boolean declaration) {
    String name = body.key(at);
    int stop = body.statementEnd(at);
    if (body.symbol(at + 1, ".") || body.symbol(at + 1, "[")) {
      set(at);
      return;
    }
    if (declaration && body.words(at + 1, "ALIAS", "FOR")) {
      unknown.add(name);
      set(at + 3);
      return;
    }
    int equals = -1;
    for (int i = at + 1; i < stop && equals < 0; i++) {
      boolean sign =
          body.symbol(i, "=")
              && (declaration || i == at + 1 || (i == at + 2 && body.symbol(at + 1, ":")));
      equals = sign || (declaration && body.word(i, "DEFAULT")) ? i : -1;
    }
    if (declaration) {
      assigned.computeIfAbsent(name, _ -> new ArrayList<>());
    }
    if (equals > 0) {
      assigned.computeIfAbsent(name, _ -> new ArrayList<>()).add(new int[] {equals + 1, stop});
    }
  }
}
