"""Random inputs."""

import numpy as np

from grader.domain.draws import Draws


def test_the_same_seed_and_check_draw_the_same():
    assert Draws(5, "lab", "check").normal() == Draws(5, "lab", "check").normal()


def test_other_seeds_and_other_checks_draw_otherwise():
    draws = {Draws(seed, "lab", check).normal() for seed in (1, 2) for check in "ab"}

    assert len(draws) == 4


def test_labels_can_not_be_confused_by_joining_them():
    assert Draws(1, "ab", "c").normal() != Draws(1, "a", "bc").normal()


def test_a_students_seed_fits_every_library():
    seeds = [Draws(n).student_seed() for n in range(50)]

    assert all(0 <= seed < 2**31 for seed in seeds)
    np.random.default_rng(seeds[0])


def test_seeds_of_128_bits_are_taken_whole():
    assert Draws(2**127).normal() != Draws(2**127 + 2**64).normal()
