package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import dev.slipway.json.JsonSchema;
import dev.slipway.testing.ServeProcess;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The OpenAPI document against the routes of a real server, and against itself. */
class OpenApiIT {
  @TempDir java.nio.file.Path folder;

  /** The server refuses to answer when one of its routes has no operation. */
  @Test
  void describesEveryRouteAndNoOther() throws Exception {
    try (ServeProcess server = ServeProcess.start(Map.of("DSN", "memory"))) {
      HttpResponse<String> answer = server.get("/openapi.json");
      assertEquals(200, answer.statusCode(), server::said);
      Map<?, ?> served = object(Json.read(answer.body(), "the answer"));
      assertEquals("development", object(served.get("info")).get("version"));
      assertEquals(operations(document()).keySet(), operations(served).keySet());
    }
  }

  @Test
  void hasNoIdentitiesWhereTheMigrationsAreSomebodyElses() throws Exception {
    Map<String, String> environment =
        Map.of("DSN", "sqlite://" + folder.resolve("a.db"), "MIGRATE_PATH", folder.toString());
    try (ServeProcess server = ServeProcess.start(environment)) {
      Map<?, ?> served = object(Json.read(server.get("/openapi.json").body(), "the answer"));
      assertEquals(
          Set.of(
              "/health/alive",
              "/health/ready",
              "/admin/health/alive",
              "/admin/health/ready",
              "/version",
              "/admin/version",
              "/metrics/prometheus",
              "/openapi.json"),
          object(served.get("paths")).keySet());
    }
  }

  @Test
  void everyReferenceLeadsSomewhereAndEveryComponentIsReferredTo() throws Exception {
    Map<?, ?> document = document();
    Set<String> used = new TreeSet<>();
    references(document, used);
    Set<String> defined = new TreeSet<>();
    object(document.get("components"))
        .forEach(
            (kind, components) -> {
              if (!kind.equals("securitySchemes")) {
                object(components)
                    .keySet()
                    .forEach(name -> defined.add("#/components/" + kind + "/" + name));
              }
            });
    assertEquals(defined, used);
  }

  @Test
  void everyOperationSaysWhatTheLimitsAnswer() throws Exception {
    List<String> wrong = new ArrayList<>();
    operations(document())
        .forEach(
            (name, operation) -> {
              Set<?> statuses = object(operation.get("responses")).keySet();
              Set<String> expected =
                  new HashSet<>(Set.of("400", "408", "413", "414", "415", "431", "503"));
              if (!operation.containsKey("security")) {
                expected.add("401");
              }
              expected.removeAll(statuses);
              if (!expected.isEmpty()) {
                wrong.add(name + " lacks " + expected);
              }
              if (statuses.stream().noneMatch(status -> status.toString().startsWith("2"))) {
                wrong.add(name + " never succeeds");
              }
            });
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyExampleFitsItsSchemaAndEverySchemaIsOne() throws Exception {
    Map<?, ?> document = document();
    Map<?, ?> schemas = object(object(document.get("components")).get("schemas"));
    for (Object name : schemas.keySet()) {
      schema(document, Map.of("$ref", "#/components/schemas/" + name));
    }
    int examples = 0;
    for (Map<?, ?> operation : operations(document).values()) {
      if (operation.get("requestBody") != null) {
        Map<?, ?> json =
            object(
                object(object(operation.get("requestBody")).get("content"))
                    .get("application/json"));
        for (Object example : examples(json)) {
          JsonSchema schema = schema(document, object(json.get("schema")));
          assertEquals(List.of(), schema.validate(example), () -> "example " + example);
          examples++;
        }
      }
    }
    assertEquals(5, examples);
  }

  private static JsonSchema schema(Map<?, ?> document, Map<?, ?> reference) {
    Map<Object, Object> schema = new LinkedHashMap<>(reference);
    schema.put("components", document.get("components"));
    return JsonSchema.compile(schema, String.valueOf(reference));
  }

  private static List<Object> examples(Map<?, ?> json) {
    List<Object> examples = new ArrayList<>();
    if (json.get("example") != null) {
      examples.add(json.get("example"));
    }
    if (json.get("examples") != null) {
      object(json.get("examples"))
          .values()
          .forEach(example -> examples.add(object(example).get("value")));
    }
    return examples;
  }

  @Test
  void operationsAreNamedOnceAndHaveTheParametersOfTheirPaths() throws Exception {
    Map<?, ?> document = document();
    Set<Object> ids = new HashSet<>();
    operations(document)
        .forEach((name, operation) -> assertTrue(ids.add(operation.get("operationId")), name));
    object(document.get("paths"))
        .forEach(
            (path, item) -> {
              List<String> inPath =
                  Pattern.compile("\\{([^}]+)}")
                      .matcher((String) path)
                      .results()
                      .map((MatchResult found) -> found.group(1))
                      .toList();
              assertEquals(
                  inPath, parameters(document, object(item).get("parameters")), path::toString);
            });
    for (Object at : links(document)) {
      assertTrue(ids.contains(at), () -> "a link leads to " + at);
    }
  }

  private static List<Object> links(Map<?, ?> document) {
    List<Object> links = new ArrayList<>();
    operations(document)
        .values()
        .forEach(
            operation ->
                object(operation.get("responses"))
                    .values()
                    .forEach(
                        response -> {
                          Object some = object(response).get("links");
                          if (some != null) {
                            object(some)
                                .values()
                                .forEach(link -> links.add(object(link).get("operationId")));
                          }
                        }));
    return links;
  }

  private static List<Object> parameters(Map<?, ?> document, Object list) {
    List<Object> names = new ArrayList<>();
    for (Object each : list == null ? List.of() : (List<?>) list) {
      Map<?, ?> parameter = resolved(document, object(each));
      if ("path".equals(parameter.get("in"))) {
        names.add(parameter.get("name"));
      }
    }
    return names;
  }

  private static Map<?, ?> resolved(Map<?, ?> document, Map<?, ?> value) {
    Map<?, ?> at = value;
    if (value.get("$ref") instanceof String reference) {
      at = document;
      for (String word : reference.substring(2).split("/")) {
        at = object(at.get(word));
      }
    }
    return at;
  }

  private static Map<String, Map<?, ?>> operations(Map<?, ?> document) {
    Map<String, Map<?, ?>> operations = new LinkedHashMap<>();
    object(document.get("paths"))
        .forEach(
            (path, item) ->
                object(item)
                    .forEach(
                        (key, operation) -> {
                          if (!key.equals("parameters")) {
                            operations.put(key + " " + path, object(operation));
                          }
                        }));
    return operations;
  }

  private static void references(Object value, Set<String> found) {
    switch (value) {
      case Map<?, ?> map ->
          map.forEach(
              (key, each) -> {
                if (key.equals("$ref")) {
                  found.add((String) each);
                }
                references(each, found);
              });
      case List<?> list -> list.forEach(each -> references(each, found));
      case null, default -> {}
    }
  }

  private static Map<?, ?> object(Object value) {
    return (Map<?, ?>) value;
  }

  private static Map<?, ?> document() throws Exception {
    try (InputStream in = OpenApiIT.class.getResourceAsStream("/openapi.json")) {
      return object(Json.read(in.readAllBytes(), "openapi.json"));
    }
  }
}
