package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The net that all other tests hang in. */
class RanTest {

  @Test
  void anOutputThatHoldsASecretFailsTheTestAndIsNotShown() {
    String secret = Recording.secret();
    AssertionError out =
        assertThrows(AssertionError.class, () -> new Ran("up", 0, "with " + secret, ""));
    AssertionError err =
        assertThrows(AssertionError.class, () -> new Ran("up", 0, "", "with " + secret));
    assertFalse((out.getMessage() + err.getMessage()).contains(secret));
  }

  @Test
  void aFailedExpectationShowsAllThatWasPrinted() {
    Ran ran = new Ran("up", 4, "the answer", "the story");
    AssertionError failed = assertThrows(AssertionError.class, () -> ran.tells("something else"));
    assertTrue(failed.getMessage().contains("the answer"), failed::getMessage);
    assertTrue(failed.getMessage().contains("the story"), failed::getMessage);
  }
}
