"""What many tests share: a tiny course, submissions of it, a confined sandbox."""

import asyncio
import importlib.util
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from grader.domain.submission import Cell, Submission
from grader.errors import InfrastructureError
from grader.executors.bench import Bench, Setup
from grader.labs.course import Course
from grader.sandbox.sandbox import Sandbox

TINY_COURSE = Path(__file__).parent / "course"
COURSE = Path(__file__).parents[1]
# as the caller set it: the tests themselves use the embedded images
FULL_MNIST = os.environ.get("GRADER_MNIST", "")


# it asks nobody anything, and needs no graphics and no namespaces of its own
CHROMIUM_OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    "--disable-sync",
)


BROWSERS_LOOP = pytest.StashKey()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Let one worker have the browser, so that it is started once."""
    for item in filter(_uses_browser, items):
        item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Hide the loop that Playwright leaves running in this thread from other tests."""
    if (loop := item.config.stash.get(BROWSERS_LOOP, None)) is not None:
        asyncio._set_running_loop(loop if _uses_browser(item) else None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item):
    """Give Playwright its loop back: it may be what is closed now."""
    if (loop := item.config.stash.get(BROWSERS_LOOP, None)) is not None:
        asyncio._set_running_loop(loop)


def _uses_browser(item):
    return "browser" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session", autouse=True)
def embedded_mnist():
    """Let every test use the small set, whatever else this machine has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_MNIST", "embedded")
        yield


@pytest.fixture(scope="session", autouse=True)
def spoken_english():
    """Let every test read English, whatever the locale of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_LANG", "en")
        yield


@pytest.fixture(scope="session", autouse=True)
def felt_interrupts():
    """Let Ctrl-C be felt, also where a shell started the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def full_mnist(monkeypatch):
    """Use the full set; skips where GRADER_MNIST does not name it."""
    if not FULL_MNIST or FULL_MNIST == "embedded":
        pytest.skip("GRADER_MNIST names no full MNIST")
    monkeypatch.setenv("GRADER_MNIST", FULL_MNIST)


@pytest.fixture(scope="session")
def tiny_course():
    """A course of one small lab, with its reference."""
    return Course(TINY_COURSE)


@pytest.fixture(scope="session")
def confined():
    """A sandbox at the level `landlock`; skips where the machine has none."""
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux can confine a process by itself")
    with Sandbox(isolation="landlock", preload=("numpy",)) as sandbox:
        try:
            sandbox.require()
        except InfrastructureError as error:
            pytest.skip(str(error))
        yield sandbox


@pytest.fixture(scope="session")
def bench(confined):
    """A bench that grades the course's own labs; its workers are shared by all tests."""
    assert confined is not None
    with Bench(Setup(course=COURSE, isolation="landlock")) as bench:
        yield bench


@pytest.fixture(scope="session")
def plain():
    """A sandbox of plain processes, as on macOS and Windows."""
    with Sandbox(isolation="process") as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def keras_sandbox(bench):
    """A confined sandbox with TensorFlow imported, which takes seconds: one for all.

    Mark its users `xdist_group("tensorflow")`, so that one process has it.
    """
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("TensorFlow is not installed")
    # as the labs name them that need no more: their workers come from there, too
    return bench.sandbox(("numpy", "matplotlib", "tensorflow"))


@pytest.fixture(scope="session")
def submission_of():
    """Make a submission of the tiny lab from text, or from a list of cells."""

    def make(code, *, lab="tiny"):
        cells = [code] if isinstance(code, str) else code
        return Submission(
            student="ada",
            lab=lab,
            kind="py" if isinstance(code, str) else "ipynb",
            cells=tuple(Cell(index=i, code=c) for i, c in enumerate(cells, start=1)),
            files=(),
            sha256="0" * 64,
        )

    return make


@pytest.fixture(scope="session")
def browser(request):
    """A headless Chromium, one for all; skips where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("needs Chromium to open pages")
    driver = pytest.importorskip("playwright.sync_api").sync_playwright().start()
    request.config.stash[BROWSERS_LOOP] = asyncio.get_running_loop()
    started = driver.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
    yield started
    started.close()
    driver.stop()
    request.config.stash[BROWSERS_LOOP] = None


@pytest.fixture
def open_page(browser, tmp_path):
    """Open HTML as a file: `open_page(html, theme="dark", width=360)` gives the page.

    The page may ask for nothing outside itself and may not complain on the console: the
    test fails in the end if one does.
    """
    contexts, complaints = [], []

    def guard(route):
        url = route.request.url
        if url.startswith(("file:", "data:")):
            route.continue_()
        else:
            complaints.append(f"asked for {url}")
            route.abort()

    def heard(message):
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def opened(html, *, theme="light", width=1280, height=900, address="", script=True):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            java_script_enabled=script,
        )
        contexts.append(context)
        context.route("**/*", guard)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        file = tmp_path / f"page{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        page.goto(file.as_uri() + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def axe():
    """Try axe-core's rules on a page, all or some: `axe(page)` tells what breaks one."""
    module = pytest.importorskip("axe_playwright_python.sync_playwright")
    tried = module.Axe()

    def broken(page, *rules):
        options = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = list(rules)
        found = tried.run(page, options=options).response["violations"]
        return [
            f"{one['id']}: {one['help']}: {node['html'][:200]}"
            for one in found
            for node in one["nodes"][:3]
        ]

    return broken
