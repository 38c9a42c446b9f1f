"""The cures name this machine's own settings."""

import pytest

from grader.app.cures import (
    cgroup_cure,
    landlock_cure,
    namespaces_cure,
    seccomp_cure,
)


def put(root, name, text=""):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("name", "value", "command"),
    [
        pytest.param(
            "user/max_user_namespaces",
            "0",
            "sysctl user.max_user_namespaces=15000",
            id="none-allowed",
        ),
        pytest.param(
            "kernel/unprivileged_userns_clone",
            "0",
            "sysctl kernel.unprivileged_userns_clone=1",
            id="debian",
        ),
        pytest.param(
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
            id="ubuntu",
        ),
    ],
)
def test_a_setting_that_refuses_namespaces_is_named(tmp_path, name, value, command):
    put(tmp_path, f"proc/sys/{name}", f"{value}\n")

    assert command in namespaces_cure(tmp_path)


def test_two_settings_that_refuse_are_both_named(tmp_path):
    put(tmp_path, "proc/sys/user/max_user_namespaces", "0\n")
    put(tmp_path, "proc/sys/kernel/unprivileged_userns_clone", "0\n")

    assert namespaces_cure(tmp_path).count("sudo sysctl") == 2


def test_settings_that_allow_are_not_blamed(tmp_path):
    put(tmp_path, "proc/sys/user/max_user_namespaces", "15000\n")
    put(tmp_path, "proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0\n")

    assert "sysctl" not in namespaces_cure(tmp_path)


@pytest.mark.parametrize("cure", [landlock_cure, namespaces_cure, cgroup_cure])
@pytest.mark.parametrize("mark", [".dockerenv", "run/.containerenv"])
def test_in_a_container_its_own_flags_are_named(tmp_path, cure, mark):
    put(tmp_path, mark)
    put(tmp_path, "sys/fs/cgroup/cgroup.controllers")

    assert "--security-opt" in cure(tmp_path)


def test_landlock_that_was_not_booted_is_added_to_what_was(tmp_path):
    put(tmp_path, "sys/kernel/security/lsm", "capability,yama,apparmor\n")

    assert "lsm=landlock,capability,yama,apparmor" in landlock_cure(tmp_path)


def test_landlock_that_was_booted_is_not_asked_for_again(tmp_path):
    put(tmp_path, "sys/kernel/security/lsm", "capability,landlock\n")

    assert "lsm=" not in landlock_cure(tmp_path)


def test_an_unknown_processor_is_no_kernel_setting(tmp_path, monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    assert "x86_64 or aarch64" in seccomp_cure(tmp_path)


def test_delegation_is_asked_of_systemd(tmp_path):
    put(tmp_path, "sys/fs/cgroup/cgroup.controllers", "memory pids\n")

    assert "Delegate=yes" in cgroup_cure(tmp_path)


def test_version_1_of_cgroups_is_a_matter_of_booting(tmp_path):
    assert "unified_cgroup_hierarchy=1" in cgroup_cure(tmp_path)
