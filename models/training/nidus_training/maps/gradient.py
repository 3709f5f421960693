"""Score maps: the magnitude of a loss gradient (Zimmerer et al. 2018, "A Case for the Score")."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nidus_training.foreground import Values


def gradient_map(gradient: NDArray[np.float32], kind: str) -> Values:
    """Magnitude of a loss gradient [channels, height, width]: `absolute` or `squared`; [height, width]."""
    magnitude = np.abs(gradient.astype(np.float64))
    mean: Values = (magnitude**2 if kind == "squared" else magnitude).mean(axis=0)
    return mean
