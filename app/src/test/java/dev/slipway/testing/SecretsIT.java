package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The check of {@link SecretsTest} for the integration tests, after all of them. */
@Tag("alone")
@Order(Integer.MAX_VALUE)
class SecretsIT {

  @Test
  void nothingPrintedASecret() throws IOException {
    assertEquals(List.of(), SecretsTest.leaks());
  }
}
