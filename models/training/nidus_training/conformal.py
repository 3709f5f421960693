"""Limits that hold whatever the distribution."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def conformal_limit(left_out: NDArray[np.float64], false_alarms: float) -> float | None:
    """The ceil((1 - a) (n + 1))-th smallest of n values, which a new one exceeds with chance a at most.

    Vovk et al. 2005; exact for values that are exchangeable with the new one.

    Args:
        left_out: A value of each patient, by what was fitted on all others, [patients].
        false_alarms: The chance a.

    Returns:
        None where there are too few patients for that rank.
    """
    rank = int(np.ceil((1 - false_alarms) * (len(left_out) + 1)))
    return float(np.sort(left_out)[rank - 1]) if rank <= len(left_out) else None
