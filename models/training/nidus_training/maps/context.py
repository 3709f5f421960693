"""Masked-patch context score: the patch sum of the ceVAE (Zimmerer et al. 2018, arXiv 1812.05941)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nidus_training.foreground import Mask, Values
from nidus_training.maps.residual import errors
from nidus_training.maps.runs import Reconstruct
from nidus_training.settings import ContextSettings


def context_map(
    x: NDArray[np.float32], mask: Mask, kind: str, settings: ContextSettings, reconstruct: Reconstruct
) -> Values:
    """Hides each square in turn and takes its reconstruction loss from what surrounds it.

    A hidden square gets the mean of its channel over the whole image. Pixels that several squares hide have
    the mean of their losses. Squares without a pixel of the mask are left out: nothing of them is ever shown.

    Args:
        x: Model input [channels, height, width].
        mask: Eroded foreground on the model grid, [height, width].
        kind: `absolute`, `squared` or `positive`.
        settings: Side and stride of the squares.
        reconstruct: Runs the network.

    Returns:
        [height, width], the mean over channels; 0 where no square was hidden.
    """
    _, height, width = x.shape
    side = min(settings.patch_px, height, width)
    corners = [
        (i, j)
        for i in starts(height, side, settings.stride_px)
        for j in starts(width, side, settings.stride_px)
        if mask[i : i + side, j : j + side].any()
    ]
    total, count = np.zeros((height, width)), np.zeros((height, width))
    if not corners:
        return total
    fill = x.astype(np.float64).mean(axis=(1, 2), keepdims=True).astype(np.float32)
    hidden = np.repeat(x[None], len(corners), axis=0)
    for one, (i, j) in zip(hidden, corners, strict=True):
        one[:, i : i + side, j : j + side] = fill
    for rebuilt, (i, j) in zip(reconstruct(hidden), corners, strict=True):
        window = (slice(i, i + side), slice(j, j + side))
        total[window] += errors(x[:, *window], rebuilt[:, *window], kind).mean(axis=0)
        count[window] += 1
    return total / np.maximum(count, 1)


def starts(length: int, side: int, stride: int) -> list[int]:
    """First pixels of squares along an axis; the last square ends at the border."""
    last = length - side
    return [*range(0, last, stride), last]
