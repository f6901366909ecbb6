package dev.slipway.identity;

import dev.slipway.identity.CredentialsImport.Config;
import dev.slipway.identity.Identity.Credential;
import dev.slipway.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Merges the stored credentials of an identity with imported ones and derived identifiers. */
final class CredentialMerger {
  private CredentialMerger() {}

  /**
   * The credentials to store: known ones, replaced by imported ones of the same type, each with the
   * identifiers that the traits give to its type. Credentials that do not change keep their times.
   */
  static List<Credential> merge(
      List<Credential> known,
      Map<String, Config> imported,
      DerivedIdentifiers derived,
      Instant now) {
    var byType = new LinkedHashMap<String, Credential>();
    known.forEach(each -> byType.put(each.type(), each));
    var types = new LinkedHashSet<>(byType.keySet());
    types.addAll(imported.keySet());
    types.addAll(derived.identifiers().keySet());
    List<Credential> credentials = new ArrayList<>();
    for (String type : types) {
      Optional<Credential> before = Optional.ofNullable(byType.get(type));
      merge(type, before, Optional.ofNullable(imported.get(type)), derived, now)
          .ifPresent(credentials::add);
    }
    return credentials;
  }

  private static Optional<Credential> merge(
      String type,
      Optional<Credential> before,
      Optional<Config> imported,
      DerivedIdentifiers derived,
      Instant now) {
    List<String> own =
        imported
            .map(Config::identifiers)
            .or(
                () ->
                    before
                        .map(Credential::identifiers)
                        .filter(_ -> !KratosExtension.TYPES.contains(type)))
            .orElse(List.of());
    List<String> identifiers =
        Stream.concat(own.stream(), derived.identifiers().getOrDefault(type, List.of()).stream())
            .distinct()
            .sorted()
            .toList();
    String config =
        imported
            .map(Config::json)
            .or(() -> codeConfig(type, derived, before))
            .or(() -> before.map(Credential::config))
            .orElse("{}");
    if (identifiers.isEmpty() && config.equals("{}")) {
      return Optional.empty();
    }
    return before
        .filter(each -> each.config().equals(config) && each.identifiers().equals(identifiers))
        .or(
            () ->
                Optional.of(
                    new Credential(
                        type,
                        identifiers,
                        config,
                        before.map(Credential::version).orElse(0),
                        before.map(Credential::createdAt).orElse(now),
                        now)));
  }

  /** The addresses for codes as Ory Kratos stores them; stored text stays if it is equal. */
  private static Optional<String> codeConfig(
      String type, DerivedIdentifiers derived, Optional<Credential> before) {
    if (!type.equals(CredentialType.CODE.value()) || derived.codes().isEmpty()) {
      return Optional.empty();
    }
    List<Map<String, String>> addresses =
        derived.codes().stream()
            .map(code -> Map.of("channel", code.via(), "address", code.value()))
            .toList();
    Map<String, Object> config = Map.of("addresses", addresses);
    return before
        .map(Credential::config)
        .filter(stored -> config.equals(Json.read(stored, "a credential")))
        .or(() -> Optional.of(Json.write(config)));
  }
}
