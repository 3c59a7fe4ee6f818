"""One daemon for each process that runs tests; its log is shown where a test fails. A run of all tests must have tried
every operation of the OpenAPI document, in whichever process."""

import contract
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


# --- what was tried, in all processes (pytest-xdist's workers tell the one that started them) ---

@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    contract.visited.update(getattr(node, "workeroutput", {}).get("visited", ()))


def untried(config):
    """Operations that no test tried with success; none where only a part of the tests was asked for."""
    part = config.option.keyword or config.option.markexpr or any(".py" in path for path in config.args)
    return [] if part else sorted(contract.OPERATION_IDS - contract.visited)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    worker = getattr(session.config, "workeroutput", None)
    if worker is not None:
        worker["visited"] = sorted(contract.visited)
    elif untried(session.config) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    missing = untried(config)
    if missing:
        terminalreporter.write_sep("=", "operations of openapi.json that no test tried with success", red=True)
        terminalreporter.write_line(", ".join(missing))
