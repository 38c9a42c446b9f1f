"""The template environments: what is shown is cleaned and escaped unless shown why not.

Every expression of every template goes through `finalize`, so a template that forgets a
filter still shows clean, bounded, escaped text. A name that is missing is an error.

Each render has a language. Templates say their own words with `_("...")` and
`plural("{n} check", "{n} checks", n)`, and what the labs and the checks said with
`told(...)`; numbers and dates come in the reader's form.
"""

import base64
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from grader.languages import ENGLISH, Language
from grader.reports import text, words

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Context


def render_html(template: str, *, language: Language = ENGLISH, **context: Any) -> str:
    """Render a template of this package as an HTML page."""
    return _html().get_template(template).render(**_words(language), **context)


def render_markdown(
    template: str, *, language: Language = ENGLISH, **context: Any
) -> str:
    """Render a template of this package as Markdown."""
    return _markdown().get_template(template).render(**_words(language), **context)


def verbatim(template: str) -> Markup:
    """Return a template's text as it stands: our own script, which has no expressions."""
    return Markup(_html().get_template(template).render())  # noqa: S704 - our own file


def _words(language: Language) -> dict[str, Any]:
    return {
        "_": language.text,
        "told": language.told,
        "plural": language.plural,
        "language": language,
    }


@cache
def _html() -> "Environment":
    return _environment(autoescape=True, finalize=_finalize_html)


@cache
def _markdown() -> "Environment":
    return _environment(autoescape=False, finalize=text.markdown_text)


def _environment(**options: Any) -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context

    environment = Environment(  # noqa: S701 - one of the two callers turns escaping on
        loader=PackageLoader("grader.reports"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **options,
    )
    environment.filters |= {
        "line": text.one_line,
        "name": text.shown_name,
        "number": pass_context(_number),
        "decimals": pass_context(_decimals),
        "block": text.markdown_block,
        "data_uri": _data_uri,
        "moment": pass_context(_moment),
    }
    return environment


def _finalize_html(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return text.clean(value)
    return value


def _number(context: "Context", value: float) -> str:
    return words.number(value, context["language"])


def _decimals(context: "Context", value: float, places: int) -> str:
    return words.with_comma(f"{value:.{places}f}", context["language"])


def _moment(context: "Context", when: datetime) -> str:
    return words.moment(when, context["language"])


def _data_uri(png: bytes) -> Markup:
    encoded = base64.b64encode(png).decode("ascii")
    return Markup(f"data:image/png;base64,{encoded}")  # noqa: S704 - no markup in base64
