"""Preprocessing against values derived by hand and against brute force."""

import numpy as np
import pytest

from nidus_training.foreground import background_level, erode_foreground, find_foreground
from nidus_training.preprocess import preprocess_slice, triangle_weights
from nidus_training.settings import Crop, Foreground, Intensity, Preprocessing

WHOLE = Preprocessing(
    height=4,
    width=4,
    foreground=Foreground(rule="full"),
    crop=Crop(rule="full"),
    intensity=Intensity(rule="fixed", offset=0.0, scale=0.01),
)


def test_equal_grids_leave_the_values_alone() -> None:
    values = np.arange(16, dtype=float).reshape(4, 4)
    made = preprocess_slice(values, None, WHOLE, 0.0)
    assert made is not None
    np.testing.assert_allclose(made.x[0], values / 100, atol=1e-7)


def test_halving_uses_the_triangle_of_twice_the_width() -> None:
    # Step 2: the centre of output 1 of 4 over 8 pixels lies at 2.5, where the weights of 1, 2, 3, 4 are
    # (1 - |d| / 2) / 2 = .125, .375, .375, .125.
    weights = triangle_weights(np.array([0.5, 2.5, 4.5, 6.5]), 2.0, 8)
    np.testing.assert_allclose(weights[1], [0, 0.125, 0.375, 0.375, 0.125, 0, 0, 0], atol=1e-15)
    # Output 0 lies at 0.5: a weight of .125 falls on pixel -1, outside, and is lost.
    np.testing.assert_allclose(weights[0], [0.375, 0.375, 0.125, 0, 0, 0, 0, 0], atol=1e-15)


def test_foreground_keeps_the_larger_part_and_fills_its_hole() -> None:
    values = np.zeros((8, 9))
    values[1:6, 1:6] = 10
    values[3, 3] = 0
    values[7, 8] = 10
    found = find_foreground(values, Foreground(percentile=99, fraction=0.5))
    expected = np.zeros((8, 9), dtype=bool)
    expected[1:6, 1:6] = True
    np.testing.assert_array_equal(found, expected)


def test_undershoots_are_not_taken_for_the_background() -> None:
    # 20 x 20 pixels of 0 with a patient of 100; two undershoots are .5 % of the pixels, under the 1st
    # percentile: 0. The level is 0 - .08 / 2 * (100 - 0) = -4, the limit -4 + .08 * 104 = 4.32: the
    # background of 0 stays out, where a level of -30 would put the limit at -19.6, below it.
    values = np.zeros((20, 20))
    values[5:15, 5:15] = 100
    values[4, 7:9] = -30
    rule = Foreground(percentile=99, fraction=0.08)
    assert background_level(values, rule) == pytest.approx(-4)
    np.testing.assert_array_equal(find_foreground(values, rule), values == 100)


def test_a_shallow_minimum_is_the_background() -> None:
    values = np.zeros((20, 20))
    values[5:15, 5:15] = 100
    values[4, 7:9] = -3
    assert background_level(values, Foreground(percentile=99, fraction=0.08)) == -3


def test_equally_large_parts_yield_the_first() -> None:
    values = np.zeros((5, 7))
    values[3:5, 0:2] = 9
    values[0:2, 4:6] = 9
    found = find_foreground(values, Foreground(percentile=100, fraction=0.5))
    assert found[0, 4] and not found[3, 0]


def test_erosion_counts_millimetres_and_the_image_border() -> None:
    # 8 mm x 10 mm box; a quarter of 10 mm is 2.5 mm: two rows of 2 mm go (2 mm deep), three columns of 1 mm.
    mask = np.ones((4, 10), dtype=bool)
    eroded = erode_foreground(mask, (2.0, 1.0), 0.25)
    expected = np.zeros((4, 10), dtype=bool)
    expected[1:3, 2:8] = True
    np.testing.assert_array_equal(eroded, expected)


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (2.0, 1.0), (0.5, 1.5)])
def test_the_grid_is_isotropic_and_centred(spacing: tuple[float, float]) -> None:
    values = np.zeros((40, 60))
    values[10:20, 30:50] = 100
    settings = Preprocessing(height=32, width=32, foreground=Foreground(percentile=99, fraction=0.5))
    made = preprocess_slice(values, spacing, settings, 0.0)
    assert made is not None
    assert (made.grid.cy, made.grid.cx) == (14.5, 39.5)
    sides = 10 * spacing[0] * 1.05 / 32, 20 * spacing[1] * 1.05 / 32
    assert made.grid.u == pytest.approx(max(sides))


def test_a_flat_slice_has_no_foreground() -> None:
    assert preprocess_slice(np.full((20, 20), 7.0), None, Preprocessing(), 0.08) is None
