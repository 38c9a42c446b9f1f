"""What lies in a zip."""

import os
import zipfile
from datetime import UTC, datetime

MORNING = datetime(2026, 5, 1, 8, tzinfo=UTC)


def test_time_of_a_member_without_one_is_the_archives(gather, make_zip):
    undated = zipfile.ZipInfo("mlp.py", (1980, 1, 1, 0, 0, 0))
    archive = make_zip("alice.zip", {undated: "x"})
    os.utime(archive, (MORNING.timestamp(), MORNING.timestamp()))

    assert gather(archive).found[0].received_at == MORNING
