package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fuzzing has found: input that a database or a route took otherwise than the others. */
class InputIT extends IdentitySuite {

  /** MySQL keeps it as ASCII. */
  @ParameterizedTest
  @ValueSource(strings = {"recovery_addresses", "verifiable_addresses"})
  void anAddressIsReachedByEmailOrBySms(String addresses) {
    String body =
        """
        {"traits": {"email": "%s"}, "%s": [{"value": "x", "via": "º"}]}
        """
            .formatted(freshEmail(), addresses);
    assertEquals(
        "/" + addresses + "/0/via must be email or sms",
        refused(400, send("POST", "/admin/identities", body)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/schemas", "/admin/identities", "/admin/sessions"})
  void everyListSaysWhereItsFirstPageIs(String path) {
    HttpResponse<String> list = send("GET", path + "?page_size=7");
    assertEquals(200, list.statusCode());
    String link = list.headers().firstValue("Link").orElse("");
    assertTrue(link.startsWith("<" + path + "?page_size=7>; rel=\"first\""), link);
  }

  @Test
  void aPageSizeIsCheckedUnderBothOfItsNames() {
    assertEquals(
        "per_page must be a whole number from 0 to 1000",
        refused(400, send("GET", "/schemas?page_size=3&per_page=x")));
    assertEquals(
        "page_size must be a whole number from 0 to 1000",
        refused(400, send("GET", "/schemas?page_size=-1&per_page=3")));
  }

  /** As in Kratos, whose clients ask for as much as there may be. */
  @ParameterizedTest
  @CsvSource({"0, 250", "1000, 1000", "00001001, 1000", "99999999999999999999, 1000"})
  void aPageSizeBeyondTheLimitIsTheLimit(String asked, String size) {
    for (String path : List.of("/schemas", "/admin/identities", "/admin/sessions")) {
      HttpResponse<String> list = send("GET", path + "?page_size=" + asked);
      assertEquals(200, list.statusCode());
      String link = list.headers().firstValue("Link").orElse("");
      assertTrue(link.startsWith("<" + path + "?page_size=" + size + ">"), link);
    }
  }
}
