package dev.slipway.behavior;

import dev.slipway.behavior.CaseTable.Case;
import dev.slipway.behavior.CaseTable.Target;
import dev.slipway.behavior.Transcript.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * Records what a build does, compares two recordings, and lets two builds take turns on one
 * database. Exit status 0 when nothing differs, 1 when something does, 2 for wrong usage.
 */
public final class Behavior {
  private static final String USAGE =
      """
      Usage: scripts/behavior record BUILD OUT [--case PATTERN] [--database NAME[,...]] [--jobs N]
             scripts/behavior compare OLD_OUT NEW_OUT [--only SECTION[,...]] [--allow FILE]
             scripts/behavior turns OLD_BUILD NEW_BUILD [the options of record and compare]
      BUILD is a launcher (app/target/slipway/bin/slipway) or the folder above its bin.
        --case      only cases whose names the pattern finds
        --database  postgres, mysql, sqlite, cockroach, memory, none; all by default
        --jobs      how many cases at a time; one more than the processors by default
        --only      codes, stdout, stderr, json, sql, history, http; all by default
        --allow     documented changes, one a line: `SECTION PATTERN => REPLACEMENT`""";

  private final List<String> operands = new ArrayList<>();
  private Pattern pattern = Pattern.compile("");
  private Set<Target> targets = EnumSet.allOf(Target.class);
  private Set<Section> sections = EnumSet.allOf(Section.class);
  private List<String> allowed = List.of();
  private int jobs = Runtime.getRuntime().availableProcessors() + 1;

  private Behavior() {}

  /** Runs what the arguments ask for; relative paths are those of the property behavior.from. */
  public static void main(String[] args) throws Exception {
    if (List.of(args).contains("--help")) {
      System.out.println(USAGE);
      return;
    }
    Logger.getLogger("").setLevel(Level.SEVERE);
    int status;
    try {
      status = new Behavior().run(List.of(args));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      System.err.println("behavior: " + e.getMessage() + "\n" + USAGE);
      status = 2;
    }
    // The servers' clients keep threads of their own.
    System.exit(status);
  }

  private int run(List<String> args) throws Exception {
    for (int i = 0; i < args.size(); i++) {
      switch (args.get(i)) {
        case "--case" -> pattern = Pattern.compile(args.get(++i));
        case "--database" -> targets = targets(args.get(++i));
        case "--only" -> sections = sections(args.get(++i));
        case "--allow" -> allowed = Files.readAllLines(path(args.get(++i)));
        case "--jobs" -> jobs = Integer.parseInt(args.get(++i));
        default -> operands.add(args.get(i));
      }
    }
    if (operands.size() != 3) {
      throw new IllegalArgumentException("a command and two operands are needed");
    }
    Path first = path(operands.get(1));
    Path second = path(operands.get(2));
    return switch (operands.getFirst()) {
      case "record" -> record(first, second);
      case "compare" -> Comparison.of(sections, allowed).print(first, second) == 0 ? 0 : 1;
      case "turns" -> turns(first, second);
      default -> throw new IllegalArgumentException("no command " + operands.getFirst());
    };
  }

  private int record(Path launcher, Path out) throws Exception {
    if (Files.exists(out)) {
      throw new IllegalArgumentException(out + " exists: recordings are not mixed");
    }
    long start = System.nanoTime();
    Path work = Files.createTempDirectory("slipway-behavior");
    int failures;
    try {
      Build build = Build.of(launcher, work.resolve("build"));
      failures =
          new Recorder(build, new CaseScheduler(List.of(build), work, jobs), out)
              .record(cases(), targets);
    } finally {
      CaseScheduler.delete(work);
    }
    System.out.println(
        "behavior: recorded in "
            + Duration.ofNanos(System.nanoTime() - start).toSeconds()
            + " s: "
            + out);
    return failures == 0 ? 0 : 1;
  }

  private int turns(Path oldLauncher, Path newLauncher) throws Exception {
    Path work = Files.createTempDirectory("slipway-turns");
    try {
      Build old = Build.of(oldLauncher, work.resolve("old"));
      Build now = Build.of(newLauncher, work.resolve("new"));
      var turns =
          new TurnsCheck(
              old,
              now,
              new CaseScheduler(List.of(old, now), work, jobs),
              Comparison.of(sections, allowed));
      return turns.run(cases(), targets) == 0 ? 0 : 1;
    } finally {
      CaseScheduler.delete(work);
    }
  }

  private List<Case> cases() throws IOException {
    return CaseTable.read(Path.of("src/test/behavior")).stream()
        .filter(one -> pattern.matcher(one.name()).find())
        .toList();
  }

  private static Path path(String text) {
    return Path.of(System.getProperty("behavior.from", ""))
        .resolve(text)
        .toAbsolutePath()
        .normalize();
  }

  private static Set<Target> targets(String words) {
    Set<Target> targets = EnumSet.noneOf(Target.class);
    for (String word : words.split(",")) {
      targets.add(Target.valueOf(word.toUpperCase(Locale.ROOT)));
    }
    return targets;
  }

  private static Set<Section> sections(String words) {
    Set<Section> sections = EnumSet.noneOf(Section.class);
    for (String word : words.split(",")) {
      sections.add(Comparison.section(word));
    }
    return sections;
  }
}
