"""A course as bytes: the same for the same files, and unpacked where it should be."""

import hashlib
import io
import lzma
import tarfile

import pytest

from grader.errors import InfrastructureError
from grader.executors.parcel import Parcel, pack, unpack


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    for path, content in {
        "assignments/tiny/lab.toml": b"name = 'tiny'\n",
        "assignments/tiny/__pycache__/checks.pyc": b"cache",
        "assignments/tiny/.ipynb_checkpoints/tiny.ipynb": b"{}",
        "reference/tiny/tiny.py": b"answer = 42\n",
        "results/ada/tiny.json": b"{}",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "unpacked"
    path.mkdir()
    return path


def files(root):
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file()
    }


def parcel_of(*members):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for member in members:
            tar.addfile(member)
    plain = archive.getvalue()
    return Parcel(hashlib.sha256(plain).hexdigest(), lzma.compress(plain))


def member(name, **changes):
    made = tarfile.TarInfo(name)
    for key, value in changes.items():
        setattr(made, key, value)
    return made


def test_a_course_travels_without_caches_and_results(course, target):
    unpack(pack(course), target)

    assert files(target) == {
        "assignments/tiny/lab.toml": b"name = 'tiny'\n",
        "reference/tiny/tiny.py": b"answer = 42\n",
    }


def test_the_teacher_s_part_stays_where_it_is_not_needed(course, target):
    unpack(pack(course, reference=False), target)

    assert list(files(target)) == ["assignments/tiny/lab.toml"]


def test_the_same_files_have_the_same_address(course):
    first = pack(course)
    (course / "reference/tiny/tiny.py").touch()

    assert pack(course) == first


def test_another_content_has_another_address(course):
    first = pack(course)
    (course / "reference/tiny/tiny.py").write_bytes(b"answer = 43\n")

    assert pack(course).sha256 != first.sha256


def test_what_is_not_what_its_address_says_is_refused(course, target):
    good = pack(course)

    with pytest.raises(InfrastructureError, match="damaged"):
        unpack(Parcel("0" * 64, good.content), target)
    assert files(target) == {}


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(member("../outside"), id="above"),
        pytest.param(
            member("link", type=tarfile.SYMTYPE, linkname="../../outside"), id="link"
        ),
        pytest.param(member("pipe", type=tarfile.FIFOTYPE), id="fifo"),
    ],
)
def test_what_leads_out_is_refused(bad, target, tmp_path):
    with pytest.raises(InfrastructureError, match="can't be unpacked"):
        unpack(parcel_of(bad), target)

    assert list(tmp_path.iterdir()) == [target]


def test_a_parcel_s_content_is_not_shown(course):
    assert repr(pack(course)).startswith("Parcel(")
    assert len(repr(pack(course))) < 60
