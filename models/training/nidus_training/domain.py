"""What the images of a training set look like, so that others can be told from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from nidus_training.data import Slice
from nidus_training.preprocess import ModelSlice, preprocess_slice
from nidus_training.settings import Preprocessing

LEVELS = (5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0)
RIDGE = 0.01
FALSE_ALARMS = 0.01


def domain_features(made: ModelSlice) -> NDArray[np.float64]:
    """Percentiles of the model input inside the eroded foreground, then the share of the grid it covers.

    Returns:
        [len(LEVELS) + 1], model values and a fraction.
    """
    inside = made.x[0][made.mask].astype(np.float64)
    return np.append(np.percentile(inside, LEVELS), made.mask.mean())


def series_features(
    slices: Sequence[Slice], pre: Preprocessing, erosion: float
) -> dict[str, NDArray[np.float64]]:
    """Medians over the slices of each patient; patients without foreground are left out.

    Returns:
        Patient to [len(LEVELS) + 2]: the features, then source pixels per model pixel.
    """
    found: dict[str, list[NDArray[np.float64]]] = {}
    for one in slices:
        made = preprocess_slice(one.modality_values, None, pre, erosion)
        if made is not None and made.mask.any():
            found.setdefault(one.patient, []).append(np.append(domain_features(made), made.grid.u))
    return {patient: np.median(rows, axis=0) for patient, rows in found.items()}


def fit_domain(slices: Sequence[Slice], pre: Preprocessing, erosion: float) -> dict[str, Any] | None:
    """Mean and precision of the features over patients, and the distance up to which a new one is expected.

    The limit stands at a false alarm rate of 1 %. From 99 patients on it is the conformal one (Vovk et al.
    2005): the ceil(.99 (n + 1))-th smallest distance of a training patient from all others, whatever the
    features' distribution. Fewer patients hold no such quantile; then the limit is that of Hotelling's
    T-squared for one new observation (Tracy, Young & Mason 1992), T2 ~ p (n + 1) (n - 1) / (n (n - p))
    F(p, n - p), which takes the features for normal.

    Args:
        slices: Of training patients as they were scanned, healthy or not: an illness is no foreign image.
            What was changed for training, or generated, varies less than patients do.
        pre: Preprocessing of the manifest.
        erosion: Foreground erosion of its map settings.

    Returns:
        The manifest's `domain`, None for fewer patients than twice the features.
    """
    rows = np.array(list(series_features(slices, pre, erosion).values()))
    n, p = len(rows), len(LEVELS) + 1
    if n < 2 * p:
        return None
    features, scale = rows[:, :p], rows[:, p]
    mean, precision = fit_normal(features)
    rank = int(np.ceil((1 - FALSE_ALARMS) * (n + 1)))
    if rank <= n:
        limit = float(np.sort(distances_left_out(features))[rank - 1])
    else:
        quantile = float(stats.f.ppf(1 - FALSE_ALARMS, p, n - p))
        limit = float(np.sqrt(p * (n + 1) * (n - 1) / (n * (n - p)) * quantile))
    return {
        "levels": list(LEVELS),
        "mean": [round(float(one), 6) for one in mean],
        "precision": [[round(float(one), 4) for one in row] for row in precision],
        "limit": round(limit, 4),
        "patients": n,
        "sourcePxPerModelPx": [round(float(scale.min()), 4), round(float(scale.max()), 4)],
    }


def fit_normal(features: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean [features] and precision [features, features] over patients, with a ridge of .01 model values."""
    mean: NDArray[np.float64] = features.mean(axis=0)
    covariance = np.cov(features.T) + RIDGE**2 * np.eye(features.shape[1])
    return mean, np.linalg.inv(covariance).astype(np.float64)


def distances_left_out(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of every patient from what was fitted on all others, [patients]."""
    rest = (np.delete(features, k, axis=0) for k in range(len(features)))
    return np.array(
        [mahalanobis(one, *fit_normal(others)) for one, others in zip(features, rest, strict=True)]
    )


def mahalanobis(
    features: NDArray[np.float64], mean: NDArray[np.float64], precision: NDArray[np.float64]
) -> float:
    """Mahalanobis distance of one row of features, [features]."""
    away = features - mean
    return math.sqrt(max(0.0, float(away @ precision @ away)))


def distance_from_domain(domain: dict[str, Any], features: NDArray[np.float64]) -> float:
    """Mahalanobis distance of a series from the training set; over `limit` it is outside."""
    given = np.asarray(features, dtype=np.float64)
    return mahalanobis(given, np.asarray(domain["mean"]), np.asarray(domain["precision"]))
