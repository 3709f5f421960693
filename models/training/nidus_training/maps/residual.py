"""The residual between a slice and its reconstruction: absolute, squared or positive part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nidus_training.foreground import Values


def residual_map(x: NDArray[np.float32], reconstruction: NDArray[np.float32], kind: str) -> Values:
    """Reconstruction error on the model grid.

    Args:
        x: Model input [channels, height, width].
        reconstruction: Model output, same shape.
        kind: `absolute`, `squared` or `positive` (x brighter than its reconstruction).

    Returns:
        [height, width], the mean over channels.
    """
    mean: Values = errors(x, reconstruction, kind).mean(axis=0)
    return mean


def errors(x: NDArray[np.float32], reconstruction: NDArray[np.float32], kind: str) -> Values:
    """Error of every element, any shape; kinds as in `residual_map`."""
    difference: Values = x.astype(np.float64) - reconstruction.astype(np.float64)
    if kind == "positive":
        return np.maximum(difference, 0.0)
    return difference**2 if kind == "squared" else np.abs(difference)
