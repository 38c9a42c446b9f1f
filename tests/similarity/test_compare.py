"""What is called alike, and what is not: on paper, and on a class that worked alone."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from grader.intake import Found, read
from grader.similarity.compare import Hand, compare
from grader.similarity.fingerprints import fingerprints
from grader.similarity.functions import functions_of
from grader.similarity.own_code import given_by, own_code

ROOT = Path(__file__).parents[2]
LAB = "logic_gates"
GIVEN = given_by((ROOT / f"assignments/{LAB}/{LAB}.py").read_text(encoding="utf-8"))
LEAST = 0.4

USUAL = "def z(X, w, b):\n    return X @ w + b\n"
OWN = "def f{n}(a):\n    total_{n} = [{n} * k + {n} for k in range({n}, a)]\n    return sum(total_{n}) - {n}.{n}\n"


def written(*numbers):
    """Return code that is the writer's own, function by function."""
    return "\n".join(OWN.format(n=number) for number in numbers)


def alone(number):
    """Return the code of somebody who worked alone, the usual function with it."""
    return USUAL + written(*range(100 * number, 100 * number + 12))


def test_those_who_worked_alone_are_not_alike(hand):
    hands = [hand(alone(n), f"s{n}") for n in range(1, 8)]

    found = compare(hands, least=0.1)

    assert (found.pairs, found.n_pairs) == ((), 21)


def test_what_many_have_makes_nobody_alike(hand):
    # all of it but one function is everybody's
    hands = [hand(written(*range(12), 100 + n), f"s{n}") for n in range(8)]

    found = compare(hands, least=0.1)

    assert found.pairs == ()


def test_the_same_two_are_alike_where_few_have_what_they_have(hand):
    everyone = [hand(alone(n), f"s{n}") for n in range(1, 7)]
    pair = [hand(written(*range(12)), name) for name in ("ada", "zoë")]

    found = compare([*everyone, *pair], least=LEAST)

    (one,) = found.pairs
    assert [found.hands[n].student for n in (one.one, one.other)] == ["ada", "zoë"]
    assert one.plain == 1


def test_a_few_lines_are_too_little_to_be_alike(hand):
    everyone = [hand(alone(n), f"s{n}") for n in range(1, 7)]
    pair = [hand(written(3), name) for name in ("ada", "zoë")]

    assert compare([*everyone, *pair], least=LEAST).pairs == ()


def test_half_of_a_long_hand_in_taken_whole_is_seen(hand):
    everyone = [hand(alone(n), f"s{n}") for n in range(1, 7)]
    long, half = (
        hand(written(*range(40)), "ada"),
        hand(written(*range(20)), "zoë"),
    )

    (pair,) = compare([*everyone, long, half], least=LEAST).pairs

    assert pair.alike > 0.6


def test_the_order_of_the_hand_ins_changes_nothing(hand):
    hands = [hand(alone(n), f"s{n}") for n in (1, 2, 3, 3)]

    assert compare(hands, least=0) == compare(hands[::-1], least=0)


def test_three_that_hang_together_are_a_group(hand):
    three = [hand(written(*range(12)), name) for name in ("ada", "max", "zoë")]
    alone_ = [hand(alone(n), f"s{n}") for n in range(1, 7)]

    found = compare([*alone_, *three], least=LEAST)

    assert [[found.hands[n].student for n in group] for group in found.groups] == [
        ["ada", "max", "zoë"]
    ]


def test_two_are_no_group(hand):
    two = [hand(written(*range(12)), name) for name in ("ada", "zoë")]

    found = compare([*two, hand(alone(1), "max")], least=LEAST)

    assert (len(found.pairs), found.groups) == (1, ())


def test_same_names_comments_strings_and_mistakes_are_counted(hand):
    code = 'odd_name = "an odd string"  # an odd comment\n' + written(*range(12))
    both = [hand(code, name, mistakes=["T1 no mean"]) for name in ("ada", "zoë")]
    others = [hand(alone(n), f"s{n}", mistakes=["T2 sign"]) for n in range(1, 8)]

    (pair,) = compare([*both, *others], least=LEAST).pairs

    assert "odd_name" in pair.names.some
    assert (pair.comments.count, pair.comments.of) == (1, 1)
    assert pair.comments.some == ("an odd comment",)
    assert pair.texts.some == ("an odd string",)
    assert pair.mistakes.some == ("T1 no mean",)


def test_stretches_are_the_same_code_on_both_sides(hand):
    first, second = written(1, 2, 3), written(3, 1)
    hands = [hand(first, "ada"), hand(second.replace("total", "sums"), "zoë")]

    found = compare(hands, least=0)

    taken = [
        (first[block.one.start : block.one.end], second[block.other.start :])
        for block in found.stretches(found.pairs[0])
    ]
    assert len(taken) == 2
    for mine, theirs in taken:
        assert mine.split()[1] == theirs.split()[1]


def test_a_class_of_two_is_compared(hand):
    same, other = written(*range(20)), written(*range(100, 120))

    (pair,) = compare([hand(same, "ada"), hand(same, "zoë")], least=LEAST).pairs
    none = compare([hand(same, "ada"), hand(other, "zoë")], least=LEAST).pairs

    assert (pair.plain, none) == (1, ())


def honest():
    """Return hand-ins of people who did not see each other's."""
    files = [
        *ROOT.glob(f"examples/class/*/{LAB}.*"),
        *ROOT.glob(f"tests/labs/{LAB}/variants/*.*"),
    ]
    for file in sorted(files):
        name = f"{file.parent.name} {file.stem}"
        submission = read(Found(student=name, lab=LAB, path=file))
        if len(submission.source) > 2000:
            yield made(name, submission)


def made(name, submission):
    own = own_code(submission, GIVEN)
    return Hand(student=name, file=f"{LAB}.py", code=own, prints=fingerprints(own))


def disguised(hand_, submission):
    """Return a copy: own names changed, functions shuffled, all of it reformatted."""
    tree = ast.parse("\n\n".join(cell.code for cell in hand_.code.cells))
    dictated = {
        argument.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for argument in node.args.args
    } | {
        node.id
        for line in tree.body
        for node in ast.walk(line)
        if _is_global(line, node)
    }
    stored = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    names = {name: f"v{n}" for n, name in enumerate(sorted(stored - dictated))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    tree.body.sort(key=ast.dump, reverse=True)
    code = ast.unparse(tree)
    return made(f"copy of {hand_.student}", submission(code))


def _is_global(line, node):
    return isinstance(line, ast.Assign) and isinstance(node, ast.Name)


@pytest.fixture(scope="module")
def class_():
    return list(honest())


def test_no_honest_pair_of_the_class_is_called_alike(class_):
    found = compare(class_, least=LEAST / 2)

    assert len(class_) >= 18
    assert found.pairs == ()


def test_every_disguised_copy_is_more_alike_than_any_honest_pair(class_, submission):
    for original in class_:
        copy = disguised(original, submission)

        found = compare([*class_, copy], least=0.05)

        first, *rest = found.pairs
        who = (found.hands[first.one], found.hands[first.other])
        assert {hand.student for hand in who} == {
            original.student,
            copy.student,
        }
        assert first.alike >= LEAST
        assert all(first.alike > 2 * other.alike for other in rest)


def with_functions(hand_):
    return replace(hand_, functions=functions_of(hand_.code, GIVEN))


def named(hand_, name):
    """Return a hand-in's syntax without a function, and that function."""
    tree = ast.parse("\n\n".join(cell.code for cell in hand_.code.cells))
    (node,) = (one for one in tree.body if getattr(one, "name", "") == name)
    tree.body.remove(node)
    return tree, node


def test_a_function_put_among_anothers_is_the_first_of_the_class(class_, submission):
    giver, taker = (
        next(one for one in class_ if name in one.student) for name in ("Rahul", "Zoë")
    )
    rest, _ = named(taker, "plot_gates")
    _, copied = named(giver, "plot_gates")
    code = ast.unparse(rest) + "\n\n" + ast.unparse(copied).replace("panel", "axes")
    hands = [one for one in class_ if one is not taker]
    hands.append(made("the taker", submission(code)))

    found = compare([*map(with_functions, hands)], least=LEAST)

    first = found.by_function[0]
    who = {found.hands[one].student for one in (first.one, first.other)}
    assert who == {giver.student, "the taker"}
    assert (found.alike, first.twins[0].one.name) == ((), "plot_gates")
    # of some 170 pairs, those of people who did not see each other's
    assert len(found.by_function) <= 1 + 3
    assert first.weight > 1.5 * found.by_function[1].weight
