package dev.slipway.identity;

import dev.slipway.http.Problem;
import dev.slipway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * Reads credentials to import: password hashes, passwords to hash, and subjects at identity
 * providers. Thread-safe.
 */
final class CredentialsImport {
  private static final int TEXT_MAX = 255;
  private static final int HASH_MAX = 4096;

  private final PasswordHasher passwords;

  /**
   * The content of an imported credential.
   *
   * @param json its configuration
   */
  record Config(String json, List<String> identifiers) {}

  CredentialsImport(PasswordHasher passwords) {
    this.passwords = passwords;
  }

  /** Reads the object {@code credentials} of a body, by credential type. */
  SequencedMap<String, Config> read(JsonObjectReader credentials) throws InterruptedException {
    var read = new LinkedHashMap<String, Config>();
    var password = credentials.object("password");
    if (password.isPresent()) {
      read.put(CredentialType.PASSWORD.value(), password(config(password.get())));
    }
    for (CredentialType type : List.of(CredentialType.OIDC, CredentialType.SAML)) {
      var provided = credentials.object(type.value());
      if (provided.isPresent()) {
        read.put(type.value(), providers(config(provided.get())));
      }
    }
    credentials.end();
    return read;
  }

  private static JsonObjectReader config(JsonObjectReader credential) {
    JsonObjectReader config = credential.requiredObject("config");
    credential.end();
    return config;
  }

  private Config password(JsonObjectReader config) throws InterruptedException {
    var hashed = config.string("hashed_password", HASH_MAX);
    var plain = config.string("password", HASH_MAX);
    boolean hook = config.bool("use_password_migration_hook").orElse(false);
    config.end();
    if (Stream.of(hashed.isPresent(), plain.isPresent(), hook).filter(each -> each).count() != 1) {
      throw Problem.of(
          400,
          config.at("password")
              + ": give one of hashed_password, password and use_password_migration_hook");
    }
    Map<String, Object> stored = new LinkedHashMap<>();
    if (hashed.isPresent()) {
      stored.put(
          "hashed_password",
          PasswordHasher.requireKnownFormat(hashed.get(), config.at("hashed_password")));
    } else if (plain.isPresent()) {
      stored.put("hashed_password", passwords.hash(plain.get(), config.at("password")));
    } else {
      stored.put("use_password_migration_hook", true);
    }
    return new Config(Json.write(stored), List.of());
  }

  private static Config providers(JsonObjectReader config) {
    List<Map<String, Object>> stored = new ArrayList<>();
    List<String> identifiers = new ArrayList<>();
    for (JsonObjectReader each : config.objects("providers")) {
      String provider = each.requiredString("provider", TEXT_MAX);
      String subject = each.requiredString("subject", TEXT_MAX);
      var one = new LinkedHashMap<String, Object>();
      one.put("subject", subject);
      one.put("provider", provider);
      each.bool("use_auto_link").ifPresent(flag -> one.put("use_auto_link", flag));
      each.string("organization", TEXT_MAX).ifPresent(text -> one.put("organization", text));
      each.end();
      stored.add(one);
      identifiers.add(provider + ":" + subject);
    }
    config.end();
    return new Config(Json.write(Map.of("providers", stored)), identifiers);
  }
}
