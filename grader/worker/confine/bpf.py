"""Assemble classic BPF, the little language of seccomp filters.

A filter reads one `struct seccomp_data` (number, machine, instruction pointer, six
arguments) and returns an action. Jumps only go forward, by a count of instructions to
skip, so a program is made of blocks that each end in a return.

Source: Linux, include/uapi/linux/{bpf_common,filter,seccomp}.h.
"""

import struct
from typing import NamedTuple

LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
IF_ABOVE = 0x25  # BPF_JMP | BPF_JGT | BPF_K
IF_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
RETURN = 0x06  # BPF_RET | BPF_K

KILL_PROCESS = 0x80000000
ERRNO = 0x00050000
ALLOW = 0x7FFF0000

NUMBER_OFFSET = 0
MACHINE_OFFSET = 4
ARGUMENTS_OFFSET = 16
ALL_BITS = 0xFFFFFFFF

# struct sock_filter: code, then, otherwise, operand
ENCODED = struct.Struct("=HBBI")
OPERAND = struct.Struct("=I")
OPERAND_OFFSET = ENCODED.size - OPERAND.size


class Instruction(NamedTuple):
    """One `struct sock_filter`: `then` and `otherwise` count instructions to skip."""

    code: int
    operand: int
    then: int = 0
    otherwise: int = 0


Block = list[Instruction]


class Condition(NamedTuple):
    """Demand that an argument, masked, is one of some values.

    Only the low 32 bits are compared. Enough for arguments that the kernel itself takes
    as an int or of which it only looks at the low bits; never use it for a pointer.
    """

    argument: int
    values: tuple[int, ...]
    mask: int = ALL_BITS


def answer(errno: int) -> int:
    """Return the action that fails a call with an errno, or fakes its success with 0."""
    return ERRNO | errno


def load(offset: int) -> Block:
    """Load a word of `struct seccomp_data`."""
    return [Instruction(LOAD_WORD, offset)]


def leave(action: int) -> Block:
    """End the program with an action."""
    return [Instruction(RETURN, action)]


def when_number(number: int, block: Block) -> Block:
    """Run a block, which must end in a return, if the loaded number is this one."""
    return [Instruction(IF_EQUAL, number, 0, len(block)), *block]


def allow_numbers(wanted: list[int]) -> Block:
    """Allow the calls with these numbers, a run of neighbours by two comparisons."""
    program: Block = []
    for first, last in _runs(sorted(wanted)):
        program += [
            Instruction(IF_AT_LEAST, first, 0, 2),
            Instruction(IF_ABOVE, last, 1, 0),
            *leave(ALLOW),
        ]
    return program


def allow_if(conditions: tuple[Condition, ...], otherwise: int) -> Block:
    """Allow a call that meets all the conditions, else leave with another action."""
    program: Block = []
    for argument, values, mask in conditions:
        program += load(ARGUMENTS_OFFSET + 8 * argument)
        program += [Instruction(AND, mask)]
        program += [
            Instruction(IF_EQUAL, value, left) for left, value in _countdown(values)
        ]
        program += leave(otherwise)
    return program + leave(ALLOW)


def leave_if(condition: Condition, action: int) -> Block:
    """Leave with an action if the condition is met, else go on."""
    argument, values, mask = condition
    program = [*load(ARGUMENTS_OFFSET + 8 * argument), Instruction(AND, mask)]
    for value in values:
        program += [Instruction(IF_EQUAL, value, 0, 1), *leave(action)]
    return program


def allow_elsewhere(
    argument: int, high_words: tuple[int, ...], otherwise: int
) -> Block:
    """Allow a call unless an address lies in one of the given blocks of 4 GiB.

    Args:
        argument: The index of the address among the arguments.
        high_words: The upper 32 bits of the addresses that are refused.
        otherwise: The action for those.
    """
    return [
        *load(ARGUMENTS_OFFSET + 8 * argument + 4),
        *(Instruction(IF_EQUAL, word, left) for left, word in _countdown(high_words)),
        *leave(ALLOW),
        *leave(otherwise),
    ]


def encode(program: Block) -> bytes:
    """Return the program as an array of `struct sock_filter`."""
    return b"".join(
        ENCODED.pack(code, then, otherwise, operand)
        for code, operand, then, otherwise in program
    )


def _countdown(values: tuple[int, ...]) -> list[tuple[int, int]]:
    return [(len(values) - index, value) for index, value in enumerate(values)]


def _runs(ordered: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in ordered:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
