"""Finds the pixels that show the patient, and erodes them so that scalp and skull score nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from nidus_training.settings import Foreground

Mask = NDArray[np.bool_]
Values = NDArray[np.float64]

UNDERSHOOT_PERCENT = 1.0
EIGHT = np.ones((3, 3), dtype=bool)
FOUR = ndimage.generate_binary_structure(2, 1)


def find_foreground(values: Values, settings: Foreground) -> Mask:
    """Finds the foreground of one slice.

    Args:
        values: Modality values [rows, columns].
        settings: Foreground rule of the manifest.

    Returns:
        Mask [rows, columns]: the largest 8-connected component above the threshold, holes filled. Of equally
        large components the one whose first pixel comes first in row-major order.
    """
    if settings.rule == "full":
        return np.ones(values.shape, dtype=bool)
    base = background_level(values, settings)
    threshold = base + settings.fraction * (float(np.percentile(values, settings.percentile)) - base)
    labels, count = ndimage.label(values > threshold, structure=EIGHT)
    if count == 0:
        return np.zeros(values.shape, dtype=bool)
    # Labels are numbered in row-major order of their first pixel, and argmax takes the first of equals.
    sizes = np.bincount(labels.ravel())[1:]
    largest = labels == 1 + int(np.argmax(sizes))
    filled: Mask = ndimage.binary_fill_holes(largest, structure=FOUR)
    return filled


def background_level(values: Values, settings: Foreground) -> float:
    """The level of what is no patient: the smallest value, unless a few pixels lie far below all others.

    Interpolation and filters leave undershoots beside edges. Taken for the background, one of them lifts the
    real background above the threshold, and the whole slice becomes foreground. Hence at most the first
    percentile less half the fraction that tells the foreground.

    Args:
        values: Modality values [rows, columns].
        settings: Foreground rule of the manifest; the smallest value alone counts for the rule `full`.
    """
    smallest = float(values.min())
    if settings.rule == "full":
        return smallest
    low, high = (float(one) for one in np.percentile(values, [UNDERSHOOT_PERCENT, settings.percentile]))
    return max(smallest, low - settings.fraction / 2 * (high - low))


def bounds_of(mask: Mask) -> tuple[int, int, int, int]:
    """Returns the inclusive bounds (y0, y1, x0, x1) of a mask that is not empty."""
    ys = np.flatnonzero(mask.any(axis=1))
    xs = np.flatnonzero(mask.any(axis=0))
    return int(ys[0]), int(ys[-1]), int(xs[0]), int(xs[-1])


def erode_foreground(mask: Mask, spacing_mm: tuple[float, float], erosion: float) -> Mask:
    """Keeps the pixels farther from the background than a fraction of the foreground's longer side.

    Args:
        mask: Foreground [rows, columns], not empty; outside the image counts as background.
        spacing_mm: (row spacing, column spacing).
        erosion: Fraction of the longer side of the foreground's box, in mm.

    Returns:
        Mask [rows, columns].
    """
    row_mm, column_mm = spacing_mm
    y0, y1, x0, x1 = bounds_of(mask)
    depth_mm = erosion * max((x1 - x0 + 1) * column_mm, (y1 - y0 + 1) * row_mm)
    distance = ndimage.distance_transform_edt(np.pad(mask, 1), sampling=spacing_mm)[1:-1, 1:-1]
    eroded: Mask = distance > depth_mm
    return eroded
