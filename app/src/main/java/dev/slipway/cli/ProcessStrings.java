package dev.slipway.cli;

import dev.slipway.config.Utf8;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the operating system gives to a process: arguments and environment variables, as UTF-8
 * whatever the locale says. The JVM decodes them, and the names of files, in the encoding of the
 * locale, and no option changes that: the property sun.jnu.encoding is read-only.
 */
public final class ProcessStrings {
  private static final Path PROC = Path.of("/proc/self");
  private static final String LOCALE = "LC_ALL";

  /** Comes with every glibc since 2.35, with Debian's of any age, and with musl. */
  private static final String UTF_8_LOCALE = "C.UTF-8";

  private ProcessStrings() {}

  /**
   * Starts this process again in a UTF-8 locale if it runs in another one: the same program with
   * the same arguments, in the same process. Returns if there is nothing to do, or no way to do it:
   * outside Linux the encoding does not depend on the locale.
   */
  public static void requireUtf8Locale() {
    if (utf8() || UTF_8_LOCALE.equals(System.getenv(LOCALE)) || !Files.exists(PROC)) {
      return;
    }
    try {
      List<byte[]> environment = new ArrayList<>();
      for (byte[] variable : strings("environ")) {
        if (!ascii(variable).startsWith(LOCALE + "=")) {
          environment.add(variable);
        }
      }
      environment.add((LOCALE + "=" + UTF_8_LOCALE).getBytes(StandardCharsets.US_ASCII));
      Exec.execute(PROC.resolve("exe").toString(), strings("cmdline"), environment);
    } catch (Throwable e) {
      // The process goes on in its own locale, in which no path can hold more than ASCII.
      System.getLogger(ProcessStrings.class.getName())
          .log(System.Logger.Level.DEBUG, "cannot restart in the locale " + UTF_8_LOCALE, e);
    }
  }

  /**
   * The arguments, with bytes that are not UTF-8 as {@link Utf8#decode} keeps them.
   *
   * @param arguments as Java has decoded them
   */
  public static String[] arguments(String[] arguments) {
    if (!doubtful(List.of(arguments))) {
      return arguments;
    }
    List<byte[]> raw = raw("cmdline");
    String[] exact = arguments.clone();
    for (int i = 0; i < exact.length; i++) {
      // What comes before them are the options of the JVM.
      int at = raw.size() - exact.length + i;
      if (doubtful(exact[i])) {
        exact[i] = exact(exact[i], at < 0 ? Optional.empty() : Optional.of(raw.get(at)));
      }
    }
    return exact;
  }

  /** The same for environment variables. */
  public static Map<String, String> environment(Map<String, String> environment) {
    if (!doubtful(environment.values())) {
      return environment;
    }
    List<byte[]> raw = raw("environ");
    Map<String, String> exact = new TreeMap<>(environment);
    exact.replaceAll(
        (name, value) ->
            doubtful(value)
                ? exact(
                    value,
                    raw.stream()
                        .filter(each -> ascii(each).startsWith(name + "="))
                        .map(each -> Arrays.copyOfRange(each, name.length() + 1, each.length))
                        .findFirst())
                : value);
    return exact;
  }

  private static boolean doubtful(Collection<String> texts) {
    for (String text : texts) {
      if (doubtful(text)) {
        return true;
      }
    }
    return false;
  }

  /** Whether Java may have decoded it wrongly. */
  private static boolean doubtful(String text) {
    return Utf8.replaced(text)
        || (!utf8() && !StandardCharsets.US_ASCII.newEncoder().canEncode(text));
  }

  /** Without the bytes, U+FFFD may stand for any, and is taken for bytes that are not UTF-8. */
  private static String exact(String text, Optional<byte[]> raw) {
    return raw.map(Utf8::decode).orElseGet(() -> text.replace("\uFFFD", "\uDCEF\uDCBF\uDCBD"));
  }

  private static boolean utf8() {
    return System.getProperty("sun.jnu.encoding", "").equals("UTF-8");
  }

  private static List<byte[]> raw(String file) {
    try {
      return strings(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The strings in a file of /proc, where a zero byte ends each. */
  private static List<byte[]> strings(String file) throws IOException {
    byte[] all = Files.readAllBytes(PROC.resolve(file));
    List<byte[]> strings = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == 0) {
        strings.add(Arrays.copyOfRange(all, from, i));
        from = i + 1;
      }
    }
    return strings;
  }

  private static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** POSIX's execve. A class of its own: a start that needs no other locale does not load it. */
  private static final class Exec {
    /** Returns only when it fails. */
    @SuppressWarnings("restricted") // native access, which every launcher of ours enables
    static void execute(String program, List<byte[]> arguments, List<byte[]> environment)
        throws Throwable {
      Linker linker = Linker.nativeLinker();
      var execve =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("execve"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS));
      try (Arena arena = Arena.ofConfined()) {
        int failed =
            (int)
                execve.invokeExact(
                    arena.allocateFrom(program),
                    pointers(arena, arguments),
                    pointers(arena, environment));
        assert failed == -1;
      }
    }

    /** An array of C strings, with a null pointer at its end. */
    private static MemorySegment pointers(Arena arena, List<byte[]> strings) {
      MemorySegment array = arena.allocate(ValueLayout.ADDRESS, strings.size() + 1L);
      for (int i = 0; i < strings.size(); i++) {
        MemorySegment string = arena.allocate(strings.get(i).length + 1L);
        MemorySegment.copy(
            strings.get(i), 0, string, ValueLayout.JAVA_BYTE, 0, strings.get(i).length);
        array.setAtIndex(ValueLayout.ADDRESS, i, string);
      }
      return array;
    }
  }
}
