"""Which language a reader is spoken to in."""

import pytest

from grader.languages.choosing import preferred, system_locale

CODES = ("en", "ru")


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        pytest.param({}, "en", id="nothing"),
        pytest.param({"LANG": "ru_RU.UTF-8"}, "ru", id="lang"),
        pytest.param({"LANG": "de_DE.UTF-8"}, "en", id="no-catalogue"),
        pytest.param({"LANG": "C.UTF-8"}, "en", id="c"),
        pytest.param({"LANG": "ru_RU", "LC_ALL": "C"}, "en", id="lc-all-first"),
        pytest.param({"LANG": "en_GB", "LC_MESSAGES": "ru_RU"}, "ru", id="messages"),
        pytest.param({"LANG": "en_GB", "LC_CTYPE": "ru_RU"}, "en", id="ctype"),
        pytest.param(
            {"LANG": "en_GB.UTF-8", "LANGUAGE": "de:ru:en"}, "ru", id="language-list"
        ),
        pytest.param(
            {"LANG": "C", "LANGUAGE": "ru"}, "en", id="language-needs-a-locale"
        ),
        pytest.param({"GRADER_LANG": "ru", "LANG": "en_GB"}, "ru", id="ours-first"),
        pytest.param({"GRADER_LANG": "en", "LANG": "ru_RU"}, "en", id="ours-english"),
        pytest.param({"GRADER_LANG": "xx", "LANG": "C"}, "en", id="ours-unknown"),
        pytest.param({"LANG": "ru"}, "ru", id="bare"),
        pytest.param({"LANG": "run_away"}, "en", id="only-begins-so"),
        pytest.param({"LANG": ""}, "en", id="empty"),
    ],
)
def test_the_variables_decide(environ, code):
    assert preferred(environ, CODES) == code


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ("Russian_Russia", "ru"),
        ("Russian_Russia.1251", "ru"),
        ("ru_RU", "ru"),
        ("ru-RU", "ru"),
        ("English_United States", "en"),
        ("Klingon_Qonos", "en"),
        (None, "en"),
    ],
)
def test_the_system_decides_where_no_variable_does(system, code):
    assert preferred({}, CODES, system=system) == code


def test_a_variable_beats_the_system():
    assert preferred({"LANG": "en_GB"}, CODES, system="Russian_Russia") == "en"


@pytest.mark.parametrize("name", ["win32", "darwin"])
def test_systems_without_variables_are_asked(monkeypatch, name):
    monkeypatch.setattr("sys.platform", name)
    monkeypatch.setattr("locale.getlocale", lambda: ("Russian_Russia", "1251"))

    assert system_locale() == "Russian_Russia"


def test_linux_has_variables(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("locale.getlocale", lambda: ("ru_RU", "UTF-8"))

    assert system_locale() is None
