"""The grader as a wheel: what runs here, repacked, the same bytes each time.

Two things make a wheel: the package's files and what says how to install them. The files
are those that run at this moment. The rest comes from `pyproject.toml` in a checkout, where
what pip wrote down once may be older, and else from what pip installed: so a teacher who
has the grader from a wheel can hand it on. Nothing is downloaded.
"""

import base64
import csv
import hashlib
import importlib.metadata
import io
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import grader
from grader.errors import InfrastructureError
from grader.intake.archive import NO_TIME

NAME = "grader"
# what a package of ours is made of, all of it text; a test compares it with hatchling
SUFFIXES = frozenset({".py", ".j2", ".mako", ".po", ".json", ".css", ".js", ".svg"})
NAMES = frozenset({"py.typed"})
# what says how to install; the rest of a dist-info is about one installation
METADATA = "METADATA"
DESCRIBED = frozenset({METADATA, "entry_points.txt"})
WHEEL = """\
Wheel-Version: 1.0
Generator: grader
Root-Is-Purelib: true
Tag: py3-none-any
"""
# PEP 517's own call, in a process of its own because it works in the current directory
HOOK = "import sys, hatchling.build as b; b.build_wheel(sys.argv[1])"
CURE = "pip install 'grader[release]'"
PLAIN_FILE = 0o100644 << 16
UNIX = 3


def build_wheel(into: Path) -> Path:
    """Write the wheel of this grader into a folder, made if missing, and return it.

    The bytes depend on the package's text alone: not on when, where or by whom.

    Raises:
        InfrastructureError: If this is a checkout without hatchling, if what is installed
            is incomplete, or if the wheel can't be written.
    """
    name, content = wheel()
    target = into / name
    try:
        into.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as error:
        msg = f"{target} can't be written ({error.strerror}): choose another folder"
        raise InfrastructureError(msg) from error
    return target


def wheel() -> tuple[str, bytes]:
    """Return the wheel's file name and its bytes.

    Raises:
        InfrastructureError: As `build_wheel`.
    """
    package = Path(grader.__file__).parent
    checkout = checkout_of(package)
    described = _from_project(checkout) if checkout else _from_installation()
    return packed(package_files(package), described)


def packed(
    package: Mapping[str, bytes], described: Mapping[str, bytes]
) -> tuple[str, bytes]:
    """Return the file name and the bytes of a wheel.

    Args:
        package: The package's files by their names in the wheel.
        described: METADATA, entry points and licences by their names in the dist-info.
    """
    version = _version(described[METADATA])
    folder = f"{NAME}-{version}.dist-info"
    files = dict(sorted(package.items()))
    # a dist-info stands last, so that its end can be read first
    for name, content in sorted({**described, "WHEEL": WHEEL.encode()}.items()):
        files[f"{folder}/{name}"] = content
    files[f"{folder}/RECORD"] = _record(files, f"{folder}/RECORD")
    return f"{NAME}-{version}-py3-none-any.whl", zipped(files)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files in their order, without times, alike on all machines."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, NO_TIME)
            # not compressed: what deflate writes differs from zlib to zlib
            info.compress_type = zipfile.ZIP_STORED
            info.create_system = UNIX
            info.external_attr = PLAIN_FILE
            archive.writestr(info, content)
    return buffer.getvalue()


def checkout_of(package: Path) -> Path | None:
    """Return the project that a package lies in as source; None if it is installed."""
    root = package.parent
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return root if project.get("project", {}).get("name") == NAME else None


def package_files(package: Path) -> dict[str, bytes]:
    """Return the files of the package that belong in a wheel, by their names in it."""
    return {
        path.relative_to(package.parent).as_posix(): with_plain_lines(path.read_bytes())
        for path in _walk(package)
        if path.suffix in SUFFIXES or path.name in NAMES
    }


def with_plain_lines(content: bytes) -> bytes:
    """Return text with the line ends that it has in the repository."""
    return content.replace(b"\r\n", b"\n")


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        # a link may lead to anything
        if path.name.startswith((".", "__pycache__")) or path.is_symlink():
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield path


def _from_project(root: Path) -> dict[str, bytes]:
    """Return what hatchling makes of a `pyproject.toml`."""
    with tempfile.TemporaryDirectory(prefix="grader-wheel-") as name:
        told = subprocess.run(
            [sys.executable, "-P", "-c", HOOK, name],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        built = [*Path(name).glob("*.whl")]
        if told.returncode or not built:
            last = (told.stderr.strip().splitlines() or ["hatchling wrote nothing"])[-1]
            msg = f"the wheel can't be made from {root}: {last}; try {CURE}"
            raise InfrastructureError(msg)
        with zipfile.ZipFile(built[0]) as archive:
            return _described(
                (member.split(".dist-info/", 1)[1], archive.read(member))
                for member in archive.namelist()
                if ".dist-info/" in member
            )


def _from_installation() -> dict[str, bytes]:
    """Return what pip keeps of the installed grader."""
    try:
        files = importlib.metadata.files(NAME) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    found = _described(
        (file.as_posix().split(".dist-info/", 1)[1], file.read_binary())
        for file in files
        if ".dist-info/" in file.as_posix() and Path(str(file.locate())).is_file()
    )
    if METADATA not in found:
        msg = "the grader is neither a checkout nor installed by pip: no wheel from it"
        raise InfrastructureError(msg)
    return found


def _described(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Return those files of a dist-info that every installation has alike."""
    return {
        name: with_plain_lines(content)
        for name, content in files
        if name in DESCRIBED or name.startswith("licenses/")
    }


def _version(metadata: bytes) -> str:
    for line in metadata.decode("utf-8").splitlines():
        if line.startswith("Version: "):
            return line.removeprefix("Version: ")
    msg = "the grader's METADATA names no version: install it again"
    raise InfrastructureError(msg)


def _record(files: Mapping[str, bytes], own_name: str) -> bytes:
    """Return a wheel's list of files with their hashes.

    Source: PyPA, Binary distribution format, "The .dist-info directory".
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
        writer.writerow([name, f"sha256={digest.decode().rstrip('=')}", len(content)])
    writer.writerow([own_name, "", ""])
    return out.getvalue().encode("utf-8")
