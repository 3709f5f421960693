"""Slices brought to twice the model's resolution once, for augmentation to sample from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from nidus_training.data import Slice
from nidus_training.preprocess import preprocess_slice, triangle_weights
from nidus_training.settings import Preprocessing


def build_store(slices: Sequence[Slice], settings: Preprocessing, erosion: float) -> Tensor:
    """Preprocesses slices for training.

    The filter is the one of the model grid, sampled twice as densely, so that sampling the store at the
    model's pixels gives the deployed preprocessing back.

    Args:
        slices: Normal slices.
        settings: Preprocessing of the model.
        erosion: Foreground erosion of the maps.

    Returns:
        [slices, 2, 2 height, 2 width] float32: model values before clipping, and the eroded foreground.
    """
    stored = []
    for one in slices:
        made = preprocess_slice(one.modality_values, None, settings, erosion)
        if made is None:
            continue
        grid = made.grid
        rows, columns = one.values.shape
        step = grid.u / grid.spacing_mm[0]
        half = (np.arange(2 * grid.height) - (2 * grid.height - 1) / 2) * step / 2
        wy = triangle_weights(grid.cy + half, step, rows)
        half = (np.arange(2 * grid.width) - (2 * grid.width - 1) / 2) * step / 2
        wx = triangle_weights(grid.cx + half, step, columns)
        values = (wy @ (one.modality_values - made.offset) @ wx.T) * made.factor
        stored.append(np.stack([values, wy @ made.eroded.astype(np.float64) @ wx.T]))
    return torch.from_numpy(np.stack(stored).astype(np.float32))
