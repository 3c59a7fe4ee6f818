"""The OpenAPI document against the program. Runs last: by then the other tests have tried every route."""

import json
import re

import contract
import pytest


def routes():
    text = (contract.pathlib.Path(__file__).resolve().parents[2] / "daemon" / "http" / "routes.def").read_text()
    return re.findall(r'^ROUTE\((\w+), "([^"]+)",.*?"(\w+)"\)$', text, re.M | re.S)


def test_the_served_document_is_the_one_in_the_repository(daemon):
    assert daemon.call("GET", "/openapi.json").json() == contract.DOCUMENT


def test_every_route_is_in_the_document_and_the_other_way_round():
    program = {(method, path, name) for method, path, name in routes()}
    document = {(method.upper(), path, operation["operationId"]) for path, item in contract.DOCUMENT["paths"].items()
                for method, operation in item.items() if method != "parameters"}
    assert program == document


def test_every_reference_leads_somewhere():
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(contract.DOCUMENT))):
        contract._resolve({"$ref": reference})


def test_every_operation_was_tried_with_success(request):
    modules = {item.fspath.basename for item in request.session.items}
    if len(modules) < 8:
        pytest.skip("only a part of the tests is run")
    assert contract.OPERATION_IDS - contract.visited == set()
