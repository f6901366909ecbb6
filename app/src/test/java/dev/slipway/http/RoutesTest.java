package dev.slipway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutesTest {
  private final Routes routes =
      Routes.of(
          List.of(
              route("GET", "/things"),
              route("POST", "/things"),
              route("GET", "/things/{id}"),
              route("GET", "/things/new"),
              route("DELETE", "/things/{id}/parts/{part}")));

  @Test
  void aPathWrittenOutBeatsAParameter() {
    assertEquals("/things/new", routes.find("GET", "/things/new").route().pattern());
    assertEquals("/things/{id}", routes.find("GET", "/things/7").route().pattern());
  }

  @Test
  void parametersAreDecodedAfterThePathIsSplit() {
    assertEquals(
        Map.of("id", "a/b", "part", "+ ä"),
        routes.find("DELETE", "/things/a%2Fb/parts/+%20%C3%A4").parameters());
  }

  @Test
  void aParameterIsNeverEmptyAndATrailingSlashIsAnotherPath() {
    for (String path : List.of("/things/", "/things/7/", "/", "", "/thingsx", "/things//parts/1")) {
      assertEquals(404, assertThrows(Problem.class, () -> routes.find("GET", path)).status(), path);
    }
  }

  @Test
  void anotherMethodIs405() {
    assertEquals(405, assertThrows(Problem.class, () -> routes.find("PUT", "/things/7")).status());
    assertEquals(
        405, assertThrows(Problem.class, () -> routes.find("HEAD", "/things/7/parts/1")).status());
  }

  @Test
  void headIsAnsweredByGet() {
    assertEquals("GET", routes.find("HEAD", "/things").route().method());
  }

  @Test
  void twoRoutesOfOneMethodAndPatternAreRefused() {
    Route twice = route("GET", "/things");
    assertThrows(IllegalArgumentException.class, () -> Routes.of(List.of(twice, twice)));
  }

  @Test
  void aPatternStartsWithASlash() {
    assertThrows(IllegalArgumentException.class, () -> route("GET", "things"));
  }

  private static Route route(String method, String pattern) {
    return Route.work(method, pattern, request -> Response.empty(204));
  }
}
