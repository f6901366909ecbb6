package dev.slipway.dsn;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What becomes of one DSN parameter. */
@FunctionalInterface
public interface ParameterHandler {
  void apply(DsnParameter parameter, DsnBuilder draft);

  /**
   * What to write in place of a parameter that {@link #apply} rejects: parameters, or an empty text
   * to leave it out; empty where that is not known.
   */
  default Optional<String> replacement(DsnParameter parameter) {
    return Optional.empty();
  }

  /** The same handler with the replacement for parameters that it rejects. */
  default ParameterHandler withReplacement(String replacement) {
    ParameterHandler self = this;
    return new ParameterHandler() {
      @Override
      public void apply(DsnParameter parameter, DsnBuilder draft) {
        self.apply(parameter, draft);
      }

      @Override
      public Optional<String> replacement(DsnParameter parameter) {
        return Optional.of(replacement);
      }
    };
  }

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

  /** Rejects the parameter; the sentence names the alternative. */
  static ParameterHandler reject(String sentence) {
    return leaveOut(
        sentence,
        (parameter, draft) -> {
          throw parameter.rejection(sentence);
        });
  }

  private static ParameterHandler leaveOut(String sentence, ParameterHandler handler) {
    return sentence.endsWith("leave it out") ? handler.withReplacement("") : handler;
  }

  /** It is written in another way here, which a function finds from the parameter. */
  static ParameterHandler replaced(String sentence, Function<DsnParameter, String> replacement) {
    return new ParameterHandler() {
      @Override
      public void apply(DsnParameter parameter, DsnBuilder draft) {
        throw parameter.rejection(sentence);
      }

      @Override
      public Optional<String> replacement(DsnParameter parameter) {
        return Optional.of(replacement.apply(parameter));
      }
    };
  }

  /** It changes nothing with these values, as that is how it is anyway; others are refused. */
  static ParameterHandler only(List<String> values, String sentence) {
    return leaveOut(
        sentence,
        (parameter, draft) -> {
          if (!values.contains(parameter.value())) {
            throw parameter.rejection(sentence);
          }
        });
  }
}
