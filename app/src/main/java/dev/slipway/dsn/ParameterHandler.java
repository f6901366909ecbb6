package dev.slipway.dsn;

import java.util.List;

/** What becomes of one DSN parameter. */
@FunctionalInterface
public interface ParameterHandler {
  void apply(DsnParameter parameter, DsnBuilder draft);

  /** It is the driver's property of this name. */
  static ParameterHandler property(String name) {
    return (parameter, draft) -> draft.property(name, parameter.value());
  }

  /** It is the driver's property of this name, and takes only these values. */
  static ParameterHandler property(String name, String... values) {
    return (parameter, draft) -> {
      if (!List.of(values).contains(parameter.value())) {
        throw parameter.mustBe("one of " + String.join(", ", values));
      }
      draft.property(name, parameter.value());
    };
  }

  /** It is a setting of the session in the server. */
  static ParameterHandler setting(String name) {
    return (parameter, draft) -> draft.setting(name, parameter.value());
  }

  /** It cannot be had; the sentence says what to use. */
  static ParameterHandler reject(String sentence) {
    return (parameter, draft) -> {
      throw parameter.rejection(sentence);
    };
  }

  /** It changes nothing with these values, as that is how it is anyway; others are refused. */
  static ParameterHandler only(List<String> values, String sentence) {
    return (parameter, draft) -> {
      if (!values.contains(parameter.value())) {
        throw parameter.rejection(sentence);
      }
    };
  }
}
