"""The network: none, not even this machine's own."""

from grader.sandbox.promises.nouns import (
    CALLS_CURE,
    Broken,
    Promise,
    Untried,
)
from grader.sandbox.promises.trial import Trial


def _unreached(trial: Trial, probe: str, address: int | str) -> None:
    """Demand that nothing arrives; our own socket knows, whatever the probe says."""
    attempt = trial.attempt(probe, address)
    if reached := trial.bait.sockets.reached():
        raise Broken(f"it reached a socket ({', '.join(reached)})")
    if not attempt.refused:
        raise Untried(attempt.ended)


def _tcp(trial: Trial) -> None:
    _unreached(trial, "connect_tcp", trial.bait.sockets.tcp.getsockname()[1])


def _udp(trial: Trial) -> None:
    _unreached(trial, "send_udp", trial.bait.sockets.udp.getsockname()[1])


def _listen(trial: Trial) -> None:
    trial.denied("listened on a port", "listen_tcp")


def _names(trial: Trial) -> None:
    trial.denied("looked up a name", "look_up_name")


def _unix(trial: Trial) -> None:
    address = trial.bait.sockets.unix["stream"].getsockname()
    _unreached(trial, "connect_unix", address)


def _datagram(trial: Trial) -> None:
    address = trial.bait.sockets.unix["datagram"].getsockname()
    _unreached(trial, "send_unix", address)
    _unreached(trial, "send_unix_from_pair", address)


def _abstract(trial: Trial) -> None:
    _unreached(trial, "connect_unix", f"\0{trial.bait.secret}")


def _netlink(trial: Trial) -> None:
    trial.denied("asked the kernel for its interfaces", "network_interfaces")


PROMISES = (
    Promise("tcp", "network", "can't connect over TCP", _tcp, CALLS_CURE),
    Promise("udp", "network", "can't send over UDP", _udp, CALLS_CURE),
    Promise("listen", "network", "can't offer a service", _listen, CALLS_CURE),
    Promise("names-of-hosts", "network", "can't look up a host", _names, CALLS_CURE),
    Promise(
        "unix", "network", "can't connect to a socket in a directory", _unix, CALLS_CURE
    ),
    Promise(
        "datagram",
        "network",
        "can't send to a socket in a directory, such as the log's",
        _datagram,
        CALLS_CURE,
    ),
    Promise(
        "abstract", "network", "can't reach an abstract socket", _abstract, CALLS_CURE
    ),
    Promise("netlink", "network", "can't open a netlink socket", _netlink, CALLS_CURE),
)
