"""What only a browser can say; without Chromium these are skipped."""

import html as html_module
import re
import shutil
import subprocess

import pytest

from grader.reports.dashboard import dashboard_html
from grader.reports.student import student_html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium to lay out pages"
)
QUIET = (
    *(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
    ),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ),
)


@pytest.fixture
def dom(tmp_path):
    """Return a function that gives a page's DOM after its scripts have run."""

    def dom(html):
        page = tmp_path / "page.html"
        page.write_text(html, encoding="utf-8")
        command = [CHROMIUM, *QUIET, f"--user-data-dir={tmp_path / 'profile'}"]
        done = subprocess.run(
            [*command, "--dump-dom", page.as_uri()],
            capture_output=True,
            timeout=60,
            check=True,
        )
        return done.stdout.decode()

    return dom


def on_a_phone(html):
    """Return a page whose title becomes the width that `html` needs on 360 pixels."""
    return f"""<!doctype html><title></title>
    <iframe width=360 height=9999 style="border:0" srcdoc="{html_module.escape(html)}"></iframe>
    <script>onload = () => {{ document.title = "width " +
    document.querySelector("iframe").contentDocument.documentElement.scrollWidth }}</script>"""


def test_pages_fit_a_phone_without_sideways_scroll(dom, ada, small_class, report):
    wide = report("W" * 500, checks=ada.checks, faults=ada.faults * 3)
    everyone = small_class.model_copy(update={"reports": (*small_class.reports, wide)})

    for html in (student_html(ada), dashboard_html(everyone, hrefs={})):
        (width,) = re.findall(r"<title>width (\d+)</title>", dom(on_a_phone(html)))
        assert int(width) <= 360


def test_the_policy_lets_the_script_run_and_it_sorts_and_filters(dom, small_class):
    html = dashboard_html(small_class, hrefs={})
    clicks = """<script>
    document.querySelectorAll("#book thead button")[1].click();
    const search = document.getElementById("search");
    search.value = "A"; search.dispatchEvent(new Event("input"));
    </script></body>"""
    without_policy = re.sub(r'<meta http-equiv="Content-Security[^>]*>', "", html)

    assert "3 of 3 students" in dom(html.replace("</body>", clicks))
    clicked = dom(without_policy.replace("</body>", clicks))

    rows = re.findall(r"<tr[^>]*><th scope=\"row\"><bdi>([^<]*)", clicked)
    assert rows[:3] == ["Grace Hopper", "Ada Lovelace", "Alan Turing"]
    assert 'aria-sort="descending"' in clicked
