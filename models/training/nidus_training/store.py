"""Slices brought to twice the model's resolution once, for augmentation to sample from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from nidus_training.data import Slice
from nidus_training.foreground import Values
from nidus_training.preprocess import ModelGrid, preprocess_slice, triangle_weights
from nidus_training.settings import Preprocessing

LESION_MARGIN_PX = 4


def build_store(slices: Sequence[Slice], settings: Preprocessing, erosion: float) -> Tensor:
    """Preprocesses slices for training.

    The filter is the one of the model grid, sampled twice as densely, so that sampling the store at the
    model's pixels gives the deployed preprocessing back.

    Args:
        slices: Training slices; pixels of a lesion and around it are marked as left out.
        settings: Preprocessing of the model.
        erosion: Foreground erosion of the maps.

    Returns:
        [slices, 2, 2 height, 2 width] float32: model values before clipping, and the eroded foreground. Where
        a slice has a lesion, a third plane holds what is left out.
    """
    stored = []
    marked = any(one.lesion is not None for one in slices)
    for one in slices:
        made = preprocess_slice(one.modality_values, one.spacing_mm, settings, erosion)
        if made is None:
            continue
        wy, wx = doubled_weights(made.grid, one.values.shape)
        planes = [
            (wy @ (one.modality_values - made.offset) @ wx.T) * made.factor,
            wy @ made.eroded.astype(np.float64) @ wx.T,
        ]
        if marked:
            left_out = np.zeros(one.values.shape, dtype=bool) if one.lesion is None else one.lesion
            wide = ndimage.binary_dilation(left_out, iterations=LESION_MARGIN_PX)
            planes.append(wy @ wide.astype(np.float64) @ wx.T)
        stored.append(np.stack(planes).astype(np.float32))
    return torch.from_numpy(np.stack(stored))


def doubled_weights(grid: ModelGrid, shape: tuple[int, ...]) -> tuple[Values, Values]:
    """Weights of the grid's filter, sampled twice as densely: [2 height, rows] and [2 width, columns]."""
    both = []
    for axis, (centre, size) in enumerate(((grid.cy, grid.height), (grid.cx, grid.width))):
        step = grid.u / grid.spacing_mm[axis]
        half = (np.arange(2 * size) - (2 * size - 1) / 2) * step / 2
        both.append(triangle_weights(centre + half, step, shape[axis]))
    return both[0], both[1]
