"""What students are called in the end, and what is told of the rest."""


def pairs(collected):
    return [(found.student, found.lab) for found in collected.found]


def test_platforms_folders_keep_what_tells_namesakes_apart(write, gather):
    root = write(
        "Jo Doe_1_assignsubmission_file_/mlp.py",
        "Jo Doe_2_assignsubmission_file_/mlp.py",
        "doejo_12_34567_logic_gates-1.ipynb",
    )

    assert pairs(gather(root)) == [
        ("Jo Doe_1", "mlp"),
        ("Jo Doe_2", "mlp"),
        ("doejo_12", "logic_gates"),
    ]


def test_names_are_safe_composed_and_told_apart(write, gather):
    root = write("alice/mlp.py", "Alice/mlp.py", "con/mlp.py", "e\u0301/mlp.py")

    students = [student for student, _ in pairs(gather(root))]

    assert students == ["Alice", "_con", "alice (2)", "\u00e9"]


def test_files_of_no_lab_are_listed_once(write, gather):
    root = write(
        "alice/mlp.py", "alice/notes.txt", "alice/plots.py", "grades.csv", "x.py"
    )

    collected = gather(root)

    assert collected.ignored == (
        "class/alice/notes.txt",
        "class/alice/plots.py",
        "class/grades.csv",
        "class/x.py",
    )
    assert collected.refused == ()


def test_names_with_control_characters_stay_one_line(write, gather):
    root = write("eve\nbob ok\x1b[31m/notes\n.py", "bad\udcff/mlp.py")

    collected = gather(root)

    texts = [one.message + one.where for one in collected.refused]
    texts += [found.where + found.student for found in collected.found]
    assert len(texts) == 2
    for text in texts:
        assert text.encode()
        assert text.isprintable()
