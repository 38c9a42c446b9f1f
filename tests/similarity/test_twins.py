"""Which functions two share and few others have: on paper, and in a class."""

import re
from dataclasses import replace
from zlib import crc32

import pytest

from grader.similarity.compare import Hand, compare
from grader.similarity.functions import functions_of
from grader.similarity.own_code import Given, own_code

# some fifty nodes, its own for every n
ODD = """
def odd_{n}(a, b):
    kept = [{n} * one - b for one in a if one % {n} > {n} - 3]
    total = sum(kept) + len(kept) ** {n}
    return (total - {n}) / (b + {n}.5), kept[-1:]
"""
USUAL = """
def train(X, y, lr, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    losses = np.zeros(steps)
    for k in range(steps):
        losses[k] = loss(y, forward(X, w, b))
        dw, db = grad(X, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return w, b, losses
"""
LEAST = 0.4


def written(*numbers):
    return "\n".join(ODD.format(n=number) for number in numbers)


def alone(number):
    return USUAL + written(*range(100 * number, 100 * number + 5))


def renamed(code):
    return re.sub(r"\b(kept|total|one|odd)(?=\b|_)", r"my_\1", code)


@pytest.fixture
def light(submission):
    """Return a function that makes a hand-in with its functions and no fingerprints."""

    def handed(code, student):
        own = own_code(submission(code, student), Given())
        return Hand(
            student=student,
            file="tiny.py",
            code=own,
            # one of its own: nobody is alike as a whole
            prints={crc32(student.encode()): []},
            functions=functions_of(own, Given()),
        )

    return handed


@pytest.fixture
def class_(light):
    """Return a function that compares a class of ten, two of whom have more code."""

    def compared(one, other, hand=light):
        hands = [hand(alone(n), f"s{n}") for n in range(1, 9)]
        hands += [
            hand(alone(9) + one, "ada"),
            hand(alone(10) + other, "zoë"),
        ]
        return compare(hands, least=LEAST)

    return compared


def told(found):
    return [
        (found.hands[pair.one].student, found.hands[pair.other].student)
        for pair in found.by_function
    ]


def test_one_copied_function_among_many_is_seen(class_, hand):
    found = class_(written(7), renamed(written(7)), hand=hand)

    assert (found.alike, told(found)) == ((), [("ada", "zoë")])
    (twin,) = found.pairs[0].twins
    assert (twin.one.name, twin.other.name) == ("odd_7", "my_odd_7")
    assert (twin.share, twin.holders, found.n_alike) == (1, 2, 0)
    # nobody else has any of it, so it counts whole
    assert twin.weight == pytest.approx(twin.one.size)


def test_a_line_added_and_one_changed_do_not_hide_it(class_):
    other = renamed(written(7)).replace(" ** 7", " ** 2")
    other = other.replace("    return", "    print(b)\n    return")

    found = class_(written(7), other)

    assert told(found) == [("ada", "zoë")]
    assert 0.4 <= found.pairs[0].twins[0].share < 1


def test_what_a_third_of_the_class_has_is_no_sign(light):
    # six of ten have it
    hands = [light(alone(n) + written(7) * (n <= 6), f"s{n}") for n in range(1, 11)]

    assert compare(hands, least=LEAST).by_function == ()


def test_the_fewer_have_it_the_more_it_tells(light):
    def heaviest(holders):
        hands = [
            light(alone(n) + written(7) * (n <= holders), f"s{n}") for n in range(1, 11)
        ]
        return compare(hands, least=LEAST).by_function

    two, three = heaviest(2), heaviest(3)

    assert (len(two), len(three)) == (1, 3)
    assert two[0].weight > three[0].weight
    assert three[0].twins[0].holders == 3


def test_a_short_function_is_anybodys(class_):
    short = "def odd(a):\n    return 17 * a.mean() - 23 / a.max()\n"

    assert class_(short, renamed(short)).by_function == ()


def test_usual_statements_in_the_usual_order_are_no_sign(light):
    lines = USUAL.split("    for")[1].splitlines()[1:4]
    # everybody has the statements, in functions of another kind
    hands = [
        light(f"{written(n)}\ndef mine(k, {n * 'q'}):\n" + "\n".join(lines), f"s{n}")
        for n in range(1, 9)
    ]
    two = [light(USUAL + written(n), f"t{n}") for n in (20, 30)]

    assert compare([*hands, *two], least=LEAST).by_function == ()


def test_who_is_alike_as_a_whole_does_not_hide_who_shares_one_function(light):
    both = {"prints": {1: [], 2: []}}
    hands = [light(alone(n), f"s{n}") for n in range(1, 7)]
    copies = [replace(light(written(*range(5)), name), **both) for name in "ab"]
    one = [light(alone(n) + written(70), f"t{n}") for n in (20, 30)]

    found = compare([*hands, *copies, *one], least=0.05)

    assert [found.hands[pair.one].student for pair in found.alike] == ["a"]
    assert found.alike[0].twins
    assert told(found) == [("t20", "t30")]


def test_each_function_has_one_twin(class_):
    twice = written(7) + written(7).replace("odd_7", "again")

    (pair,) = class_(twice, written(7)).by_function

    assert len(pair.twins) == 1


def test_the_most_telling_pair_comes_first(light):
    hands = [light(alone(n), f"s{n}") for n in range(1, 7)]
    long = ODD.format(n=7).replace("    return", "    b += a[7] * 77 - b\n    return")
    hands += [
        light(alone(n) + code, f"{code_name}{n}")
        for n, (code_name, code) in enumerate(
            [("a", written(5)), ("a", written(5)), ("b", long), ("b", long)], start=11
        )
    ]

    found = compare(hands, least=LEAST)

    assert told(found) == [("b13", "b14"), ("a11", "a12")]


def test_the_solution_is_no_pair_but_its_own_list(light):
    hands = [light(alone(n), f"s{n}") for n in range(1, 7)]
    solution = replace(light(alone(20) + written(7), "solution"), is_solution=True)
    ada = light(alone(9) + written(7), "ada")

    found = compare([*hands, ada, solution], least=LEAST)

    assert (found.pairs, found.groups, found.n_pairs) == ((), (), 21)
    (one,) = found.solved
    assert found.hands[one.one].student == "ada"
    assert [twin.one.name for twin in one.twins] == ["odd_7"]
    assert len(found.like_solution) == len(found.hands)
