import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.app import release as releases
from grader.app.release import release
from grader.app.release_files import attached
from grader.app.release_names import portable
from grader.app.release_readme import readme, readmes
from grader.app.wheel import packed
from grader.cli.main import main
from grader.domain.lab import Lab
from grader.errors import InfrastructureError, LabError
from grader.labs.course import Course
from grader.labs.leaks import secrets_of

TINY = Path(__file__).parents[1] / "course"
WHEEL = packed(
    {"grader/__init__.py": b'"""A small grader."""\n'},
    {"METADATA": b"Metadata-Version: 2.1\nName: grader\nVersion: 7.1\n"},
)
OF_TINY = [
    "assignments/tiny/README.md",
    "assignments/tiny/checks.py",
    "assignments/tiny/lab.toml",
    "assignments/tiny/tiny.ipynb",
    "assignments/tiny/tiny.py",
    "README.md",
    "README.ru.md",
    WHEEL[0],
    "release.json",
]
# the tiny lab's T2
ANSWER = "start(1)[0] + np.sum(double(np.asarray(x)))"


@pytest.fixture
def small_wheel(monkeypatch):
    monkeypatch.setattr(releases, "wheel", lambda: WHEEL)


@pytest.fixture
def course(tmp_path, small_wheel):
    """A teacher's copy of the tiny course."""
    del small_wheel
    shutil.copytree(
        TINY, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__")
    )
    return Course(tmp_path / "course")


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def add_to(path, text):
    path.write_text(path.read_text() + text)


def test_what_nobody_thought_of_stays(course, tmp_path):
    folder, hidden = course.assignment("tiny"), course.reference("tiny")
    (folder / "notes_for_teacher.md").write_text("x")
    (folder / "checks.py~").write_text("x")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "checks.cpython-311.pyc").write_bytes(b"x")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "tiny-checkpoint.ipynb").write_text("x")
    (folder / "solution.py").symlink_to(hidden / "tiny.py")
    (folder / "all").symlink_to(hidden)

    done = release(course, [], out=tmp_path / "out")

    assert [*done.files] == OF_TINY
    assert sorted(files_of(tmp_path / "out")) == sorted(OF_TINY)


def test_two_checkouts_are_released_as_the_same_bytes(course, tmp_path):
    other = Course(tmp_path / "elsewhere" / "clone")
    shutil.copytree(course.root, other.root)
    for path in other.root.rglob("*.md"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    for path in other.root.rglob("*"):
        os.utime(path, (2_000_000_000, 2_000_000_000))

    release(course, [], out=tmp_path / "one")
    before = os.umask(0o077)
    try:
        release(other, ["tiny"], out=tmp_path / "two")
        release(other, ["tiny"], out=tmp_path / "zips-two", as_zips=True)
    finally:
        os.umask(before)
    release(course, [], out=tmp_path / "zips-one", as_zips=True)

    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert files_of(tmp_path / "zips-one") == files_of(tmp_path / "zips-two")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "two").rglob("*.*")}
    assert modes == {0o644}


def test_a_zip_has_all_that_its_lab_needs(course, tmp_path):
    release(course, [], out=tmp_path / "folder")

    release(course, [], out=tmp_path / "zips", as_zips=True)

    assert sorted(files_of(tmp_path / "zips")) == ["release.json", "tiny.zip"]
    with zipfile.ZipFile(tmp_path / "zips" / "tiny.zip") as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert [*inside] == OF_TINY
    assert inside == files_of(tmp_path / "folder")


def test_the_list_of_a_release_has_the_hashes_of_its_files(course, tmp_path):
    release(course, [], out=tmp_path / "out")

    told = json.loads((tmp_path / "out" / "release.json").read_text())
    assert told["labs"] == {"tiny": "1.0"}
    assert [*told["files"], "release.json"] == OF_TINY
    content = (tmp_path / "out" / "README.md").read_bytes()
    assert told["files"]["README.md"] == {
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }


def test_a_stub_that_someone_filled_in_is_made_afresh(course, tmp_path):
    stub = course.assignment("tiny") / "tiny.py"
    fresh = stub.read_bytes()
    stub.write_text(
        stub.read_text().replace("raise NotImplemented", f"return {ANSWER} #")
    )
    notebook = course.assignment("tiny") / "tiny.ipynb"
    notebook.write_text(
        notebook.read_text().replace('"outputs": []', f'"outputs": ["{ANSWER}"]')
    )

    done = release(course, [], out=tmp_path / "out")

    assert done.stale == ("assignments/tiny/tiny.py", "assignments/tiny/tiny.ipynb")
    assert not done.leaks
    assert (tmp_path / "out/assignments/tiny/tiny.py").read_bytes() == fresh
    assert ANSWER.encode() not in b"".join(files_of(tmp_path / "out").values())


def test_a_leak_writes_nothing_and_leaves_the_last_release_alone(course, tmp_path):
    release(course, [], out=tmp_path / "out")
    before = files_of(tmp_path / "out")
    add_to(course.assignment("tiny") / "README.md", f"\nTry `{ANSWER}`.\n")

    done = release(course, [], out=tmp_path / "out")
    elsewhere = release(course, [], out=tmp_path / "new", as_zips=True)

    (leak,) = done.leaks
    assert (leak.file, leak.place) == ("assignments/tiny/README.md", "line 5")
    assert leak.origin == "reference/tiny/tiny.py, line 35"
    assert [leak.file for leak in elsewhere.leaks] == [
        "tiny.zip/assignments/tiny/README.md"
    ]
    assert files_of(tmp_path / "out") == before
    assert not (tmp_path / "new").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "out"]


def test_what_a_lab_shows_on_purpose_is_no_leak(course, tmp_path):
    add_to(course.assignment("tiny") / "README.md", f"\nTry `{ANSWER}`.\n")
    (course.reference("tiny") / "release.toml").write_text(
        '[[shown]]\nwhat = "total"\nfile = "README.md"\nreason = "worked in class"\n'
    )

    for zips in (False, True):
        assert not release(course, [], out=tmp_path / str(zips), as_zips=zips).leaks


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            '[[shown]]\nwhat = "total"\nfile = "README.md"\nreason = "x"\n',
            "does not show total: remove the entry",
            id="unused",
        ),
        pytest.param('[[shown]]\nwhat = "total"\n', "shown.0.file", id="incomplete"),
        pytest.param("shown", "not TOML", id="no-toml"),
    ],
)
def test_an_exception_that_is_wrong_is_refused(course, tmp_path, text, told):
    (course.reference("tiny") / "release.toml").write_text(text)

    with pytest.raises(LabError, match=told):
        release(course, [], out=tmp_path / "out")


def test_only_a_release_of_ours_is_replaced(course, tmp_path):
    out = tmp_path / "out"
    release(course, [], out=out)
    (out / "README.md").write_text("older")
    (out / "assignments/tiny/__pycache__").mkdir()
    (out / "assignments/tiny/__pycache__/checks.pyc").write_bytes(b"")

    release(course, [], out=out)

    assert sorted(files_of(out)) == sorted(OF_TINY)
    (out / "tiny").mkdir()
    (out / "tiny" / "tiny.py").write_text("my work")
    with pytest.raises(InfrastructureError, match=r"holds tiny/tiny.py, which no rel"):
        release(course, [], out=out)
    assert (out / "tiny" / "tiny.py").read_text() == "my work"


@pytest.mark.parametrize(
    "place", [".", "..", "assignments", "reference/tiny", "lab.md"]
)
def test_no_release_overwrites_the_course(course, place):
    (course.root / "lab.md").write_text("")

    with pytest.raises(InfrastructureError, match="choose another --out"):
        release(course, [], out=course.root / place)


def test_a_disk_that_fails_half_way_leaves_the_last_release(
    course, tmp_path, monkeypatch
):
    release(course, [], out=tmp_path / "out")
    before = files_of(tmp_path / "out")

    def full(self, _content):
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InfrastructureError, match="No space left"):
        release(course, [], out=tmp_path / "out")

    assert files_of(tmp_path / "out") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "out"]


def test_a_students_copy_can_not_be_released(course, tmp_path):
    shutil.rmtree(course.root / "reference")

    with pytest.raises(LabError, match="only a teacher's course"):
        release(course, [], out=tmp_path / "out")


def test_the_pictures_of_a_handout_leave(course, tmp_path):
    folder = course.assignment("tiny")
    (folder / "pictures").mkdir()
    for name in ("shown.png", "tagged.svg", "unused.png"):
        (folder / "pictures" / name).write_bytes(b"a picture")
    add_to(
        folder / "README.md",
        '\n![It](pictures/shown.png "It") <img alt="" src="pictures/tagged.svg">\n'
        "[docs](https://example.org/a.png) [above](#a-tiny-lab) `f[0](x.png)`\n"
        "```python\nf[1](gone.png)\n```\n",
    )

    release(course, [], out=tmp_path / "out")

    found = sorted(path.name for path in (tmp_path / "out").rglob("pictures/*"))
    assert found == ["shown.png", "tagged.svg"]


@pytest.mark.parametrize(
    ("link", "told"),
    [
        pytest.param("gone.png", "gone.png can't be read", id="missing"),
        pytest.param(
            "../../reference/tiny/tiny.py", "outside of the lab", id="outside"
        ),
        pytest.param("notes.md", "is no picture or table", id="another-text"),
        pytest.param("linked.png", "is a link", id="symlink"),
        pytest.param("../other/README.md", "no lab 'other'", id="no-such-lab"),
    ],
)
def test_a_handout_that_names_what_can_not_leave_is_refused(
    course, tmp_path, link, told
):
    folder = course.assignment("tiny")
    (folder / "notes.md").write_text("x")
    (folder / "linked.png").symlink_to(course.reference("tiny") / "tiny.py")
    add_to(folder / "README.md", f"\n[see]({link})\n")

    with pytest.raises(LabError, match=told):
        release(course, [], out=tmp_path / "out")


def test_links_are_found_with_their_lines():
    text = "# A\n\n![a](a.png)\n\n[b]: b.csv\n"

    assert [*attached(text)] == [(3, "a.png"), (5, "b.csv")]


def test_public_checks_that_need_a_neighbour_are_refused(course, tmp_path):
    folder = course.assignment("tiny")
    (folder / "tools.py").write_text("")
    add_to(folder / "checks.py", "\nfrom . import tools\n")

    with pytest.raises(LabError, match="which students don't get"):
        release(course, [], out=tmp_path / "out")


@pytest.mark.parametrize(
    ("names", "told"),
    [
        pytest.param(["assignments/aux/aux.py"], "device", id="device"),
        pytest.param(["a/b:c.png"], "':'", id="colon"),
        pytest.param(["a/b./c.png"], "ends with a dot", id="dot"),
        pytest.param(["a/B.png", "a/b.png"], "one name", id="case"),
        pytest.param(["a/e\u0301.png", "a/\xe9.png"], "one name", id="accents"),
        pytest.param(["a/" + "b" * 170], "more than 160", id="long"),
    ],
)
def test_names_that_some_system_can_not_have_are_refused(names, told):
    with pytest.raises(LabError, match=told):
        portable(names)


def lab(name, **more):
    task = {"id": "T1", "title": "T", "points": 100, "functions": ("f",)}
    return Lab(
        name=name,
        title="A lab",
        order=1,
        version="1",
        summary="",
        tasks=(task,),
        **more,
    )


def test_students_are_told_to_install_what_their_labs_need():
    small, images, keras = (
        lab("small"),
        lab("images", data=("mnist",)),
        lab("deep", preload=("numpy", "tensorflow")),
    )

    assert "[tf]" not in readme([small], wheel="g.whl")
    mixed = readme([small, images, keras], wheel="g.whl")
    assert 'pip install "g.whl[tf]"' in mixed
    assert "`images` and `deep`" in mixed
    assert "The other labs" in mixed
    assert "The other labs" not in readme([images], wheel="g.whl")


def test_there_is_a_text_in_each_language_with_the_same_commands(course):
    texts = readmes(
        course, [lab("small"), lab("images", data=("mnist",))], wheel="g.whl"
    )

    english, russian = texts["README.md"], texts["README.ru.md"]
    assert [*texts] == ["README.md", "README.ru.md"]
    assert "[По-русски](README.ru.md)" in english
    assert "[In English](README.md)" in russian
    assert "нужны для `images`." in russian
    assert english.count("```\n") == russian.count("```\n") == 6
    assert english.split("```")[1::2] == russian.split("```")[1::2]
    assert max(map(len, russian.splitlines())) <= 95


def test_the_titles_of_labs_are_in_the_language_of_the_text(course):
    folder = course.assignment("tiny") / "locale"
    folder.mkdir()
    (folder / "ru.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "A lab"\nmsgstr "Крошечная работа"\n',
        encoding="utf-8",
    )

    texts = readmes(course, [lab("small")], wheel="g.whl")

    assert "| Крошечная работа |" in texts["README.ru.md"]
    assert "| A lab |" in texts["README.md"]


def test_the_command_tells_each_leak_in_a_line_and_fails(course, tmp_path):
    add_to(course.assignment("tiny") / "README.md", f"\nTry `{ANSWER}`.\n")
    add_to(course.assignment("tiny") / "checks.py", "\n# double_doubles\n")

    told = CliRunner().invoke(
        main, ["--course", str(course.root), "release", "--out", str(tmp_path / "out")]
    )

    assert told.exit_code == 1
    handout, checks = told.stdout.splitlines()
    assert handout == (
        "assignments/tiny/README.md, line 5: the solution of T2 (total), from "
        "reference/tiny/tiny.py, line 35"
    )
    assert checks == (
        "assignments/tiny/checks.py, line 11: the name of the hidden check "
        "double_doubles, from reference/tiny/checks.py, line 22"
    )
    assert told.stderr == "grader: 2 leaks, so nothing was released\n"


def test_the_command_says_as_json_what_it_did(course, tmp_path):
    told = CliRunner().invoke(
        main,
        [
            *("--course", str(course.root)),
            *("release", "tiny", "--out", str(tmp_path / "out"), "--json"),
        ],
    )

    assert told.exit_code == 0
    said = json.loads(told.stdout)
    assert (said["labs"], said["leaks"], [*said["files"]]) == (["tiny"], [], OF_TINY)


def test_what_students_get_works_without_the_teachers_part(tmp_path):
    """The real wheel, unpacked, checks the solution in a folder that has nothing else."""
    out = tmp_path / "out"
    told = CliRunner().invoke(
        main, ["--course", str(TINY), "release", "--out", str(out)]
    )
    assert told.exit_code == 0, told.output
    with zipfile.ZipFile(next(out.glob("*.whl"))) as archive:
        archive.extractall(tmp_path / "installed")
    shutil.copyfile(TINY / "reference/tiny/tiny.py", out / "tiny.py")

    checked = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "grader.cli.main", "check", "tiny.py"),
            *("--isolation", "process", "--json"),
        ],
        cwd=out,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr
    (check,) = json.loads(checked.stdout)["checks"]
    assert (check["id"], check["outcome"]) == ("doubles_two", "passed")


def test_what_is_secret_is_read_without_running_it(course):
    add_to(course.reference("tiny") / "checks.py", "\nraise SystemExit(3)\n")

    assert "double_doubles" in {told.text for told in secrets_of(course).names}
