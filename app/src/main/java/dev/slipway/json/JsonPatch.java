package dev.slipway.json;

import dev.slipway.fault.Fault;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON Patch (RFC 6902) on the plain values of {@link Json}. A patch applies as a whole or not at
 * all. What it may cost is limited: the number of its operations, what they put into the document
 * together, and how deep they nest it.
 */
public final class JsonPatch {
  private static final int OPERATIONS_MAX = 1000;

  /** Characters and values: a few copies of copies would make more of them than memory holds. */
  private static final int PUT_MAX = 1024 * 1024;

  private Object document;
  private int put;

  private JsonPatch(Object document) {
    this.document = copy(document);
  }

  /**
   * The document as the patch makes it; neither of the two is changed.
   *
   * @throws Fault (usage) that names the operation, when the patch is none, does not fit the
   *     document, tests for something that is not so, or exceeds a limit
   */
  public static Object apply(Object patch, Object document) {
    if (!(patch instanceof List<?> operations)) {
      throw Fault.usage("a JSON patch is an array of operations");
    }
    if (operations.size() > OPERATIONS_MAX) {
      throw Fault.usage("the patch has more than " + OPERATIONS_MAX + " operations");
    }
    var patching = new JsonPatch(document);
    for (int i = 0; i < operations.size(); i++) {
      try {
        patching.run(operations.get(i));
      } catch (Fault e) {
        throw Fault.usage("operation /" + i + " of the patch: " + e.getMessage());
      }
    }
    return patching.document;
  }

  private void run(Object operation) {
    if (!(operation instanceof Map<?, ?> members)) {
      throw Fault.usage("it has to be an object");
    }
    JsonPointer path = pointer(members, "path");
    switch (text(members, "op")) {
      case "add" -> add(path, value(members));
      case "remove" -> remove(path);
      case "replace" -> replace(path, value(members));
      case "move" -> move(pointer(members, "from"), path);
      case "copy" -> add(path, find(pointer(members, "from")));
      case "test" -> test(path, value(members));
      case String other ->
          throw Fault.usage(
              "'" + other + "' is no operation: take add, remove, replace, move, copy or test");
    }
  }

  private void add(JsonPointer path, Object value) {
    Object fresh = limited(value, path.segments().size());
    if (path.segments().isEmpty()) {
      document = fresh;
      return;
    }
    String name = path.segments().getLast();
    switch (parent(path)) {
      case Map<?, ?> map -> map(map).put(name, fresh);
      case List<?> list ->
          list(list)
              .add(name.equals("-") ? list.size() : index(name, list.size() + 1, path), fresh);
      case null, default -> throw nothing(path);
    }
  }

  private void replace(JsonPointer path, Object value) {
    find(path);
    if (path.segments().isEmpty() || parent(path) instanceof Map<?, ?>) {
      // In an object the member keeps its place.
      add(path, value);
      return;
    }
    remove(path);
    add(path, value);
  }

  private void move(JsonPointer from, JsonPointer path) {
    if (from.holds(path)) {
      throw Fault.usage(from + " cannot be moved into itself");
    }
    Object value = find(from);
    if (!from.equals(path)) {
      remove(from);
      add(path, value);
    }
  }

  private void remove(JsonPointer path) {
    if (path.segments().isEmpty()) {
      throw Fault.usage("the whole document cannot be removed");
    }
    find(path);
    String name = path.segments().getLast();
    switch (parent(path)) {
      case Map<?, ?> map -> map.remove(name);
      case List<?> list -> list.remove(index(name, list.size(), path));
      case null, default -> throw nothing(path);
    }
  }

  private void test(JsonPointer path, Object value) {
    if (!same(find(path), value)) {
      throw Fault.usage("the value at '" + path + "' is another one than the test asks for");
    }
  }

  private Object find(JsonPointer path) {
    Object at = document;
    for (String segment : path.segments()) {
      at =
          switch (at) {
            case Map<?, ?> map when map.containsKey(segment) -> map.get(segment);
            case List<?> list -> list.get(index(segment, list.size(), path));
            case null, default -> throw nothing(path);
          };
    }
    return at;
  }

  private Object parent(JsonPointer path) {
    return find(new JsonPointer(path.segments().subList(0, path.segments().size() - 1)));
  }

  private static int index(String segment, int size, JsonPointer path) {
    if (!segment.matches("0|[1-9]\\d{0,8}")) {
      throw Fault.usage("'" + path + "' leads into an array, where '" + segment + "' is no index");
    }
    int index = Integer.parseInt(segment);
    if (index >= size) {
      throw nothing(path);
    }
    return index;
  }

  private static Fault nothing(JsonPointer path) {
    return Fault.usage("the document has nothing at '" + path + "'");
  }

  /** A copy that counts against the limits; it is put at this depth. */
  private Object limited(Object value, int depth) {
    if (value instanceof Map<?, ?> || value instanceof List<?>) {
      if (depth >= Limits.STORED_DEPTH) {
        throw Fault.usage("it nests deeper than " + Limits.STORED_DEPTH + " levels");
      }
    }
    count(1);
    return switch (value) {
      case Map<?, ?> map -> {
        var copy = LinkedHashMap.<String, Object>newLinkedHashMap(map.size());
        map.forEach(
            (name, each) -> {
              count(((String) name).length());
              copy.put((String) name, limited(each, depth + 1));
            });
        yield copy;
      }
      case List<?> list -> {
        var copy = new ArrayList<Object>(list.size() + 1);
        list.forEach(each -> copy.add(limited(each, depth + 1)));
        yield copy;
      }
      case String text -> {
        count(text.length());
        yield text;
      }
      case null, default -> value;
    };
  }

  private void count(int more) {
    put += more;
    if (put > PUT_MAX) {
      throw Fault.usage("the patch puts too much into the document");
    }
  }

  private static Object copy(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var copy = new LinkedHashMap<Object, Object>();
        map.forEach((name, each) -> copy.put(name, copy(each)));
        yield copy;
      }
      case List<?> list -> {
        var copy = new ArrayList<Object>(list.size() + 1);
        list.forEach(each -> copy.add(copy(each)));
        yield copy;
      }
      case null, default -> value;
    };
  }

  /** Equal as RFC 6902 has it: numbers by their value, objects whatever their order. */
  private static boolean same(Object one, Object other) {
    return switch (one) {
      case Map<?, ?> map ->
          other instanceof Map<?, ?> others
              && map.keySet().equals(others.keySet())
              && map.keySet().stream().allMatch(name -> same(map.get(name), others.get(name)));
      case List<?> list -> {
        if (!(other instanceof List<?> others) || list.size() != others.size()) {
          yield false;
        }
        Iterator<?> next = others.iterator();
        yield list.stream().allMatch(each -> same(each, next.next()));
      }
      case Number number ->
          other instanceof Number another
              && new BigDecimal(number.toString()).compareTo(new BigDecimal(another.toString()))
                  == 0;
      case null -> other == null;
      default -> one.equals(other);
    };
  }

  private static Object value(Map<?, ?> operation) {
    if (!operation.containsKey("value")) {
      throw Fault.usage("it needs a `value`");
    }
    return operation.get("value");
  }

  private static JsonPointer pointer(Map<?, ?> operation, String name) {
    return JsonPointer.parse(text(operation, name));
  }

  private static String text(Map<?, ?> operation, String name) {
    if (operation.get(name) instanceof String text) {
      return text;
    }
    throw Fault.usage("it needs `" + name + "`, a text");
  }

  /** Whatever is in the document was put there by {@link #limited} or {@link #copy}. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(List<?> list) {
    return (List<Object>) list;
  }
}
