"""Monte-Carlo reconstruction: the residual of E_q[D(z)] (Kingma & Welling 2014; An & Cho 2015)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nidus_training.foreground import Values
from nidus_training.maps.residual import residual_map
from nidus_training.maps.runs import Sample
from nidus_training.maps.seeded_normal import seeded_normal
from nidus_training.settings import MonteCarloSettings


def monte_carlo_map(
    x: NDArray[np.float32], latent: int, kind: str, settings: MonteCarloSettings, sample: Sample
) -> Values:
    """Residual of the mean of reconstructions of codes drawn from q(z|x).

    Args:
        x: Model input [channels, height, width].
        latent: Numbers in a code.
        kind: `absolute`, `squared` or `positive`.
        settings: Number of codes and seed; the noise is the same for every image.
        sample: Runs the network.
    """
    noise = seeded_normal(settings.seed, settings.samples * latent).reshape(settings.samples, latent)
    mean = sample(x, noise).astype(np.float64).mean(axis=0)
    return residual_map(x, mean.astype(np.float32), kind)
