"""Raw maps on the model grid to standardised anomaly maps on the source grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from nidus_training.foreground import Mask, Values
from nidus_training.preprocess import ModelSlice
from nidus_training.settings import MapSettings, Statistics

FLOOR_WEIGHT = 1e-6


def residual_map(x: NDArray[np.float32], reconstruction: NDArray[np.float32], kind: str) -> Values:
    """Reconstruction error on the model grid.

    Args:
        x: Model input [channels, height, width].
        reconstruction: Model output, same shape.
        kind: `absolute`, `squared` or `positive` (x brighter than its reconstruction).

    Returns:
        [height, width], the mean over channels.
    """
    difference = x.astype(np.float64) - reconstruction.astype(np.float64)
    if kind == "positive":
        errors = np.maximum(difference, 0.0)
    else:
        errors = difference**2 if kind == "squared" else np.abs(difference)
    mean: Values = errors.mean(axis=0)
    return mean


def gradient_map(gradient: NDArray[np.float32], kind: str) -> Values:
    """Magnitude of a loss gradient [channels, height, width]: `absolute` or `squared`; [height, width]."""
    magnitude = np.abs(gradient.astype(np.float64))
    mean: Values = (magnitude**2 if kind == "squared" else magnitude).mean(axis=0)
    return mean


def gaussian_blur(plane: Values, sigma: float) -> Values:
    """Separable Gaussian of radius int(4 sigma + 0.5), kernel sum 1, zeros outside; sigma 0: unchanged."""
    if sigma == 0:
        return plane
    radius = int(4 * sigma + 0.5)
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    rows = ndimage.correlate1d(plane, kernel, axis=0, mode="constant")
    blurred: Values = ndimage.correlate1d(rows, kernel, axis=1, mode="constant")
    return blurred


def smooth_inside(plane: Values, mask: Mask, sigma: float) -> Values:
    """Smooths within a mask: g(M r) / g(M) inside, 0 outside, so that the rim does not fade.

    Args:
        plane: Raw map [height, width].
        mask: Eroded foreground on the model grid, [height, width].
        sigma: Of the Gaussian, in model pixels.
    """
    if sigma == 0:
        return np.where(mask, plane, 0.0)
    smoothed = np.zeros(plane.shape)
    weight = gaussian_blur(mask.astype(np.float64), sigma)
    product = gaussian_blur(np.where(mask, plane, 0.0), sigma)
    smoothed[mask] = product[mask] / weight[mask]
    return smoothed


def combine_maps(grad_kl: Values, rec: Values, mask: Mask, settings: MapSettings) -> Values:
    """The ceVAE score (Zimmerer et al. 2018, arXiv 1812.05941): |d KL/dx| times the residual.

    Args:
        grad_kl: Smoothed KL gradient map [height, width].
        rec: Smoothed residual map [height, width].
        mask: Eroded foreground on the model grid.
        settings: Gives the spreads that scale both factors, and the smoothing of the product.
    """
    product = (grad_kl / settings.statistics["grad-kl"].spread) * (rec / settings.statistics["rec"].spread)
    return smooth_inside(product, mask, settings.combi_smoothing_sigma_px)


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
