"""Who may do what: every route of the table, with every role, a wrong token, and none."""

import re
import subprocess
import time

import pytest
from harness import ROLES, program


def table():
    """The daemon's own routes: [(method, path, set of roles)], the empty set for anyone."""
    rows = []
    for line in subprocess.run([program(), "--routes"], capture_output=True, text=True, check=True).stdout.splitlines():
        method, path, roles = line.split(" ")
        rows.append((method, path, set() if roles == "anyone" else set(roles.split(","))))
    return rows


ROUTES = table()
GUARDED = [row for row in ROUTES if row[2]]
IDS = [f"{method} {path}" for method, path, _ in ROUTES]
GUARDED_IDS = [f"{method} {path}" for method, path, _ in GUARDED]
UUID = "0190a000-0000-7000-8000-000000000000"


@pytest.fixture(scope="session")
def tokens(daemon):
    return {role: daemon.make_token(role) for role in ROLES}


def ask(daemon, method, path, token):
    """Calls a route with a body it will not like: what is tried is who may reach it, so nothing must be stored."""
    path = re.sub(r"\{\w+\}", UUID, path)
    body = {"data": b"{", "headers": {"Content-Type": "application/json"}} if method in ("POST", "PUT", "PATCH") else {}
    return daemon.call(method, path, token, **body)


def test_the_table_knows_only_real_roles():
    assert len(ROUTES) > 4
    for _, _, roles in ROUTES:
        assert roles <= set(ROLES)
    assert {path for _, path, roles in ROUTES if not roles} >= {"/healthz", "/readyz", "/metrics", "/openapi.json"}


def test_every_route_is_in_the_openapi_document(daemon):
    document = daemon.call("GET", "/openapi.json").json()
    described = {(method.upper(), path) for path, item in document["paths"].items()
                 for method in item if method in ("get", "put", "post", "patch", "delete")}
    assert described == {(method, path) for method, path, _ in ROUTES}
    for method, path, roles in ROUTES:
        assert (document["paths"][path][method.lower()].get("security") == []) == (not roles), f"{method} {path}"


@pytest.mark.parametrize("row", GUARDED, ids=GUARDED_IDS)
def test_no_token_is_401(daemon, row):
    answer = ask(daemon, row[0], row[1], None)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic" if row[1].startswith("/ogc") else "Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json" and answer.json()["status"] == 401


@pytest.mark.parametrize("row", GUARDED, ids=GUARDED_IDS)
def test_roles_outside_the_table_are_403_and_those_in_it_are_not(daemon, tokens, row):
    method, path, roles = row
    for role in ROLES:
        answer = ask(daemon, method, path, tokens[role])
        if role in roles:
            assert answer.status_code not in (401, 403), f"{role}: {answer.text}"
            assert answer.status_code < 500, f"{role}: {answer.text}"
        else:
            assert answer.status_code == 403, f"{role}: {answer.text}"
            assert answer.json()["status"] == 403


@pytest.mark.parametrize("value", [
    "", "Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearer lb_sverige_short",
    "Bearer lb_sverige_" + "A" * 43, "Bearer lb_sverige_" + "A" * 44, "Bearer lb_Sverige_" + "A" * 43,
    "Bearer lb_nowhere_" + "A" * 43, "Bearer lb_'; --_" + "A" * 43, "Bearer lb__" + "A" * 43,
    "Bearer " + "a" * 4000,
])  # fmt: skip
def test_what_is_no_token_is_401(daemon, value):
    method, path, _ = GUARDED[0]
    answer = daemon.call(method, re.sub(r"\{\w+\}", UUID, path), headers={"Authorization": value})
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def allowed(daemon, token):
    method, path, _ = GUARDED[0]
    return ask(daemon, method, path, token).status_code != 401


def role_of_first():
    return sorted(GUARDED[0][2])[0]


def test_the_municipality_in_the_token_is_part_of_it(daemon):
    token = daemon.make_token(role_of_first(), "sverige")
    assert allowed(daemon, token)
    assert not allowed(daemon, token.replace("lb_sverige_", "lb_upplands-bro_"))


def test_the_scheme_may_be_written_in_any_case(daemon):
    token = daemon.make_token(role_of_first())
    method, path, _ = GUARDED[0]
    for scheme in ("bearer", "BEARER"):
        answer = daemon.call(method, re.sub(r"\{\w+\}", UUID, path), headers={"Authorization": f"{scheme} {token}"})
        assert answer.status_code != 401


def test_revoked_in_the_database_is_refused_within_the_cache_time(daemon):
    """As when another daemon on the same database has revoked it."""
    token = daemon.make_token(role_of_first())
    for _ in range(10):
        assert allowed(daemon, token)
    daemon.sql("UPDATE lagesbild.token SET revoked_at = now() WHERE sha256 = sha256(%s::bytea)", (token.encode(),))
    time.sleep(2.2)
    for _ in range(10):
        assert not allowed(daemon, token)


def test_a_new_token_works_though_it_was_refused_before(daemon):
    """A refusal is kept no longer than an acceptance."""
    token = daemon.make_token(role_of_first())
    daemon.sql("UPDATE lagesbild.token SET revoked_at = now() WHERE sha256 = sha256(%s::bytea)", (token.encode(),))
    assert not allowed(daemon, token)
    daemon.sql("UPDATE lagesbild.token SET revoked_at = NULL WHERE sha256 = sha256(%s::bytea)", (token.encode(),))
    time.sleep(2.2)
    assert allowed(daemon, token)


def test_unknown_paths_are_404_with_and_without_token(daemon, tokens):
    assert daemon.call("GET", "/v1/nothing").status_code == 404
    assert daemon.call("GET", "/v1/nothing", tokens["admin"]).status_code == 404
