package dev.slipway.db;

import dev.slipway.config.Nearest;
import dev.slipway.config.Secret;
import dev.slipway.fault.Fault;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A DSN while it is being read. Not thread-safe. */
final class Draft {
  final Dialect dialect;

  /** The driver's own URL, without secrets. */
  String url = "";

  /** In words, for messages: {@code postgres at db:5432, database app}. */
  String target = "";

  /** The DSN as it may be printed. */
  String redacted = "";

  /** SQLite's file. */
  String file = "";

  boolean memory;

  /** The driver's properties, some of them secret. */
  final Map<String, String> properties = new LinkedHashMap<>();

  /** What the server is told to set for each session. */
  final Map<String, String> settings = new LinkedHashMap<>();

  /** Texts that must not be printed, with what stands for them. */
  final Map<String, String> replacements = new LinkedHashMap<>();

  PoolParameters pool = PoolParameters.NONE;

  Draft(Dialect dialect) {
    this.dialect = dialect;
  }

  void property(String name, String value) {
    properties.put(name, value);
  }

  void setting(String name, String value) {
    settings.put(name, value);
  }

  /** Keeps a text out of everything printed. */
  Secret secret(String text) {
    if (!text.isEmpty()) {
      replacements.put(text, "***");
    }
    return Secret.of(text);
  }

  /**
   * Applies to each parameter its rule.
   *
   * @throws Fault (usage) on a name without a rule, naming the nearest one that has, and on a name
   *     given twice
   */
  void apply(List<Parameter> parameters, Map<String, Rule> rules, String hint) {
    Set<String> seen = new HashSet<>();
    for (Parameter parameter : parameters) {
      Rule rule = rules.get(parameter.name());
      if (rule == null) {
        String shown =
            parameter.name().matches("[A-Za-z0-9_.-]{1,40}") ? " " + parameter.name() : "";
        throw Fault.usage(
                "unknown DSN parameter"
                    + shown
                    + " for "
                    + dialect.name()
                    + Nearest.question(parameter.name(), rules.keySet()))
            .hint(hint);
      }
      if (!seen.add(parameter.name()) && !parameter.name().equals("_pragma")) {
        throw Fault.usage("the DSN parameter " + parameter.name() + " is given twice")
            .hint("keep one of them");
      }
      rule.apply(parameter, this);
    }
  }

  /**
   * Takes {@code a=b&c=d} apart and decodes it.
   *
   * @throws Fault (usage) when a part has no name or value, or cannot be decoded
   */
  static List<Parameter> parameters(String query) {
    List<Parameter> parameters = new ArrayList<>();
    for (String part : query.split("&")) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      if (equals <= 0) {
        throw Fault.usage("a DSN parameter has no value: each is written name=value")
            .hint("in a password or a value, write & as %26 and ? as %3F");
      }
      parameters.add(
          new Parameter(
              decode(part.substring(0, equals), "the name of a DSN parameter"),
              decode(part.substring(equals + 1), "the value of a DSN parameter")));
    }
    return parameters;
  }

  /**
   * Replaces each {@code %XX} by its byte, as UTF-8; {@code +} stays, as libpq and the Go drivers
   * have it.
   *
   * @throws Fault (usage) when two hex digits are missing after a {@code %}; the text is not shown
   */
  static String decode(String text, String what) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] given = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < given.length; i++) {
      if (given[i] != '%') {
        bytes.write(given[i]);
        continue;
      }
      int high = i + 2 < given.length ? Character.digit(given[i + 1], 16) : -1;
      int low = i + 2 < given.length ? Character.digit(given[i + 2], 16) : -1;
      if (high < 0 || low < 0 || high + low == 0) {
        throw Fault.usage("a % in " + what + " is not followed by two hexadecimal digits")
            .hint("write the character % itself as %25");
      }
      bytes.write(high * 16 + low);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw Fault.usage("the %XX in " + what + " are not UTF-8").cause(e);
    }
  }

  Optional<String> found(String property) {
    return Optional.ofNullable(properties.get(property));
  }
}
