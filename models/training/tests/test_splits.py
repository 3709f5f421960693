"""The leak check finds what it has to find."""

import numpy as np
import pytest

from nidus_training.data import Slice
from nidus_training.splits import LeakError, check_leaks


def one(name: str, patient: str, split: str, value: int) -> Slice:
    return Slice(name, patient, split, np.full((4, 4), value, dtype=np.uint8))


def test_separate_patients_pass() -> None:
    check_leaks([one("a", "p1", "train", 1)], [one("b", "p2", "test", 2)])


def test_a_shared_patient_is_refused() -> None:
    with pytest.raises(LeakError, match="patients"):
        check_leaks([one("a", "p1", "train", 1)], [one("b", "p1", "test", 2)])


def test_equal_pixels_under_other_names_are_refused() -> None:
    with pytest.raises(LeakError, match="pixels"):
        check_leaks([one("a", "p1", "train", 1)], [one("b", "p2", "calibration", 1)])


def test_one_split_may_hold_a_patient_twice() -> None:
    check_leaks([one("a", "p1", "train", 1)], [one("b", "p1", "train", 1)])
