package dev.slipway.identity;

import dev.slipway.http.Problem;
import dev.slipway.identity.IdentityMapper.Config;
import dev.slipway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Credentials that another system had before: hashed passwords as they are, plain ones hashed, and
 * who somebody is at an identity provider. Thread-safe.
 */
final class CredentialsImport {
  private static final int TEXT_MAX = 255;
  private static final int HASH_MAX = 4096;

  private final PasswordHasher passwords;

  CredentialsImport(PasswordHasher passwords) {
    this.passwords = passwords;
  }

  /** What the object {@code credentials} of a body gives, by the type of credential. */
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
    JsonObjectReader config =
        credential
            .object("config")
            .orElseThrow(() -> JsonObjectReader.mustBe(credential.at("config"), "an object"));
    credential.end();
    return config;
  }

  private Config password(JsonObjectReader config) throws InterruptedException {
    var hashed = config.string("hashed_password", HASH_MAX);
    var plain = config.string("password", HASH_MAX);
    boolean hook = config.bool("use_password_migration_hook").orElse(false);
    config.end();
    if (hashed.isPresent() && plain.isPresent() || hook && (hashed.or(() -> plain).isPresent())) {
      throw Problem.of(
          400,
          config.at("password")
              + ": give one of hashed_password, password and use_password_migration_hook");
    }
    Map<String, Object> stored = new LinkedHashMap<>();
    if (hashed.isPresent()) {
      stored.put(
          "hashed_password", PasswordHasher.checked(hashed.get(), config.at("hashed_password")));
    } else if (plain.isPresent()) {
      stored.put("hashed_password", passwords.hash(plain.get(), config.at("password")));
    } else if (hook) {
      stored.put("use_password_migration_hook", true);
    }
    return new Config(Json.write(stored), List.of());
  }

  private static Config providers(JsonObjectReader config) {
    List<Map<String, Object>> stored = new ArrayList<>();
    List<String> identifiers = new ArrayList<>();
    for (JsonObjectReader each : config.objects("providers")) {
      String provider = required(each, "provider");
      String subject = required(each, "subject");
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

  private static String required(JsonObjectReader fields, String name) {
    return fields
        .string(name, TEXT_MAX)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> JsonObjectReader.mustBe(fields.at(name), "a text"));
  }
}
