"""Gaussian smoothing inside a mask."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from nidus_training.foreground import Mask, Values


def gaussian_blur(plane: Values, sigma: float) -> Values:
    """Separable Gaussian of radius int(4 sigma + 0.5), kernel sum 1, zeros outside; sigma 0: unchanged."""
    if sigma == 0:
        return plane
    radius = int(4 * sigma + 0.5)
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    rows = ndimage.correlate1d(plane, kernel, axis=0, mode="constant")
    blurred: Values = ndimage.correlate1d(rows, kernel, axis=1, mode="constant")
    return blurred


def smooth_inside(plane: Values, mask: Mask, sigma: float) -> Values:
    """Smooths within a mask: g(M r) / g(M) inside, 0 outside, so that the rim does not fade.

    Args:
        plane: Raw map [height, width].
        mask: Eroded foreground on the model grid, [height, width].
        sigma: Of the Gaussian, in model pixels.
    """
    if sigma == 0:
        return np.where(mask, plane, 0.0)
    smoothed = np.zeros(plane.shape)
    weight = gaussian_blur(mask.astype(np.float64), sigma)
    product = gaussian_blur(np.where(mask, plane, 0.0), sigma)
    smoothed[mask] = product[mask] / weight[mask]
    return smoothed
