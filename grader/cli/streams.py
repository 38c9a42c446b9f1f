"""Standard streams that whoever started us has closed."""

import os
import sys

STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def stand_in_for_closed() -> None:
    """Have closed standard streams lead nowhere.

    Otherwise the next file that is opened gets the number of one, a gradebook's for
    example, and what a process of ours prints goes into it.
    """
    for number, (name, mode) in enumerate(STREAMS):
        if getattr(sys, name) is None:
            # the lowest number that is free: that of the stream
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(nowhere, nowhere == number)
            setattr(sys, name, open(nowhere, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - for as long as we live
