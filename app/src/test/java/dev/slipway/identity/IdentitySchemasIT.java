package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import dev.slipway.testing.IdentityServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sh.ory.kratos.model.Identity;
import sh.ory.kratos.model.IdentitySchemaContainer;

/** {@code /schemas}, as Kratos' client sees them. */
class IdentitySchemasIT extends IdentitySuite {
  @Test
  void theClientListsAndGetsTheSchemas() throws Exception {
    List<IdentitySchemaContainer> all = kratos().listIdentitySchemas(null, null, null, null);
    assertEquals(
        List.of(IdentityServer.SCHEMA), all.stream().map(IdentitySchemaContainer::getId).toList());
    Map<?, ?> schema = (Map<?, ?>) kratos().getIdentitySchema(IdentityServer.SCHEMA);
    assertEquals(schema, all.getFirst().getSchema());
    assertEquals("A person who signs in by email, by user name or by phone", schema.get("title"));
    refused(404, () -> kratos().getIdentitySchema("nobody"));
  }

  @Test
  void anIdentityLeadsToItsSchemaAsItWasConfigured() throws Exception {
    Identity ada = create(freshEmail());
    HttpResponse<String> answer = send("GET", URI.create(ada.getSchemaUrl()).getPath());
    assertEquals(200, answer.statusCode(), answer::body);
    String configured = Files.readString(Path.of(IdentityServer.schema()));
    assertEquals(Json.read(configured, "the file"), Json.read(answer.body(), "the answer"));
  }

  @Test
  void everySchemaIsOnThePagesOnce() {
    assertEquals(
        List.of(IdentityServer.SCHEMA), PageClient.walk(this::send, "/schemas?page_size=1", 2));
    assertTrue(refused(400, send("GET", "/schemas?page_token=abc")).contains("page_token"));
  }
}
