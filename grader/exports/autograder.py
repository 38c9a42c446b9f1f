"""Gradescope's autograder zip: the grader, one lab and two scripts, and nothing else.

Gradescope unpacks it to `/autograder/source`, runs `setup.sh` once as root when it builds
its image, and `run_autograder` for each submission. `AUTOGRADER_ROOT` stands for
`/autograder` where the zip is tried at home.

Source: gradescope/autograder_samples, `docs/specs.md`.
"""

import hashlib
import hmac
import io
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from grader.domain.frozen import Frozen
from grader.errors import InfrastructureError, LabError

SETTINGS = "settings.json"
CONSTRAINTS = "constraints.txt"
COURSE = "course"
NO_TIME = (1980, 1, 1, 0, 0, 0)
KEY_BYTES = 32
UNIX = 3

# 3.11 is the oldest that will do, and what has wheels of everything is tried first
SETUP = """\
#!/usr/bin/env bash
# Installs the grader. Gradescope runs this once, when it builds the image.
set -euo pipefail
root="${{AUTOGRADER_ROOT:-/autograder}}"
source="$root/source"

# the solution lies in there
chmod 700 "$source"

find_python() {{
    local name
    for name in python3.12 python3.11 python3.13 python3; do
        if command -v "$name" > /dev/null && "$name" -c \\
            'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null
        then
            echo "$name"
            return
        fi
    done
}}

if [ -z "$(find_python)" ]; then
    apt-get update
    apt-get install -y python3.12 python3.12-venv \\
        || apt-get install -y python3.11 python3.11-venv
fi
python="$(find_python)"
if [ -z "$python" ]; then
    echo "no Python 3.11 or newer here: choose a newer base image, such as Ubuntu 24.04"
    exit 1
fi
"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --no-cache-dir --disable-pip-version-check \\
    {constraint}"$source/{wheel}{extra}"
"""

RUN = """\
#!/usr/bin/env bash
# Grades one submission. Without a results.json Gradescope shows that the autograder
# failed: so it is when the failure is ours, and nobody gets a 0 for that.
root="${AUTOGRADER_ROOT:-/autograder}"
if "$root/venv/bin/grader" --course "$root/source/course" \\
    export gradescope-run --root "$root" 2>&1
then
    exit 0
fi
echo "Nothing was graded, and this is no 0. Students: hand in again later, or tell your"
echo "teacher. Teachers: the line above says what is wrong; then regrade."
exit 1
"""


class Settings(Frozen):
    """What the zip says of itself.

    Attributes:
        lab: Which.
        isolation: `confined`, or `process` where a teacher accepts a plain process.
        key: Secret of the random inputs, hexadecimal: the same submission gets the same.
        language: Of what students read.
    """

    lab: str
    isolation: Literal["confined", "process"] = "confined"
    key: str = Field(pattern=rf"^[0-9a-f]{{{2 * KEY_BYTES}}}$")
    language: str = "en"


class User(BaseModel):
    """Somebody who handed in."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int | str = ""
    email: str = ""
    name: str = ""


class Metadata(BaseModel):
    """What of `submission_metadata.json` is used; there is more in it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    created_at: AwareDatetime | None = None
    users: tuple[User, ...] = ()

    @property
    def owner(self) -> str:
        """Return who handed in, groups in a fixed order."""
        return ",".join(sorted(str(user.id) for user in self.users))

    @property
    def student(self) -> str:
        """Return a name for people."""
        names = [user.email or user.name or str(user.id) for user in self.users]
        return ", ".join(filter(None, names)) or "student"

    @property
    def received_at(self) -> datetime | None:
        """Return when Gradescope got it."""
        return self.created_at


def read_metadata(text: str) -> Metadata:
    """Return what `submission_metadata.json` says.

    Raises:
        InfrastructureError: If it is not what Gradescope writes.
    """
    try:
        return Metadata.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        raise InfrastructureError(
            f"submission_metadata.json: {key}: {first['msg']}, expected what Gradescope "
            "writes"
        ) from error


def seed_of(settings: Settings, owner: str, sha256: str) -> int:
    """Return the seed of a submission's inputs, 0 <= seed < 2**128.

    It depends on who hands in and on the bytes: handing in the same again draws no other
    inputs, and what one hand-in finds out of its inputs is of no use to the next.
    """
    message = f"{settings.lab}\0{owner}\0{sha256}".encode()
    key = bytes.fromhex(settings.key)
    return int.from_bytes(hmac.digest(key, message, hashlib.sha256)[:16])


def autograder_zip(
    settings: Settings,
    course: Mapping[str, bytes],
    *,
    wheel: tuple[str, bytes],
    constraints: bytes | None = None,
    extras: tuple[str, ...] = (),
) -> bytes:
    """Return the zip to upload; the same arguments give the same bytes.

    Args:
        settings: Which lab, how.
        course: Files of `assignments/` and `reference/`, by their paths.
        wheel: The grader: file name and bytes.
        constraints: For pip: versions that are known to go together.
        extras: Of the grader, that the lab needs.
    """
    name, content = wheel
    setup = SETUP.format(
        wheel=name,
        extra=f"[{','.join(extras)}]" if extras else "",
        constraint=f'--constraint "$source/{CONSTRAINTS}" ' if constraints else "",
    )
    files = {
        "setup.sh": setup.encode(),
        "run_autograder": RUN.encode(),
        SETTINGS: (settings.model_dump_json(indent=1) + "\n").encode(),
        name: content,
        **({CONSTRAINTS: constraints} if constraints else {}),
        **{f"{COURSE}/{path}": course[path] for path in sorted(course)},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            info = zipfile.ZipInfo(path, NO_TIME)
            info.create_system = UNIX
            info.compress_type = zipfile.ZIP_DEFLATED
            runs = path in {"setup.sh", "run_autograder"}
            info.external_attr = (0o100755 if runs else 0o100644) << 16
            archive.writestr(info, text)
    return out.getvalue()


def settings_in(content: bytes) -> Settings | None:
    """Return the settings in an earlier zip, None if it is none of ours."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return read_settings(archive.read(SETTINGS))
    # what zipfile raises for a damaged or an encrypted archive
    except (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, LabError):
        return None


def read_settings(content: bytes) -> Settings:
    """Return what the zip says of itself.

    Raises:
        LabError: If that is not what `autograder_zip` wrote.
    """
    try:
        return Settings.model_validate_json(content)
    except ValidationError as error:
        raise LabError(
            f"{SETTINGS} is damaged: export the autograder again and upload it"
        ) from error
