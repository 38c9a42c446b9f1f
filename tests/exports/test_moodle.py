"""Moodle: download, fill in, and what Moodle's importer then reads."""

import csv
import io
import re

import pytest

from grader.domain.mark import Mark
from grader.errors import LabError
from grader.exports.moodle import comment_on, fill_worksheet
from grader.languages import ENGLISH, Language

ENGLISH_SHEET = (
    '\ufeffIdentifier,"Full name","ID number","Email address",Status,Group,Grade,'
    '"Maximum Grade","Grade can be changed","Last modified (submission)","Online text",'
    '"Last modified (grade)","Feedback comments"\n'
    '"Participant 1001","Ada Lovelace",S-1,ada@uni.edu,"Submitted for grading - ",1,,'
    '100.00,Yes,"Monday, 2 March 2026, 10:00 PM","<p>x, ""y""\nz</p>",-,\n'
    '"Participant 1002","Müller, ""Bob"" =1+1",S-2,bob@uni.edu,"Submitted for grading - "'
    ',2,50.00,100.00,Yes,"Monday, 2 March 2026, 10:00 PM",,-,"by hand, kept"\n'
    '"Participant 1003","👩‍🎓 \u202bשלום\u202c",S-3,gil@uni.edu,"No submission - ",3,,'
    "100.00,Yes,-,,-,\n"
)
# headers as in the language packs; German names participants without a space
SHEETS = {
    "en": ENGLISH_SHEET.replace(",Group,", ",Section,"),
    "ru": (
        'Идентификатор,"Полное имя","Адрес электронной почты",Статус,Оценка,'
        '"Максимальная оценка","Оценка может быть изменена",'
        '"Последнее изменение (ответ)","Последнее изменение (оценка)",'
        '"Отзыв в виде комментария"\r\n'
        'Участник1001,"Ада Лавлейс",ada@uni.edu,"Ответы для оценки - ",,"100,00",Да,-,-,\r\n'
    ),
    "de": (
        'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,'
        '"Bewertung kann geändert werden","Zuletzt geändert (Abgabe)",'
        '"Zuletzt geändert (Bewertung)","Feedback als Kommentar"\n'
        'Teilnehmer/in1001,"Ada Lovelace",ada@uni.edu,Abgegeben,,"100,00",Ja,-,-,\n'
    ),
    "fr": (
        'Identifiant,"Nom complet","Adresse de courriel",Statut,Note,"Note maximale",'
        '"La note peut être modifiée","Dernière modification (note)",'
        '"Feedback par commentaires"\n'
        'Participant1001,"Ada Lovelace",ada@uni.edu,-,,"100,00",Oui,-,\n'
    ),
    "es": (
        'Identificador,"Nombre completo",Estado,Calificación,"Calificación máxima",'
        '"La calificación puede ser cambiada","Última modificación (entrega)",'
        '"Última modificación (calificación)","Comentarios de retroalimentación"\n'
        'Participante 1001,"Ada Lovelace",-,,"100,00",Sí,-,-,\n'
    ),
    "it": (
        'Identificativo,"Nome completo",Stato,Valutazione,"Valutazione massima",'
        '"La valutazione può essere modificata","Ultima modifica (valutazione)",Commenti\n'
        'Partecipante1001,"Ada Lovelace",-,,"100,00",Sì,-,\n'
    ),
    "pt_br": (
        'Identificador,"Nome completo",Status,Nota,"Nota máxima",'
        '"Nota pode ser alterada","Última modificação (nota)","Comentários de feedback"\n'
        'Participante1001,"Ada Lovelace",-,,"100,00",Sim,-,\n'
    ),
    "uk": (
        'Ідентифікатор,"Повне ім’я",Статус,Оцінка,"Максимальна оцінка",'
        '"Оцінка може бути змінена","Востаннє змінювалося (оцінка)","Відгук - коментарем"\n'
        'Учасник1001,"Ада Лавлейс",-,,"100,00",Так,-,\n'
    ),
    "pl": (
        'identyfikator,"Imię i nazwisko",Status,Ocena,"Maksymalna ocena",'
        '"Ocena może być zmieniona","Ostatnia aktualizacja (ocena)","Komentarz zwrotny"\n'
        'Uczestnik1001,"Ada Lovelace",-,,"100,00",Tak,-,\n'
    ),
    # no language pack of ours: the maximum beside it tells the column
    "eu": (
        'Identifikatzailea,"Izen osoa",Egoera,Kalifikazioa,"Gehienezko kalifikazioa",'
        '"Kalifikazioa alda daiteke","Azken aldaketa (kalifikazioa)"\n'
        'Partaidea1001,"Ada Lovelace",-,,"100,00",Bai,-\n'
        'Partaidea1002,"Bob",-,"20,00","100,00",Bai,-\n'
    ),
}


# what the column for grades is called, and how numbers are written
GRADE = {
    "en": ("Grade", "."),
    "ru": ("Оценка", ","),
    "de": ("Bewertung", ","),
    "fr": ("Note", ","),
    "es": ("Calificación", ","),
    "it": ("Valutazione", ","),
    "pt_br": ("Nota", ","),
    "uk": ("Оцінка", ","),
    "pl": ("Ocena", ","),
    "eu": ("Kalifikazioa", ","),
}


def imported(content, *, grade, decimal):
    """Return the grades by participant as `importgradeslib.php` reads them."""
    text = content.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    column = header.index(grade)
    modified = next(i for i in range(column, len(header)) if "(" in header[i])
    assert all(len(row) == len(header) for row in rows)
    assert all(row[modified] is not None for row in rows)
    return {
        int(re.search(r"\d+$", row[0])[0]): (
            float(row[column].replace(decimal, ".")) if row[column] else None
        )
        for row in rows
    }


@pytest.fixture
def fill(entries, people):
    def make(points, *, ids=None, roster=(), text=ENGLISH_SHEET, **more):
        known = {"ada": "1001", "bob": "1002"} if ids is None else ids
        options = {k: more.pop(k) for k in ("comments", "column") if k in more}
        return fill_worksheet(
            text.encode(),
            name="worksheet.csv",
            entries=entries(points, **more),
            people=people("moodle", known, roster),
            **options,
        )

    return make


def test_a_moodle_worksheet_comes_back_with_the_grades_and_nothing_else_changed(fill):
    filled = fill({"ada": 87.25, "bob": 66.5})

    assert imported(filled.content, grade="Grade", decimal=".") == {
        1001: 87.25,
        1002: 66.5,
        1003: None,
    }
    assert filled.content.decode() == ENGLISH_SHEET.replace(
        '",1,,100.00', '",1,87.25,100.00'
    ).replace(",2,50.00,", ",2,66.50,")
    assert (filled.new, filled.changed, filled.same) == (1, ("bob: 50.00 to 66.50",), 0)


@pytest.mark.parametrize("language", SHEETS)
def test_a_worksheet_in_any_language_comes_back_with_the_grade(language, fill):
    text, (grade, decimal) = SHEETS[language], GRADE[language]

    filled = fill({"ada": 87.25}, text=text)

    assert imported(filled.content, grade=grade, decimal=decimal)[1001] == 87.25
    # but for the one cell it is what was downloaded
    cell = '"87,25"' if decimal == "," else "87.25"
    changed = filled.content.decode()
    assert changed.count(cell) == 1
    assert changed.replace(cell, "", 1) == text


def test_a_grade_is_scaled_to_the_maximum(fill):
    filled = fill({"ada": 87.25}, text=ENGLISH_SHEET.replace("100.00", "20.00"))

    assert imported(filled.content, grade="Grade", decimal=".")[1001] == 17.45
    assert filled.scale == "100 to 20"


def test_under_blind_marking_the_participants_number_is_enough(fill):
    text = (
        'Identifier,Status,Grade,"Maximum grade","Grade can be changed",'
        '"Last modified (grade)"\n'
        '"Participant 7",-,,100.00,Yes,-\n"Participant 8",-,,100.00,Yes,-\n'
    )

    filled = fill({"ada": 50, "bob": 60}, ids={"ada": "8", "bob": "7"}, text=text)

    grades = imported(filled.content, grade="Grade", decimal=".")
    assert grades == {7: 60, 8: 50}


def test_a_student_has_another_number_in_each_assignment(fill):
    filled = fill({"ada": 50}, ids={"ada": ["77", "1001", "5"]})

    assert imported(filled.content, grade="Grade", decimal=".")[1001] == 50


@pytest.mark.parametrize(
    "line",
    [
        pytest.param({"student": "x", "id": "S-1"}, id="id-number"),
        pytest.param({"student": "x", "email": "Ada@uni.edu"}, id="address"),
        pytest.param({"student": "x", "name": "ada lovelace"}, id="name"),
    ],
)
def test_without_a_number_a_student_is_found_by(line, fill):
    filled = fill({"x": 50}, ids={}, roster=[line])

    assert imported(filled.content, grade="Grade", decimal=".")[1001] == 50


def test_the_number_of_a_group_is_nobodys(fill):
    filled = fill({"x": 50}, ids={}, roster=[{"student": "x", "id": "2"}])

    assert filled.content == ENGLISH_SHEET.encode()
    assert filled.remarks == ("x is not in worksheet.csv: not written",)


def test_two_of_one_name_are_told_apart_by_their_addresses(fill):
    text = ENGLISH_SHEET.replace('"Müller, ""Bob"" =1+1"', '"Ada Lovelace"')
    roster = [
        {"student": "a", "name": "Ada Lovelace", "email": "bob@uni.edu"},
        {"student": "b", "name": "Ada Lovelace", "email": "ada@uni.edu"},
    ]

    filled = fill({"a": 10, "b": 20}, ids={}, roster=roster, text=text)

    grades = imported(filled.content, grade="Grade", decimal=".")
    assert (grades[1001], grades[1002]) == (20, 10)


def test_who_is_excused_keeps_the_line(fill):
    filled = fill({"ada": 50}, excused={"ada", "somebody else"})

    assert filled.content == ENGLISH_SHEET.encode()
    assert filled.remarks == ("ada is excused: not written",)


def test_a_scale_is_refused_in_one_line(fill):
    text = ENGLISH_SHEET.replace("Maximum Grade", "Scale").replace(
        "100.00", '"bad\ngood"'
    )

    with pytest.raises(LabError, match=r"line 2: got the scale 'bad, good', expected"):
        fill({"ada": 50}, text=text)


def test_a_column_that_nothing_tells_is_asked_for(fill):
    text = SHEETS["eu"].replace('"100,00"', "x")

    with pytest.raises(LabError, match="nothing tells which column is for grades"):
        fill({"ada": 50}, text=text)


def with_tries(language):
    """Return a worksheet with two more columns that look like a grade and its maximum."""
    rows = list(csv.reader(io.StringIO(SHEETS[language].removeprefix("\ufeff"))))
    place = rows[0].index(GRADE[language][0])
    for number, row in enumerate(rows):
        row[place:place] = ["1", "3"] if number else ["Tries", "Allowed"]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("language", [one for one in SHEETS if one != "eu"])
def test_the_words_of_a_language_tell_the_column_where_two_look_alike(language, fill):
    grade, decimal = GRADE[language]

    filled = fill({"ada": 87.25}, text=with_tries(language))

    assert filled.column == grade
    assert imported(filled.content, grade=grade, decimal=decimal)[1001] == 87.25


def test_a_column_that_two_look_alike_is_named_by_the_teacher(fill):
    text = with_tries("eu")

    with pytest.raises(LabError, match="nothing tells which column is for grades"):
        fill({"ada": 50}, text=text)
    with pytest.raises(LabError, match="got --column Nota, expected one of: Identif"):
        fill({"ada": 50}, text=text, column="Nota")
    filled = fill({"ada": 50}, text=text, column="Kalifikazioa")

    assert imported(filled.content, grade="Kalifikazioa", decimal=",")[1001] == 50


def test_a_worksheet_that_moodle_would_not_take_is_refused(fill):
    text = ENGLISH_SHEET.replace("Last modified (grade)", "Changed")

    with pytest.raises(LabError, match="got no column 'last modified \\(grade\\)'"):
        fill({"ada": 50}, text=text)


def test_a_file_that_is_no_worksheet_is_refused(fill):
    with pytest.raises(LabError, match="“Participant 123”"):
        fill({"ada": 50}, text="Student,ID,Section,Lab (1)\nAda,x,Mon,\n")


def test_comments_are_harmless_and_those_of_a_teacher_are_kept(fill):
    comments = {"ada": "=cmd|'/c calc'!A1 <b>&\nX", "bob": "new"}

    filled = fill({"ada": 50, "bob": 50}, comments=comments)

    rows = list(csv.reader(io.StringIO(filled.content.decode("utf-8-sig"), newline="")))
    assert rows[1][-1] == "'=cmd|'/c calc'!A1 &lt;b&gt;&amp; X"
    assert rows[2][-1] == "by hand, kept"
    assert filled.remarks == ("bob has a comment already: it is kept",)


def test_comments_without_a_column_for_them_are_refused(fill):
    with pytest.raises(LabError, match="expected one for feedback comments"):
        fill({"ada": 50}, text=SHEETS["eu"], comments={"ada": "x"})


def test_a_comment_says_the_points_the_reasons_and_what_is_open(report):
    mark = Mark(
        student="ada",
        lab="tiny",
        mark=30.5,
        max_score=100,
        sha256="ab" * 32,
        why=("1 day late: −10",),
    )

    comment = comment_on(mark, report())

    assert comment == (
        "30.5 of 100 points; 1 day late: −10; not right yet: T2 sums_up as it should; "
        "T2 of_nothing as it should"
    )


def test_a_comment_says_nothing_of_a_hand_in_that_does_not_count(report):
    mark = Mark(student="ada", lab="tiny", mark=90, max_score=100, sha256="cd" * 32)

    assert comment_on(mark, report()) == "90 of 100 points"


def test_a_comment_speaks_the_students_language():
    class Catalogue:
        def gettext(self, message):
            return "{n} von {m} Punkten" if message.startswith("{n} of") else message

        def ngettext(self, one, many, count):
            return one if count == 1 else many

    mark = Mark(student="ada", lab="tiny", mark=90.5, max_score=100)

    told = comment_on(mark, None, language=Language("ru", catalogue=Catalogue()))

    assert told == "90,5 von 100 Punkten"
    assert comment_on(mark, None, language=ENGLISH) == "90.5 of 100 points"
