package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaceholderMaskTest {
  private final PlaceholderMask mask =
      new PlaceholderMask(Map.of("pw", "a$b-Secret", "schema", "tenant", "n", "1"));

  @Test
  void putsPlaceholdersBack() {
    assertEquals("near \"${pw}\" in ${schema}.t", mask.apply("near \"a$b-Secret\" in tenant.t"));
  }

  @Test
  void findsALongValueInAWord() {
    assertEquals("role app_${pw}_x", mask.apply("role app_a$b-Secret_x"));
  }

  @Test
  void leavesWordsAndShortValues() {
    assertEquals("tenants, row 1", mask.apply("tenants, row 1"));
  }
}
