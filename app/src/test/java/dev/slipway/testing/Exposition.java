package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prometheus' text format 0.0.4 and its conventions for names, as rules that a text keeps. */
public final class Exposition {
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)"
              + "(\\{[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\[\\\\n\"])*\""
              + "(?:,[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\[\\\\n\"])*\")*})?"
              + " (-?[0-9.]+(?:E-?[0-9]+)?|\\+Inf|NaN)");

  /** Prometheus counts in seconds, bytes and ratios. */
  private static final Pattern OTHER_UNIT =
      Pattern.compile(".*_(milliseconds|millis|ms|minutes|kilobytes|kb|megabytes|mb|percent)\\b");

  private Exposition() {}

  /** The type of each metric, by its name; fails where the text breaks a rule. */
  public static Map<String, String> types(String text) {
    var types = new LinkedHashMap<String, String>();
    Set<String> series = new HashSet<>();
    String family = "";
    for (String line : text.split("\n")) {
      if (line.startsWith("# HELP ")) {
        family = line.split(" ")[2];
        assertTrue(line.split(" ", 4)[3].endsWith("."), line);
      } else if (line.startsWith("# TYPE ")) {
        assertEquals(family, line.split(" ")[2]);
        assertEquals(null, types.put(family, line.split(" ")[3]), "one TYPE for each name");
      } else {
        Matcher sample = SAMPLE.matcher(line);
        assertTrue(sample.matches(), line);
        assertTrue(sample.group(1).startsWith(family), "samples of a name stand together: " + line);
        assertTrue(series.add(sample.group(1) + sample.group(2)), "each series once: " + line);
      }
    }
    types.forEach(
        (name, type) -> {
          assertEquals(type.equals("counter"), name.endsWith("_total"), name);
          assertTrue(!OTHER_UNIT.matcher(name).find(), "seconds and bytes: " + name);
        });
    return types;
  }
}
