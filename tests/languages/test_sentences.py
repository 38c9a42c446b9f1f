"""Finished sentences in another language: what is known is told, the rest stays."""

import pytest

from grader.languages.sentences import MOST_CHARACTERS, MOST_TRIED, Sentences

WORDS = {
    "{subject} has shape {shape}, expected {wanted}": "{subject}: форма {shape}, не {wanted}",
    "{name} has shape {got}": "у {name} форма {got}",
    "{subject} is not right": "{subject}: неверно",
    "{rows} rows are wrong": "ошибочных строк: {rows}",
    "{function}: {rows} rows are wrong": "{function}: ошибочных строк {rows}",
    "{parts} is right": "{parts}: верно",
    "the result of {function}": "результат {function}",
    "the sign is reversed": "знак перепутан",
    "this is what you get when {reasons}.": "так бывает, когда {reasons}.",
    "The {quantity} is {value}; {asked}.": "{quantity}: {value}; {asked}.",
    "accuracy": "точность",
    "mean gradient": "средний градиент",
    "loss": "потери",
    "at least {threshold} is asked": "нужно не меньше {threshold}",
    "an axis has no label.": "у оси нет подписи.",
    "and": "и",
    "A mistake. One: {first} The other: {second}": "Ошибка. Одна: {first} Другая: {second}",
    "{error} (line {line})": "{error} (строка {line})",
}


def forms(one, many, count):
    del one, many
    return f"{{n}} {'значение' if count == 1 else 'значения'}"


@pytest.fixture
def sentences():
    return Sentences(WORDS, [("{n} value", "{n} values")], forms)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("the sign is reversed", "знак перепутан", id="exact"),
        pytest.param(
            "dw has shape (3,), expected (4,)", "dw: форма (3,), не (4,)", id="places"
        ),
        pytest.param(
            "dw has shape (3,), expected (4,).",
            "dw: форма (3,), не (4,).",
            id="full-stop",
        ),
        pytest.param("The sign is reversed.", "Знак перепутан.", id="capital"),
        pytest.param("an axis has no label", "у оси нет подписи", id="no-full-stop"),
        pytest.param(
            "the result of step is not right", "результат step: неверно", id="nested"
        ),
        pytest.param(
            "An axis has no label. dw is not right.",
            "У оси нет подписи. dw: неверно.",
            id="two-sentences",
        ),
        pytest.param(
            "dw is right; db is not right.", "dw: верно; db: неверно.", id="list"
        ),
        pytest.param(
            "this is what you get when the sign is reversed and the result of f.",
            "так бывает, когда знак перепутан и результат f.",
            id="and",
        ),
        pytest.param(
            "The accuracy is 0.3; at least 0.5 is asked.",
            "точность: 0.3; нужно не меньше 0.5.",
            id="word-of-ours",
        ),
        pytest.param(
            "A mistake. One: The sign is reversed. The other: dw is not right.",
            "Ошибка. Одна: Знак перепутан. Другая: dw: неверно.",
            id="sentences-in-places",
        ),
        pytest.param(
            "mean gradient+the sign is reversed",
            "средний градиент+знак перепутан",
            id="two-mistakes",
        ),
        pytest.param("f has shape 1 value, expected 2 values", None, id="plural-forms"),
    ],
)
def test_what_is_known_is_told(sentences, text, told):
    plural = "f: форма 1 значение, не 2 значения"

    assert sentences.told(text) == (told or plural)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ValueError: whatever the student wrote",
        "a pen is blue",
        "x values",
        "{subject} is no place",
        "is not right",
    ],
)
def test_what_is_not_known_stays(sentences, text):
    assert sentences.told(text) == text


def test_an_unknown_sentence_beside_a_known_one_stays(sentences):
    text = "Colourless ideas sleep. The sign is reversed."

    assert sentences.told(text) == "Colourless ideas sleep. Знак перепутан."


def test_a_name_is_no_word_of_ours(sentences):
    # a function of the student's that is called like a word of the catalogue
    assert sentences.told("loss is not right") == "loss: неверно"


def test_the_template_that_says_most_is_meant(sentences):
    # another one fits, too: "{name} has shape {got}"
    assert (
        sentences.told("dw has shape (1,), expected (2,)") == "dw: форма (1,), не (2,)"
    )
    assert sentences.told("dw has shape b") == "у dw форма b"


def test_of_two_templates_the_one_of_more_parts_is_meant(sentences):
    assert sentences.told("nand: 4 rows are wrong") == "nand: ошибочных строк 4"
    assert sentences.told("4 rows are wrong") == "ошибочных строк: 4"


def test_braces_of_a_value_are_text(sentences):
    assert (
        sentences.told("{'a': {subject}} is not right") == "{'a': {subject}}: неверно"
    )


@pytest.mark.parametrize(
    "text",
    [
        "the sign is reversed" + " " * MOST_CHARACTERS,
        " has shape , expected " * 150,
        "; ".join(["dw is right"] * 300),
        " and ".join(["a b"] * 500),
        "A. " * 1000,
        "(line " * 600 + ")" * 300,
    ],
    ids=("long", "parts", "list", "and", "sentences", "brackets"),
)
def test_a_hostile_text_comes_back(sentences, text):
    assert isinstance(sentences.told(text), str)


def test_without_a_catalogue_every_text_stays():
    assert Sentences().told("the sign is reversed") == "the sign is reversed"


def test_a_text_of_much_that_is_nearly_known_is_given_up_in_time(monkeypatch):
    looked_up = []
    real = Sentences._beginning_with
    monkeypatch.setattr(
        Sentences, "_beginning_with", lambda *call: looked_up.append(1) or real(*call)
    )

    # all but the last thing of each list is known
    Sentences(WORDS).told(" ".join(["dw is right; " * 19 + "z z."] * 12))

    assert len(looked_up) == MOST_TRIED
