package dev.slipway.behavior;

import dev.slipway.behavior.Transcript.Section;
import dev.slipway.behavior.Transcript.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Two recordings, section by section. A list of documented changes turns what the old one has into
 * what the new one should have; what differs after that is printed.
 */
final class Comparison {
  private static final Pattern ALLOWED = Pattern.compile("(\\w+)\\s+(.+?) => (.*)");
  private static final int LINES_MAX = 20;

  private final Set<Section> sections;
  private final List<Allowed> allowed;
  private int differences;
  private int cases;

  /** A documented change of a section: what the pattern finds becomes the replacement. */
  private record Allowed(Section section, Pattern pattern, String replacement) {}

  private Comparison(Set<Section> sections, List<Allowed> allowed) {
    this.sections = sections;
    this.allowed = allowed;
  }

  /**
   * A comparison of these sections.
   *
   * @param changes lines of {@code section pattern => replacement}, read once
   */
  static Comparison of(Set<Section> sections, List<String> changes) {
    List<Allowed> allowed = new ArrayList<>();
    for (String line : changes) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      Matcher change = ALLOWED.matcher(line);
      if (!change.matches()) {
        throw new IllegalArgumentException("no `section pattern => replacement`: " + line);
      }
      allowed.add(
          new Allowed(
              section(change.group(1)),
              Pattern.compile(change.group(2), Pattern.MULTILINE),
              change.group(3)));
    }
    return new Comparison(sections, allowed);
  }

  /** The section with this name; codes is another name of code. */
  static Section section(String name) {
    String singular = name.equals("codes") ? "code" : name;
    for (Section section : Section.values()) {
      if (section.word().equals(singular)) {
        return section;
      }
    }
    throw new IllegalArgumentException("no section " + name);
  }

  /** Prints what differs; how many sections of steps that are. */
  int print(Path oldFolder, Path newFolder) throws IOException {
    Set<String> files = new TreeSet<>(files(oldFolder));
    files.addAll(files(newFolder));
    if (files.isEmpty()) {
      throw new IllegalArgumentException("nothing is recorded in " + oldFolder);
    }
    for (String file : files) {
      if (!Files.exists(oldFolder.resolve(file)) || !Files.exists(newFolder.resolve(file))) {
        boolean old = Files.exists(oldFolder.resolve(file));
        differ(file + ": only in the " + (old ? "old" : "new") + " recording");
      } else {
        compare(
            file,
            Transcript.read(oldFolder.resolve(file)).steps(),
            Transcript.read(newFolder.resolve(file)).steps());
      }
    }
    return conclude();
  }

  /** Prints how many differences there were. */
  int conclude() {
    System.out.println(
        "behavior: "
            + (differences == 0 ? "no" : "" + differences)
            + " differences in "
            + cases
            + " cases");
    return differences;
  }

  /** Prints what differs between the steps of one case. */
  void compare(String file, List<Step> before, List<Step> after) throws IOException {
    cases++;
    for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
      if (i >= before.size()
          || i >= after.size()
          || !before.get(i).heading().equals(after.get(i).heading())) {
        differ(file + ": the steps differ from number " + (i + 1) + " on");
        return;
      }
      for (Section section : sections) {
        String old = allowed(section, text(before.get(i), section));
        String now = text(after.get(i), section);
        if (!old.equals(now)) {
          differ(
              file
                  + ": "
                  + before.get(i).heading()
                  + ": "
                  + section.word()
                  + "\n"
                  + lines(old, now));
        }
      }
    }
  }

  private static String text(Step step, Section section) {
    return step.sections().getOrDefault(section.word(), "");
  }

  private String allowed(Section section, String text) {
    String result = text;
    for (Allowed each : allowed) {
      if (each.section() == section) {
        result = each.pattern().matcher(result).replaceAll(each.replacement());
      }
    }
    // A renamed member may stand elsewhere in the order of members.
    int end = section == Section.HTTP ? result.indexOf("\n\n") : -1;
    String head = end < 0 ? "" : result.substring(0, end + 2);
    return head
        + CanonicalJson.of(result.substring(head.length())).orElse(result.substring(head.length()));
  }

  private void differ(String text) {
    differences++;
    System.out.println(text);
  }

  private static String lines(String before, String after) throws IOException {
    Path old = Files.writeString(Files.createTempFile("behavior", ".old"), before + "\n");
    Path now = Files.writeString(Files.createTempFile("behavior", ".new"), after + "\n");
    try (var output =
        new ProcessBuilder("diff", "--unified=1", old.toString(), now.toString())
            .start()
            .inputReader()) {
      List<String> lines = output.lines().skip(2).toList();
      String more =
          lines.size() > LINES_MAX
              ? "\n    … and " + (lines.size() - LINES_MAX) + " more lines"
              : "";
      return String.join("\n", lines.stream().limit(LINES_MAX).map(line -> "    " + line).toList())
          + more;
    } finally {
      Files.delete(old);
      Files.delete(now);
    }
  }

  private static Set<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return new TreeSet<>(
          all.filter(file -> file.toString().endsWith(".txt"))
              .map(file -> folder.relativize(file).toString())
              .toList());
    }
  }
}
