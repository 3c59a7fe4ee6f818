"""Every answer the tests see is held against the OpenAPI document that the daemon serves."""

import json
import pathlib
import re

import jsonschema

DOCUMENT = json.loads((pathlib.Path(__file__).resolve().parents[2] / "docs" / "api" / "openapi.json").read_text())
visited = set()  # operationIds with an answer that was not a refusal


def _operations():
    for path, item in DOCUMENT["paths"].items():
        pattern = re.compile("^" + re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(path)) + "$")
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                # A literal path goes before one with a parameter.
                yield path.count("{"), method.upper(), pattern, operation


OPERATIONS = sorted(_operations(), key=lambda row: row[0])
OPERATION_IDS = {operation["operationId"] for _, _, _, operation in OPERATIONS}


def _resolve(node):
    while "$ref" in node:
        target = DOCUMENT
        for part in node["$ref"].lstrip("#/").split("/"):
            target = target[part]
        node = target
    return node


def _schema_errors(schema, value):
    whole = {**schema, "components": DOCUMENT["components"]}
    validator = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())
    return [f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator.iter_errors(value)]


def _values(kind, text):
    """The JSON values of an answer, or nothing where it is not JSON."""
    if kind.endswith("json") and "ndjson" not in kind:
        return [json.loads(text)]
    if "ndjson" in kind:
        return [json.loads(line) for line in text.splitlines()]
    return []


def check(method, path, answer):
    """Fails where the document does not say that this call may be answered like this."""
    path = path.split("?")[0]
    found = [operation for _, verb, pattern, operation in OPERATIONS
             if verb == method.replace("HEAD", "GET") and pattern.match(path)]
    if not found:
        assert answer.status_code in (400, 404, 405, 501), f"{method} {path} is not in openapi.json, yet {answer.status_code}"
        return
    operation = found[0]
    if answer.status_code in (405, 431, 414):
        return
    responses = operation["responses"]
    assert str(answer.status_code) in responses, \
        f"{operation['operationId']}: {answer.status_code} is not in openapi.json: {answer.text[:500]}"
    response = _resolve(responses[str(answer.status_code)])
    if answer.status_code < 400:
        visited.add(operation["operationId"])
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    content = response.get("content", {})
    if method == "HEAD" or not answer.content:
        return
    assert kind in content, f"{operation['operationId']} {answer.status_code}: {kind} is not in openapi.json"
    for value in _values(kind, answer.text):
        errors = _schema_errors(content[kind].get("schema", {}), value)
        assert not errors, f"{operation['operationId']} {answer.status_code}: {errors[:5]}"
