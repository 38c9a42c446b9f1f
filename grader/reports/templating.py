"""The template environments: what is shown is cleaned and escaped unless shown why not.

Every expression of every template goes through `finalize`, so a template that forgets a
filter still shows clean, bounded, escaped text. A name that is missing is an error.
"""

import base64
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from grader.reports import text, words

if TYPE_CHECKING:
    from jinja2 import Environment


def render_html(template: str, **context: Any) -> str:
    """Render a template of this package as an HTML page."""
    return _html().get_template(template).render(context)


def render_markdown(template: str, **context: Any) -> str:
    """Render a template of this package as Markdown."""
    return _markdown().get_template(template).render(context)


def verbatim(template: str) -> Markup:
    """Return a template's text as it stands: our own script, which has no expressions."""
    return Markup(_html().get_template(template).render())  # noqa: S704 - our own file


@cache
def _html() -> "Environment":
    return _environment(autoescape=True, finalize=_finalize_html)


@cache
def _markdown() -> "Environment":
    return _environment(autoescape=False, finalize=text.markdown_text)


def _environment(**options: Any) -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

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
        "number": text.number,
        "block": text.markdown_block,
        "data_uri": _data_uri,
        "moment": words.moment,
        "plural": words.plural,
    }
    return environment


def _finalize_html(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return text.clean(value)
    return value


def _data_uri(png: bytes) -> Markup:
    encoded = base64.b64encode(png).decode("ascii")
    return Markup(f"data:image/png;base64,{encoded}")  # noqa: S704 - no markup in base64
