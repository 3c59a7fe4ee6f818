"""The first page, and a browser's way in."""

import html
import re

import pytest
from incidents import put_incident


def test_a_browser_is_asked_for_a_password_and_a_program_for_a_token(daemon):
    page = daemon.call("GET", "/", headers={"Accept": "text/html,*/*"})
    assert page.status_code == 401 and page.headers["WWW-Authenticate"].startswith("Basic ")
    program = daemon.call("GET", "/", headers={"Accept": "application/json"})
    assert program.status_code == 401 and program.headers["WWW-Authenticate"].startswith("Bearer")
    wrong = daemon.call("GET", "/", headers={"Accept": "text/html"}, auth=("x", "fel"))
    assert wrong.status_code == 401 and wrong.headers["WWW-Authenticate"].startswith("Basic ")


def test_a_password_only_reads(daemon):
    token = daemon.make_token("admin")
    assert daemon.call("GET", "/v1/tokens", auth=("vem som helst", token)).status_code == 200
    assert daemon.call("POST", "/v1/tokens", auth=("x", token), json={"role": "analyst"}).status_code == 401


@pytest.mark.parametrize("header", ["Basic", "Basic ", "Basic !!!", "Basic eA==", "Basic " + "QUFB" * 400, "Negotiate x"])
def test_broken_credentials_are_refused(daemon, header):
    assert daemon.call("GET", "/", headers={"Authorization": header}).status_code == 401


def test_its_links_lead_to_lagesbilder(daemon):
    police = daemon.make_token("police", "upplands-bro")
    answer = daemon.call("POST", "/v1/reports?date=2026-03-15", police, data="Kl 10.00 brand i bil, Bro centrum.".encode(),
                         headers={"Content-Type": "text/plain"})
    assert answer.status_code in (200, 201)
    page = daemon.call("GET", "/", police)
    assert page.status_code == 200 and "Kungsängen" in page.text and "Hässelby" not in page.text
    links = re.findall(r'href="(/v1/[^"]+)"', page.text)
    assert len(links) >= 16
    for link in links:
        linked = daemon.call("GET", html.unescape(link), police)
        assert linked.status_code == 200 and "<h1>" in linked.text, link


def test_a_municipality_without_areas_has_its_own_lagesbild(daemon):
    coordinator = daemon.make_token("coordinator", "ekero")
    assert "Inga händelser ännu" in daemon.call("GET", "/", coordinator).text
    put_incident(daemon, "ekero", "2001-03-05 12:00")
    page = daemon.call("GET", "/", coordinator).text
    assert "Inga händelser ännu" not in page and "/v1/lagesbilder/ekero/2001-W10.html" in page
    assert "Ekerö" not in daemon.call("GET", "/", daemon.admin_token).text, "nobody wants a list of 290"


def test_a_group_sees_its_areas(daemon):
    group = daemon.make_token("group", "upplands-bro", areas=["brunna"])
    page = daemon.call("GET", "/", group).text
    assert "Brunna" in page and "Kungsängen" not in page


def test_who_is_bound_to_an_area_sees_what_lies_in_it(daemon):
    """A token for the municipality's own area is what an administrator gives a coordinator."""
    bound = daemon.make_token("coordinator", "upplands-bro", areas=["upplands-bro"])
    whole = daemon.make_token("coordinator", "upplands-bro")
    page = daemon.call("GET", "/", bound).text
    assert "Bro" in page and "Brunna" in page and "Kungsängen" in page and "Hässelby" not in page
    assert page == daemon.call("GET", "/", whole).text
