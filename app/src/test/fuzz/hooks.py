"""What the document of the API leaves open, for schemathesis to make more requests that succeed."""

import json
import os
import urllib.parse
import urllib.request

import schemathesis
from hypothesis import strategies
from schemathesis.specs.openapi.checks import negative_data_rejection

# Made at random, addresses would be few, and one another's conflicts.
schemathesis.openapi.format(
    "email", strategies.from_regex("[a-z0-9]{10,20}@example[.]org", fullmatch=True)
)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for name, schema in raw_schema["components"]["schemas"].items():
        if schema.get("additionalProperties") is False:
            accept_null(schema)
            if "traits" in schema["properties"]:
                schema["properties"]["traits"] = traits()
    if "FUZZ_EXAMPLES_ONCE" in os.environ:
        for item in raw_schema["paths"].values():
            for method, operation in item.items():
                if method != "parameters":
                    drop_examples(operation.get("requestBody", {}).get("content", {}))


@schemathesis.check
def refusal_of_malformed(ctx, response, case):
    """An empty value in a query counts as absent: it breaks no rule, whichever the document has."""
    query = urllib.parse.urlsplit(response.request.url).query
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    if all(value for _, value in pairs):
        return negative_data_rejection(ctx, response, case)
    return None


def traits():
    """The server's schema says what they are."""
    request = urllib.request.Request(
        os.environ["FUZZ_URL"] + "/schemas/default",
        headers={"Authorization": "Bearer " + os.environ["FUZZ_TOKEN"]},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)["properties"]["traits"]


def accept_null(schema):
    """In a body null counts as absent."""
    if "items" in schema:
        accept_null(schema["items"])
    for name, field in schema.get("properties", {}).items():
        accept_null(field)
        if name not in schema.get("required", []) and field:
            schema["properties"][name] = {"anyOf": [field, {"type": "null"}]}


def drop_examples(content):
    """The examples' few identities are asked for once; here there shall be many."""
    for body in content.values():
        body.pop("example", None)
        body.pop("examples", None)
