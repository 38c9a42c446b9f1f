"""Gradescope's export: a folder for each submission, and who they are in a YAML file.

`assignment_77_export/submission_metadata.yml` has for each folder, `submission_1234`, its
`:submitters:` with `:name:`, `:sid:` and `:email:`, and `:created_at:`. Ruby wrote it: keys
are symbols, objects may carry tags, equal objects are written once and referred to.

All values are taken as text and none of its tags is followed. Merge keys mean nothing here,
so that nothing in it can grow; nesting is bounded before anything is built of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from grader.domain.identity import Identity
from grader.intake.platforms.download import (
    Download,
    HandedIn,
    Listing,
    below,
    moment,
    named,
    person,
    text_of,
)
from grader.intake.tree import Item

METADATA = "submission_metadata.yml"
# results of an autograder stand in it, too
MOST_BYTES = 30_000_000
DEEPEST = 60
# of a group
MOST_SUBMITTERS = 50
NOTHING = frozenset({"", "~", "null"})


def recognise(listing: Listing) -> Download | None:
    """Return a Gradescope export, None if it is none."""
    metadata = named(listing.items, METADATA)
    told = _read(metadata) if metadata else {}
    tops = {item.parts[0] for item in listing.items}
    if metadata is None or not tops & set(told):
        return None
    others = [item for item in listing.items if item is not metadata]
    files = [_handed_in(item, told) for item in others if len(item.parts) > 1]
    rest = tuple(item for item in others if len(item.parts) == 1)
    return Download("gradescope", tuple(files), (metadata, *rest))


def _handed_in(item: Item, told: Mapping[str, Any]) -> HandedIn:
    entry = told.get(item.parts[0])
    people = _people(entry) if isinstance(entry, dict) else ()
    at = _created(entry.get(":created_at")) if isinstance(entry, dict) else None
    plain = replace(below(item, 1), handed_at=at, dated=False)
    return HandedIn(plain, people, otherwise=item.parts[0])


def _people(entry: Mapping[str, Any]) -> tuple[Identity, ...]:
    submitters = entry.get(":submitters")
    if not isinstance(submitters, list):
        return ()
    found = (_person(one) for one in submitters[:MOST_SUBMITTERS])
    return tuple(dict.fromkeys(one for one in found if one))


def _person(submitter: object) -> Identity | None:
    if not isinstance(submitter, dict):
        return None
    name, sid, email = (
        _text(submitter.get(f":{key}")) for key in ("name", "sid", "email")
    )
    known = sid or email or name
    return person("gradescope", known, name=name, email=email) if known else None


def _text(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return "" if text in NOTHING else text


def _created(value: object) -> datetime | None:
    # Rails' own kind of time is an object that has it in UTC
    text = value.get("utc") if isinstance(value, dict) else value
    return moment(text) if isinstance(text, str) else None


def _read(metadata: Item) -> dict[str, Any]:
    """Return what stands in the metadata, by folder; empty if it can't be understood."""
    # heavy, and seldom needed
    import yaml

    text = text_of(metadata, limit_bytes=MOST_BYTES)
    # the one in C is twenty times as fast
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        if text is None or _is_deep(yaml.parse(text, Loader=loader)):
            return {}
        # every value is text, every tag is passed over
        told = yaml.load(text, Loader=loader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _is_deep(events: Iterable[Any]) -> bool:
    """Return whether it is nested so deep that building it might end the process."""
    depth = 0
    for event in events:
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if depth > DEEPEST:
            return True
    return False
