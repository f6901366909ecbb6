package dev.slipway.cli;

import dev.slipway.driver.SqlExceptions;
import dev.slipway.error.SlipwayException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command prints for programs: one document with its result, or with the reason for its
 * failure and what it had done until then. {@code docs/output.schema.json} describes it. Of one
 * thread.
 */
final class ResultDocument {
  private static final String OPTION = "--format";
  private static final String ERROR = "error";

  private final OutputFormat format;
  private final Map<String, Object> fields = new LinkedHashMap<>();
  private Optional<List<?>> list = Optional.empty();

  private ResultDocument(OutputFormat format) {
    this.format = format;
  }

  /**
   * The document that the arguments request. The command line is not parsed for it, because wrong
   * arguments are reported in it too.
   */
  static ResultDocument of(List<String> arguments) {
    String word = "";
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).startsWith(OPTION + "=")) {
        word = arguments.get(i).substring(OPTION.length() + 1);
      } else if (arguments.get(i).equals(OPTION) && i + 1 < arguments.size()) {
        word = arguments.get(i + 1);
      }
    }
    return new ResultDocument(OutputFormat.of(word).orElse(OutputFormat.TABLE));
  }

  /** Whether the arguments request a document; otherwise nothing is printed. */
  boolean requested() {
    return format != OutputFormat.TABLE;
  }

  /** Sets a field. */
  void put(String name, Object value) {
    fields.put(name, value);
  }

  /** Makes the document a list; if the command fails, the list is this field of the document. */
  void list(String name, List<?> items) {
    put(name, items);
    list = Optional.of(items);
  }

  /** Adds the reason for a failure. */
  void fail(SlipwayException failure) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", failure.exitCode().number());
    error.put("message", failure.getMessage());
    failure
        .location()
        .ifPresent(
            place -> {
              error.put("file", place.file().toString());
              error.put("line", place.line());
            });
    SqlExceptions.sqlState(failure).ifPresent(state -> error.put("sqlstate", state));
    failure.hint().ifPresent(hint -> error.put("hint", hint));
    put(ERROR, error);
  }

  /** Prints the document, if there is one. */
  void printTo(PrintStream out) {
    if (requested() && !fields.isEmpty()) {
      boolean bare = list.isPresent() && !fields.containsKey(ERROR);
      out.print(format.write(bare ? list.get() : fields));
    }
  }
}
