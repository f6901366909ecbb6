package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.identity.Identity.Credential;
import dev.slipway.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The credentials that an identity has after a change. */
class CredentialMergerTest {
  /** Another tool may have written the row: the column accepts any JSON. */
  @Test
  void aStoredConfigurationThatIsNullIsReplaced() {
    var stored = new Credential("code", List.of(), "null", 0, Instant.EPOCH, Instant.EPOCH);
    var derived =
        new DerivedIdentifiers(
            Map.of("code", List.of("a@b.de")),
            List.of(new Address("email", "a@b.de")),
            List.of(),
            List.of());
    List<Credential> merged =
        CredentialMerger.merge(List.of(stored), Map.of(), derived, Instant.EPOCH);
    assertEquals(
        Map.of("addresses", List.of(Map.of("channel", "email", "address", "a@b.de"))),
        Json.read(merged.getFirst().config(), "a credential"));
  }
}
