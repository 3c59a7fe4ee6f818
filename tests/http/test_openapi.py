"""The OpenAPI document against the program. That every operation was tried is for the end of the run (conftest.py)."""

import json
import re

import contract


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
