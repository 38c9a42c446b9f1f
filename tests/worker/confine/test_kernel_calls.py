import errno
import platform
import sys

import pytest

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="Linux only"),
    pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of x86_64"),
]


@pytest.mark.parametrize(
    "family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET"]
)
@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW"])
def test_cant_open_a_socket(confined, family, kind):
    def attack(family, kind):
        import socket

        socket.socket(getattr(socket, family), getattr(socket, kind))

    assert confined(attack, family, kind).raised == "PermissionError"


def test_cant_look_up_a_name(confined):
    def attack():
        import socket

        socket.getaddrinfo("localhost", 80)

    assert confined(attack).raised is not None


def test_cant_get_a_datagram_pair_which_could_send_anywhere(confined):
    def attack():
        import socket

        socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)

    assert confined(attack).raised == "PermissionError"


def test_a_stream_pair_works_and_stays_among_itself(confined):
    def attack():
        import socket

        one, other = socket.socketpair()
        one.sendall(b"hello")
        assert other.recv(5) == b"hello"
        refused = 0
        for call in (
            lambda: one.connect("/run/systemd/notify"),
            lambda: one.bind("mine"),
            one.listen,
            lambda: one.sendmsg([b"x"], [(1, 1, b"\x01\0\0\0")]),
            lambda: one.setsockopt(1, 7, 1 << 24),
        ):
            try:
                call()
            except PermissionError:
                refused += 1
        return refused

    assert confined(attack).value == 5


# numbers of x86_64, with arguments that would give another errno if the call came through
DENIED = {
    "ptrace": (101, 0, 0, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 1 << 40),
    "kcmp": (312, 1, 1, 99, 0, 0),
    "add_key": (248, 0, 0, 0, 0, 0),
    "request_key": (249, 0, 0, 0, 0),
    "keyctl": (250, 0, -3, 0),
    "bpf": (321, 0, 0, 0),
    "perf_event_open": (298, 0, 0, 0, 0, 0),
    "userfaultfd": (323, 0x10),
    "mount": (165, 0, 0, 0, 0, 0),
    "umount2": (166, 0, 0),
    "unshare": (272, 0),
    "unshare_user": (272, 0x10000000),
    "setns": (308, -1, 0),
    "pivot_root": (155, 0, 0),
    "chroot": (161, 0),
    "open_tree": (428, -1, 0, 0),
    "fsopen": (430, 0, 0),
    "mount_setattr": (442, -1, 0, 0, 0, 0),
    "personality": (135, -1),
    "name_to_handle_at": (303, -1, 0, 0, 0, 0),
    "open_by_handle_at": (304, -1, 0, 0),
    "fanotify_init": (300, 1 << 30, 0),
    "inotify_init1": (294, 0),
    "symlinkat": (266, 0, -1, 0),
    "linkat": (265, -1, 0, -1, 0, 0),
    "mknodat": (259, -1, 0, 0, 0),
    "swapon": (167, 0, 0),
    "kexec_load": (246, 0, 0, 0, 0),
    "init_module": (175, 0, 0, 0),
    "reboot": (169, 0, 0, 0, 0),
    "settimeofday": (164, 0, 0),
    "clock_settime": (227, 99, 0),
    "adjtimex": (159, 0),
    "iopl": (172, 9),
    "ioperm": (173, 0, 1, 1),
    "modify_ldt": (154, 99, 0, 0),
    "process_madvise": (440, -1, 0, 0, 0, 0),
    "pidfd_open": (434, -1, 0),
    "pidfd_getfd": (438, -1, 0, 0),
    "seccomp": (317, 99, 0, 0),
    "prctl_seccomp": (157, 22, 99, 0, 0, 0),
    "prctl_death_signal": (157, 1, 0, 0, 0, 0),
    "landlock_create_ruleset": (444, 0, 0, 1),
    "shmat": (30, -1, 0, 0),
    "mq_unlink": (241, 0),
    "vmsplice": (278, -1, 0, 0, 0),
    "splice": (275, -1, 0, -1, 0, 1, 0),
    "acct": (163, 1),
    "syslog": (103, 3, 0, 0),
    "setsid": (112,),
    "setuid": (105, 0),
    "sync": (162,),
    "fork": (57,),
    "vfork": (58,),
    "execve": (59, 0, 0, 0),
    "execveat": (322, -1, 0, 0, 0, 0),
    "io_setup": (206, 0, 0),
    "lookup_dcookie": (212, 0, 0, 0),
    "file_setattr": (469, -1, 0, 0, 0, 0),
}


@pytest.mark.parametrize("call", DENIED)
def test_is_denied(confined, call):
    def attack(*arguments):
        raw(*arguments)  # noqa: F821

    assert confined(attack, *DENIED[call]).errno == errno.EPERM


# io_uring, clone3, a call of a later kernel, and read of the x32 machine
@pytest.mark.parametrize("number", [425, 426, 427, 435, 470, 600, 0x40000000])
def test_is_absent(confined, number):
    def attack(number):
        raw(number, 0, 0, 0)  # noqa: F821

    assert confined(attack, number).errno == errno.ENOSYS


def test_a_thread_can_not_take_a_namespace_along(confined):
    def attack():
        # CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_NEWNET
        raw(56, 0x00010900 | 0x40000000, 0, 0, 0, 0)  # noqa: F821

    assert confined(attack).errno == errno.EPERM


def test_cant_type_into_a_terminal(confined):
    def attack():
        import fcntl

        fcntl.ioctl(0, 0x5412, b"x")

    assert confined(attack).errno == errno.ENOTTY
