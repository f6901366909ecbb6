package dev.slipway.db;

import java.util.List;

/** What becomes of one DSN parameter. */
@FunctionalInterface
interface Rule {
  void apply(Parameter parameter, Draft draft);

  /** It is the driver's property of this name. */
  static Rule property(String name) {
    return (parameter, draft) -> draft.property(name, parameter.value());
  }

  /** It is the driver's property of this name, and takes only these values. */
  static Rule property(String name, String... values) {
    return (parameter, draft) -> {
      if (!List.of(values).contains(parameter.value())) {
        throw parameter.mustBe("one of " + String.join(", ", values));
      }
      draft.property(name, parameter.value());
    };
  }

  /** It is a setting of the session in the server. */
  static Rule setting(String name) {
    return (parameter, draft) -> draft.setting(name, parameter.value());
  }

  /** It cannot be had; the sentence says what to use. */
  static Rule refuse(String sentence) {
    return (parameter, draft) -> {
      throw parameter.refused(sentence);
    };
  }

  /** It changes nothing with these values, as that is how it is anyway; others are refused. */
  static Rule only(List<String> values, String sentence) {
    return (parameter, draft) -> {
      if (!values.contains(parameter.value())) {
        throw parameter.refused(sentence);
      }
    };
  }
}
