"""Attempts on sockets. Everything is on the loopback interface or this machine's own."""

import socket


def connect_tcp(port: int) -> None:
    """Connect to a server on this machine."""
    with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
        link.sendall(b"from a submission")


def send_udp(port: int) -> None:
    """Send a packet to a server on this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.sendto(b"from a submission", ("127.0.0.1", port))


def listen_tcp() -> int:
    """Offer a service on the loopback interface, and take it back."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def look_up_name() -> str:
    """Ask for an address by name (one that no resolver has to ask others for)."""
    return str(socket.getaddrinfo("localhost", 80, socket.AF_INET)[0][4][0])


def connect_unix(path: str) -> None:
    """Connect to a socket in a directory; a NUL in front makes it an abstract one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(1)
        link.connect(path)


def send_unix(path: str) -> None:
    """Send to a datagram socket in a directory, as to the system's log."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.sendto(b"from a submission", path)


def send_unix_from_pair(path: str) -> None:
    """Send to it from one end of a pair."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        one.sendto(b"from a submission", path)


def network_interfaces() -> list[str]:
    """Return what the kernel says over a netlink socket."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as link:
        link.bind((0, 0))
    return [name for _, name in socket.if_nameindex()]
