package dev.slipway.identity;

import dev.slipway.error.SlipwayException;
import dev.slipway.http.Problem;
import dev.slipway.identity.Address.Via;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The schema of identities: validates traits and derives identifiers from them. As in Ory Kratos,
 * the document describes the whole identity, and the traits are its property {@code traits}.
 * Immutable and thread-safe.
 */
final class IdentitySchema {
  private static final int LISTED_MAX = 10;

  /** In characters, the size of the column. */
  static final int IDENTIFIER_MAX = 512;

  private static final int ADDRESS_MAX = 400;

  private final String id;
  private final String document;
  private final JsonSchema schema;

  /** By the location of the keyword, for each location that an {@link Annotation} may name. */
  private final Map<String, KratosExtension> extensions = new HashMap<>();

  /**
   * Compiles a schema.
   *
   * @param source the name of the document, for messages
   * @throws SlipwayException (usage) when it is no schema of identities
   */
  IdentitySchema(String id, @Nullable Object document, String source) {
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
    schema
        .annotatedSchemas()
        .forEach(
            (at, parent) -> extensions.put(at, KratosExtension.read(parent, source + ": " + at)));
  }

  String id() {
    return id;
  }

  /** The JSON Schema itself, as JSON. */
  String document() {
    return document;
  }

  /**
   * Validates traits, and derives identifiers and addresses from them.
   *
   * @param budget of the request
   * @throws Problem 400 that lists at most ten violations
   */
  DerivedIdentifiers check(Object traits, EvaluationBudget budget) {
    if (!(traits instanceof Map)) {
      throw Problem.of(400, "/traits must be an object");
    }
    Evaluation evaluation = schema.evaluate(Collections.singletonMap("traits", traits), budget);
    var derivation = new Derivation();
    evaluation.annotations().forEach(derivation::add);
    Collection<Violation> violations =
        evaluation.violations().isEmpty() ? derivation.violations : evaluation.violations();
    if (!violations.isEmpty()) {
      throw Problem.of(400, message(violations));
    }
    return derivation.result();
  }

  private String message(Collection<Violation> violations) {
    String listed =
        violations.stream()
            .limit(LISTED_MAX)
            .map(
                each -> each.pointer() + (each.pointer().isEmpty() ? "it " : ": ") + each.message())
            .collect(Collectors.joining("; "));
    int rest = violations.size() - LISTED_MAX;
    return "the traits do not fit the schema %s: %s%s"
        .formatted(id, listed, rest > 0 ? "; and " + rest + " more" : "");
  }

  /** Collects identifiers and addresses from the annotations of one identity's traits. */
  private final class Derivation {
    private final Map<String, Set<String>> identifiers = new LinkedHashMap<>();
    private final Set<Address> codes = new LinkedHashSet<>();
    private final Set<Address> verifiable = new LinkedHashSet<>();
    private final Set<Address> recovery = new LinkedHashSet<>();
    private final Set<Violation> violations = new LinkedHashSet<>();

    void add(Annotation trait) {
      switch (trait.value()) {
        // A trait without a value is valid.
        case null -> {}
        case String text when text.isBlank() -> {}
        case String text ->
            add(trait, text, Objects.requireNonNull(extensions.get(trait.keyword())));
        default -> reject(trait, "has to be a text, as it is an identifier or an address");
      }
    }

    private void add(Annotation trait, String text, KratosExtension extension) {
      for (String type : extension.identifiers()) {
        addIdentifier(trait, type, DerivedIdentifiers.normalize(text));
      }
      boolean checked = extension.checked();
      for (Address each : address(trait, extension.code(), text, checked)) {
        addIdentifier(trait, CredentialType.CODE.value(), each.value());
        codes.add(each);
      }
      verifiable.addAll(address(trait, extension.verification(), text, checked));
      recovery.addAll(address(trait, extension.recovery(), text, checked));
    }

    private void addIdentifier(Annotation trait, String type, String identifier) {
      if (length(identifier) > IDENTIFIER_MAX) {
        reject(trait, "is longer than an identifier may be, " + IDENTIFIER_MAX + " characters");
      }
      identifiers.computeIfAbsent(type, _ -> new LinkedHashSet<>()).add(identifier);
    }

    /** The address in the form of its channel: empty without a channel, or if it is invalid. */
    private List<Address> address(
        Annotation trait, Optional<Via> channel, String text, boolean checked) {
      if (channel.isEmpty()) {
        return List.of();
      }
      Via via = channel.get();
      String email = text.strip().toLowerCase(Locale.ROOT);
      Optional<String> valid =
          switch (via) {
            case EMAIL -> Optional.of(email).filter(StringFormats::email);
            case SMS -> StringFormats.phone(text);
          };
      if (valid.isEmpty() && checked) {
        reject(
            trait,
            switch (via) {
              case EMAIL -> "is no e-mail address";
              case SMS -> "is no phone number in its international form, as +49 30 123456";
            });
        return List.of();
      }
      String value = valid.orElse(via == Via.EMAIL ? email : text.strip());
      if (length(value) > ADDRESS_MAX) {
        reject(trait, "is longer than an address may be, " + ADDRESS_MAX + " characters");
      }
      return List.of(new Address(via.value(), value));
    }

    private void reject(Annotation trait, String message) {
      violations.add(new Violation(trait.pointer(), message));
    }

    DerivedIdentifiers result() {
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
