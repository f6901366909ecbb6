package dev.slipway.identity;

import dev.slipway.error.SlipwayException;
import dev.slipway.http.Problem;
import dev.slipway.identity.DerivedIdentifiers.Address;
import dev.slipway.identity.KratosExtension.Via;
import dev.slipway.json.EvaluationBudget;
import dev.slipway.json.Json;
import dev.slipway.json.JsonSchema;
import dev.slipway.json.JsonSchema.Annotation;
import dev.slipway.json.JsonSchema.Evaluation;
import dev.slipway.json.JsonSchema.Violation;
import dev.slipway.json.StringFormats;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the traits of an identity have to be, and what they are besides. The document describes the
 * whole identity, as Ory's do: the traits are its property {@code traits}. Immutable and
 * thread-safe.
 */
final class IdentitySchema {
  private static final int LISTED_MAX = 10;

  /** In characters, as the column has it. */
  static final int IDENTIFIER_MAX = 512;

  private static final int ADDRESS_MAX = 400;

  private final String id;
  private final String document;
  private final JsonSchema schema;
  private final Map<String, KratosExtension> extensions = new HashMap<>();

  /**
   * Compiles a schema.
   *
   * @param source the name of the document, for messages
   * @throws SlipwayException (usage) when it is no schema of identities
   */
  IdentitySchema(String id, Object document, String source) {
    this.id = id;
    this.schema = JsonSchema.compile(document, source, KratosExtension.KEYWORD);
    if (!(document instanceof Map<?, ?> root
        && root.get("properties") instanceof Map<?, ?> properties
        && properties.containsKey("traits"))) {
      throw SlipwayException.usageError(
          source
              + " describes no traits: the schema of the traits is the property `traits` in it,"
              + " {\"properties\":{\"traits\":{…}}}");
    }
    this.document = Json.write(document);
    for (JsonSchema.KeywordLocation at : schema.annotationKeywords()) {
      extensions.put(at.pointer(), KratosExtension.read(at.schema(), source + ": " + at.pointer()));
    }
  }

  /** Whether identifiers of credentials of this type come from traits and from nowhere else. */
  static boolean derivesIdentifiersOf(String type) {
    return KratosExtension.TYPES.contains(type);
  }

  String id() {
    return id;
  }

  /** The JSON Schema itself, as JSON. */
  String document() {
    return document;
  }

  /**
   * What traits are besides traits.
   *
   * @param budget of the request
   * @throws Problem 400 that names what is wrong with them, at most ten things
   */
  DerivedIdentifiers check(Object traits, EvaluationBudget budget) {
    if (!(traits instanceof Map)) {
      throw Problem.of(400, "/traits must be an object");
    }
    Map<String, Object> value = Collections.singletonMap("traits", traits);
    Evaluation evaluation = schema.evaluate(value, budget);
    Collection<Violation> violations = evaluation.violations();
    if (violations.isEmpty()) {
      var derivation = new Derivation();
      for (Annotation each : evaluation.annotations()) {
        derivation.add(
            new AnnotatedValue(each.pointer(), each.value(), extensions.get(each.keyword())));
      }
      violations = derivation.violations;
      if (violations.isEmpty()) {
        return derivation.derived();
      }
    }
    throw Problem.of(400, message(violations));
  }

  private String message(Collection<Violation> violations) {
    String listed =
        violations.stream()
            .limit(LISTED_MAX)
            .map(
                each -> each.pointer() + (each.pointer().isEmpty() ? "it " : ": ") + each.message())
            .collect(Collectors.joining("; "));
    int rest = violations.size() - LISTED_MAX;
    return "the traits do not fit the schema "
        + id
        + ": "
        + listed
        + (rest > 0 ? "; and " + rest + " more" : "");
  }

  /** A part of the traits that the keyword applies to. */
  private record AnnotatedValue(String pointer, Object value, KratosExtension extension) {}

  /** What has been found in one identity's traits. */
  private static final class Derivation {
    private final Map<String, LinkedHashSet<String>> identifiers = new LinkedHashMap<>();
    private final LinkedHashSet<Address> codes = new LinkedHashSet<>();
    private final LinkedHashSet<Address> verifiable = new LinkedHashSet<>();
    private final LinkedHashSet<Address> recovery = new LinkedHashSet<>();
    private final LinkedHashSet<Violation> violations = new LinkedHashSet<>();

    void add(AnnotatedValue annotated) {
      switch (annotated.value()) {
        // Nothing is a value that is allowed to be missing.
        case null -> {}
        case String text when text.isBlank() -> {}
        case String text -> add(annotated, text);
        default -> reject(annotated, "has to be a text, as it is an identifier or an address");
      }
    }

    private void add(AnnotatedValue annotated, String text) {
      KratosExtension extension = annotated.extension();
      for (String type : extension.identifiers()) {
        identifier(annotated, type, DerivedIdentifiers.normalize(text));
      }
      extension
          .code()
          .flatMap(via -> address(annotated, via, text))
          .ifPresent(
              address -> {
                identifier(annotated, CredentialType.CODE.value(), address.value());
                codes.add(address);
              });
      extension
          .verification()
          .flatMap(via -> address(annotated, via, text))
          .ifPresent(verifiable::add);
      extension.recovery().flatMap(via -> address(annotated, via, text)).ifPresent(recovery::add);
    }

    private void identifier(AnnotatedValue annotated, String type, String identifier) {
      if (length(identifier) > IDENTIFIER_MAX) {
        reject(annotated, "is longer than an identifier may be, " + IDENTIFIER_MAX + " characters");
      }
      identifiers.computeIfAbsent(type, any -> new LinkedHashSet<>()).add(identifier);
    }

    private Optional<Address> address(AnnotatedValue annotated, Via via, String text) {
      Optional<String> value =
          switch (via) {
            case EMAIL ->
                Optional.of(text.strip().toLowerCase(Locale.ROOT))
                    .filter(
                        email -> !annotated.extension().checked() || StringFormats.email(email));
            case SMS ->
                StringFormats.phone(text)
                    .or(
                        () ->
                            Optional.of(text.strip())
                                .filter(any -> !annotated.extension().checked()));
          };
      if (value.isEmpty()) {
        reject(
            annotated,
            switch (via) {
              case EMAIL -> "is no e-mail address";
              case SMS -> "is no phone number in its international form, as +49 30 123456";
            });
      } else if (length(value.get()) > ADDRESS_MAX) {
        reject(annotated, "is longer than an address may be, " + ADDRESS_MAX + " characters");
      }
      return value.map(address -> new Address(via.value(), address));
    }

    private void reject(AnnotatedValue annotated, String message) {
      violations.add(new Violation(annotated.pointer(), message));
    }

    DerivedIdentifiers derived() {
      var lists = new LinkedHashMap<String, List<String>>();
      identifiers.forEach((type, each) -> lists.put(type, List.copyOf(each)));
      return new DerivedIdentifiers(
          Collections.unmodifiableMap(lists),
          List.copyOf(codes),
          List.copyOf(verifiable),
          List.copyOf(recovery));
    }

    private static int length(String text) {
      return text.codePointCount(0, text.length());
    }
  }
}
