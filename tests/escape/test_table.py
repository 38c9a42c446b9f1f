"""The table of attacks in `docs/attacks.md`: written from a run, and kept current.

ESCAPE_TABLE=1 pytest tests/escape -k table     writes the page
ESCAPE_TABLE=1 ESCAPE_WITHOUT=seccomp pytest tests/escape -k table
                            notes in layers.json what gains without that layer
"""

import json
import os
import re
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("escape"),
]
HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "attacks.md"
LAYERS = HERE / "layers.json"
NOT_TRIED = HERE / "NOT_TRIED.md"
WITHOUT = os.environ.get("ESCAPE_WITHOUT", "")
CLASSES = range(1, 106)
GROUPS = {
    "a_steering": "Ending or steering the process",
    "b_result_channel": "The way of the results",
    "c_test_framework": "Test frameworks and notebooks",
    "d_environment": "Environment and imports",
    "e_comparison": "Objects that cheat the comparison",
    "f_reading": "Reading the answers",
    "g_faking": "Faking the computation",
    "h_intake": "Intake, parsers, platform",
}
HEAD = """# Attacks that are tried

Written by `ESCAPE_TABLE=1 pytest tests/escape -k table` from the files of
`tests/escape/attacks` and from a run: each file is a hand-in, graded by `grader grade`
among others, with neighbours whose work is right. An attack **gains** if it earns more
than its honest part, or if a hand-in that must be refused is graded. Files, a process and
a port of the teacher's lie in its way; the same run fails if one of them is touched.

**Told** is the tampering that the teacher's report names; it moves no mark. **Alone** names
what the attack gains without, all other layers being in force: nothing else holds it.
Measured at the level `landlock`, and at `strict`, which adds namespaces:
{layers}
- without no_new_privs: no worker can be confined, so nothing is graded
"""


def escaped(text):
    """Return a text for a cell of a Markdown table."""
    return re.sub(r"([|<>*_`\[\]\\])", r"\\\1", text)


def gained(attack, graded):
    """Return what an attack gained: "no", "refused", or the points."""
    if "refused" in attack.says:
        return "graded" if (graded.out / attack.name).exists() else "no, refused"
    more = graded.report(attack.name)["score"] - float(attack.says["deserves"])
    return f"**{more:+g} points**" if more > 0 else "no"


def layers():
    return json.loads(LAYERS.read_text("utf-8")) if LAYERS.exists() else {}


def row(attack, gain):
    """Return an attack's row."""
    alone = [name for name, found in layers().items() if attack.name in found["gain"]]
    cells = [
        str(attack.number),
        f"[{escaped(attack.title)}](../{attack.path.relative_to(HERE.parents[1])})",
        escaped(attack.says["hopes"]),
        escaped(attack.says["stopped by"]),
        gain,
        escaped(attack.says.get("tampering", "").replace("none", "")),
        "; ".join(alone),
    ]
    return f"| {' | '.join(cells)} |"


def elsewhere():
    """Return the lines of `NOT_TRIED.md` by class."""
    lines = NOT_TRIED.read_text("utf-8").splitlines()
    found = [re.match(r"\|?[\s*-]*(\d+)\b", line) for line in lines]
    return {int(match[1]) for match in found if match}


def note_of_layers():
    """Return what was measured with layers left out, as a list."""
    lines = [
        f"- without {name}: {len(found['gain'])} gain; touched: "
        + (", ".join(found["touched"]) or "nothing")
        for name, found in layers().items()
    ]
    return "\n".join(["", *lines])


def page(attacks, graded):
    """Return the whole page."""
    parts = [HEAD.format(layers=note_of_layers())]
    for group, title in GROUPS.items():
        own = [attack for attack in attacks if attack.path.parent.name == group]
        if not own:
            continue
        parts.append(f"## {title}\n")
        parts.append("| class | attack | hopes | stopped by | gained? | told | alone |")
        parts.append("| --- | --- | --- | --- | --- | --- | --- |")
        parts += [row(attack, gained(attack, graded)) for attack in own]
        parts.append("")
    # its headings one level lower
    rest = NOT_TRIED.read_text("utf-8").strip().replace("\n## ", "\n### ")
    return "\n".join([*parts, f"#{rest}"]) + "\n"


def touched(graded, fingerprint_of):
    """Return which of the teacher's things are no longer as they were."""
    around = graded.surroundings
    found = [] if fingerprint_of(around.canary) == graded.before else ["files"]
    if around.bystander.poll() is not None:
        found.append("process")
    try:
        around.listener.accept()[0].close()
    except BlockingIOError:
        return found
    return [*found, "port"]


def note_layer(attacks, graded, fingerprint_of):
    """Write down what one missing layer costs."""
    gain = [a.name for a in attacks if not gained(a, graded).startswith("no")]
    isolation = next(
        json.loads(path.read_text("utf-8"))["environment"]["isolation"]
        for path in graded.out.glob("*/arena.json")
    )
    name = ", ".join(WITHOUT.split(",")) + (
        " at strict" if isolation == "strict" else ""
    )
    found = {"gain": gain, "touched": touched(graded, fingerprint_of)}
    known = {**layers(), name: found}
    LAYERS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def test_table_is_current(chosen, graded, fingerprint_of):
    if os.environ.get("ESCAPE_TABLE") and WITHOUT:
        note_layer(chosen, graded, fingerprint_of)
        return
    if os.environ.get("ESCAPE_TABLE"):
        PAGE.write_text(page(chosen, graded), encoding="utf-8")

    written = set(PAGE.read_text("utf-8").splitlines())

    missing = [a.name for a in chosen if row(a, gained(a, graded)) not in written]
    assert missing == [], "write it: ESCAPE_TABLE=1 pytest tests/escape -k table"


def test_table_or_not_tried_has_every_class(corpus):
    tried = {attack.number for attack in corpus}

    assert sorted(set(CLASSES) - tried - elsewhere()) == []
