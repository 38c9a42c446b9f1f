import pytest

from grader.intake.platforms.download import Listing
from grader.intake.tree import Item


@pytest.fixture
def listing(tmp_path):
    """Return a function that lists files; those with a content are on the disk."""

    def make(*names, root="class", forced=False, beside=(), **contents):
        def item(name, content=None):
            parts = tuple(name.split("/"))
            path = tmp_path / f"{len(list(tmp_path.iterdir()))}"
            if content is not None:
                path.write_text(content, encoding="utf-8")
            return Item(parts, f"{root}/{name}", path)

        files = contents.pop("files", {})
        assert not contents
        items = [item(name) for name in names]
        items += [item(name, content) for name, content in files.items()]
        near = tuple(item(name, content) for name, content in dict(beside).items())
        return Listing(tuple(items), root, beside=near, forced=forced)

    return make
