"""Ensembles: mean and disagreement of members' maps (Lakshminarayanan et al. 2017, arXiv 1612.01474)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nidus_training.foreground import Values


def ensemble_mean(members: Sequence[Values]) -> Values:
    """Mean of the members' standardised maps [height, width], in their robust spreads."""
    mean: Values = np.mean(members, axis=0)
    return mean


def ensemble_disagreement(members: Sequence[Values]) -> Values:
    """Standard deviation between the members' standardised maps, divided by their number, not one less."""
    deviation: Values = np.std(members, axis=0)
    return deviation
