"""One daemon for the whole session; its log is shown where a test fails."""

import pytest
from harness import Daemon


@pytest.fixture(scope="session")
def daemon():
    running = Daemon().start()
    yield running
    running.finish()


@pytest.fixture(scope="session")
def victim():
    """The daemon that the fault tests kill, and do harm to the database of."""
    running = Daemon(["--statement-timeout=1"]).start()
    yield running
    running.finish()


@pytest.fixture
def own_daemon():
    """Makes daemons of a test's own, with options; ends them well."""
    made = []

    def make(*options, **arguments):
        made.append(Daemon(options, **arguments))
        return made[-1].start()

    yield make
    for running in made:
        running.finish()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if not report.failed:
        return
    for name in ("daemon",):
        running = item.funcargs.get(name) if hasattr(item, "funcargs") else None
        if running:
            report.sections.append(("log of the daemon", running.log()[-6000:]))
