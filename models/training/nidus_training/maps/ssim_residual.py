"""One minus the structural similarity at every pixel (Wang et al. 2004, IEEE TIP 13(4))."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from nidus_training.foreground import Values

SIGMA = 1.5
RADIUS = 5


def ssim_residual(x: NDArray[np.float32], reconstruction: NDArray[np.float32], data_range: float) -> Values:
    """1 - SSIM of Gaussian windows of 11 x 11, sigma 1.5, population statistics.

    At the border the image is continued by reflection about the pixel edge, as scikit-image does.

    Args:
        x: Model input [channels, height, width].
        reconstruction: Model output, same shape.
        data_range: Largest minus smallest possible pixel value.

    Returns:
        [height, width], 0 to 2, the mean over channels.
    """

    def blur(plane: Values) -> Values:
        sizes = (0.0, SIGMA, SIGMA)
        blurred: Values = ndimage.gaussian_filter(plane, sizes, mode="reflect", radius=(0, RADIUS, RADIUS))
        return blurred

    a, b = x.astype(np.float64), reconstruction.astype(np.float64)
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    mean_a, mean_b = blur(a), blur(b)
    covariance = blur(a * b) - mean_a * mean_b
    spread = blur(a * a) + blur(b * b) - mean_a**2 - mean_b**2
    top = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    similarity = top / ((mean_a**2 + mean_b**2 + c1) * (spread + c2))
    mean: Values = (1 - similarity).mean(axis=0)
    return mean
