"""Maps on the model grid to scores on the source grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nidus_training.foreground import Values
from nidus_training.preprocess import ModelSlice
from nidus_training.settings import Statistics

FLOOR_WEIGHT = 1e-6


def floor_score(statistics: Statistics) -> float:
    """Score of a pixel without evidence: a map value of 0, standardised."""
    return (0.0 - statistics.median) / statistics.spread


def to_source_grid(plane: Values, model_slice: ModelSlice, statistics: Statistics) -> NDArray[np.float32]:
    """Standardises a map and samples it on the source grid.

    Args:
        plane: Smoothed map on the model grid [height, width].
        model_slice: The slice's geometry and masks.
        statistics: Median and spread of this map.

    Returns:
        Scores [rows, columns] in robust standard deviations above the calibration median; the floor outside
        the eroded foreground.
    """
    grid, mask = model_slice.grid, model_slice.mask
    rows, columns = model_slice.eroded.shape
    scores = np.where(mask, (plane - statistics.median) / statistics.spread, 0.0)
    i: Values = (np.arange(rows, dtype=np.float64) - grid.cy) * grid.spacing_mm[0] / grid.u + (
        grid.height - 1
    ) / 2
    j: Values = (np.arange(columns, dtype=np.float64) - grid.cx) * grid.spacing_mm[1] / grid.u + (
        grid.width - 1
    ) / 2
    wi, wj = linear_weights(i, grid.height), linear_weights(j, grid.width)
    weight = wi @ mask.astype(np.float64) @ wj.T
    total = wi @ scores @ wj.T
    seen = model_slice.eroded & (weight > FLOOR_WEIGHT)
    source = np.full((rows, columns), floor_score(statistics))
    source[seen] = total[seen] / weight[seen]
    return source.astype(np.float32)


def linear_weights(coordinates: Values, length: int) -> Values:
    """Weights of linear interpolation [outputs, length] with zeros outside the grid."""
    ks = np.arange(length, dtype=np.float64)
    weights: Values = np.maximum(0.0, 1.0 - np.abs(coordinates[:, None] - ks[None, :]))
    return weights
