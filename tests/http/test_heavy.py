"""Heavy questions have connections of their own: however many are asked, what is quick stays quick."""

import concurrent.futures
import time

import psycopg2
import pytest


@pytest.fixture
def held(own_daemon):
    """A daemon whose sums are locked away, so that whoever reads them waits."""
    daemon = own_daemon("--heavy-connections=1", "--heavy-queue=4", "--heavy-timeout=2", "--threads=1", "--connections=1")
    connection = psycopg2.connect(host=str(daemon.data / "socket"), user="lagesbild", dbname="lagesbild")
    connection.cursor().execute("LOCK TABLE lagesbild.tally")
    yield daemon, connection
    connection.rollback()
    connection.close()


def trend(daemon):
    return daemon.call("GET", "/v1/trends?municipality=upplands-bro&from=2020-01-06&to=2025-12-28", daemon.admin_token)


def test_reports_and_lists_go_on_while_heavy_questions_wait(held):
    daemon, _ = held
    with concurrent.futures.ThreadPoolExecutor(4) as crew:
        heavy = [crew.submit(trend, daemon) for _ in range(4)]
        time.sleep(0.3)  # so that the first is surely under way; that it is, is not relied on
        began, answered = time.monotonic(), 0
        while not all(one.done() for one in heavy):
            assert daemon.call("POST", "/v1/observations", daemon.admin_token, json={
                "text": "Klotter", "municipality": "upplands-bro"}).status_code == 201
            assert daemon.call("GET", "/v1/incidents?municipality=upplands-bro&limit=5", daemon.admin_token).status_code == 200
            answered += 2
        # One waits for the lock at a time, two seconds each: without a connection of their own the others would have
        # stood in line behind them, for each of them.
        assert time.monotonic() - began > 2 and answered >= 10
    assert {one.result().status_code for one in heavy} == {422}
    problem = heavy[0].result().json()
    assert "färre dagar" in problem["detail"], "tells how to narrow it"


def test_more_heavy_questions_than_may_wait_are_refused_and_nothing_else(held):
    daemon, _ = held
    with concurrent.futures.ThreadPoolExecutor(12) as crew:
        statuses = sorted(one.result().status_code for one in [crew.submit(trend, daemon) for _ in range(12)])
        assert set(statuses) == {422, 503}
    assert daemon.call("GET", "/v1/incidents?municipality=upplands-bro", daemon.admin_token).status_code == 200


def test_they_work_again_afterwards(held):
    daemon, connection = held
    assert trend(daemon).status_code == 422
    connection.rollback()
    assert trend(daemon).status_code == 200
