package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN = List.of("sslmode", "sslcert", "sslkey", "user");

  @Test
  void findsTheNameWithTheFewestChanges() {
    assertEquals(Optional.of("sslmode"), Nearest.of("ssl_mode", KNOWN));
    assertEquals(Optional.of("sslmode"), Nearest.of("SSLMODE", KNOWN));
    assertEquals(Optional.of("sslkey"), Nearest.of("sslkye", KNOWN));
    assertEquals("; did you mean user?", Nearest.question("usr", KNOWN));
  }

  @Test
  void findsNothingWhenHalfWouldChange() {
    assertEquals(Optional.empty(), Nearest.of("x", KNOWN));
    assertEquals("", Nearest.question("completely_different", KNOWN));
  }
}
