package dev.slipway.behavior;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The text of one recorded case: {@code == } begins a step, {@code -- } a section of it, and
 * everything else is indented.
 */
record Transcript(List<Step> steps) {

  /**
   * What was run, and what came of it, by section.
   *
   * @param build which of the builds that take turns has run it; not part of the text
   */
  record Step(String heading, int build, Map<String, String> sections) {
    Step(String heading, int build) {
      this(heading, build, new LinkedHashMap<>());
    }

    /** Adds a section; an empty one tells nothing and is left out. */
    void section(Section section, String text) {
      if (!text.isEmpty()) {
        sections.put(section.word(), text.stripTrailing());
      }
    }
  }

  /** What a comparison can be limited to. */
  enum Section {
    CODE,
    STDOUT,
    STDERR,
    /** Standard output that is JSON, with its members in order. */
    JSON,
    SQL,
    /** The history, the other tables, and the files of SQLite. */
    HISTORY,
    HTTP;

    /** Its name in a recording. */
    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Reads what {@link #write} has written. */
  static Transcript read(Path file) throws IOException {
    List<Step> steps = new ArrayList<>();
    String section = "";
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("== ")) {
        steps.add(new Step(line.substring(3), 0));
      } else if (line.startsWith("-- ")) {
        section = line.substring(3);
        steps.getLast().sections().put(section, "");
      } else if (!steps.isEmpty()) {
        String text = line.isEmpty() ? "" : line.substring(2);
        steps
            .getLast()
            .sections()
            .merge(section, text, (before, next) -> before.isEmpty() ? next : before + "\n" + next);
      }
    }
    return new Transcript(steps);
  }

  /** Writes it as a file. */
  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    StringBuilder text = new StringBuilder();
    int number = 0;
    for (Step step : steps) {
      number++;
      text.append("== ").append(number).append(' ').append(step.heading()).append('\n');
      step.sections()
          .forEach(
              (section, content) ->
                  text.append("-- ").append(section).append('\n').append(indented(content)));
    }
    Files.writeString(file, text);
  }

  private static String indented(String content) {
    return content
        .lines()
        .map(line -> line.isEmpty() ? "\n" : "  " + line + "\n")
        .collect(Collectors.joining());
  }
}
