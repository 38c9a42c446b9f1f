import pytest

from grader.errors import InfrastructureError
from grader.sandbox.sandbox import Sandbox


@pytest.mark.parametrize("isolation", ["landlock", "process"])
def test_a_package_that_is_not_installed_is_told_before_anything_starts(isolation):
    with pytest.raises(InfrastructureError, match="no_such_package is not installed"):
        Sandbox(isolation=isolation, preload=["numpy", "no_such_package"])
