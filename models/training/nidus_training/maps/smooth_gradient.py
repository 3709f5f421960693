"""SmoothGrad: the mean gradient magnitude of noisy copies (Smilkov et al. 2017, arXiv 1706.03825)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nidus_training.foreground import Values
from nidus_training.maps.runs import Differentiate
from nidus_training.maps.seeded_normal import seeded_normal
from nidus_training.settings import SmoothGradientSettings


def smooth_gradient_map(
    x: NDArray[np.float32],
    data_range: float,
    settings: SmoothGradientSettings,
    differentiate: Differentiate,
) -> Values:
    """Mean of |d ELBO/dx| over copies of the image with fresh noise each; [height, width].

    Args:
        x: Model input [channels, height, width].
        data_range: Width of the clip range, which the noise is measured by.
        settings: Copies, noise and seed; the noise is the same for every image.
        differentiate: Gives the gradient of the ELBO, of rec alone for models without a latent distribution.
    """
    noise = seeded_normal(settings.seed, settings.copies * x.size).reshape(settings.copies, *x.shape)
    copies = x[None] + np.float32(settings.noise * data_range) * noise
    mean: Values = np.abs(differentiate(copies).astype(np.float64)).mean(axis=(0, 1))
    return mean
