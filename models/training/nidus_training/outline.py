"""The outline of the patient in training images: it depends on the body part and on how it is imaged.

Neither contrast nor lesions move it much, which is why it tells another body part, a turned or a cut image
from those of the training set where grey values do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from nidus_training.conformal import conformal_limit
from nidus_training.preprocess import ModelSlice, triangle_weights

CELLS = 8
RIDGE = 0.001
MOST_COMPONENTS = 10

Rows = NDArray[np.float64]


def outline_of(made: ModelSlice, cells: int = CELLS) -> Rows:
    """How much of each cell of a coarse grid over the model grid shows the patient.

    Args:
        made: A slice on the model grid.
        cells: Along either side.

    Returns:
        [cells * cells], row by row, 0 to 1; smoothed by the triangle filter of the model grid.
    """
    grid = made.grid
    at: Rows = np.arange(cells, dtype=np.float64) - (cells - 1) / 2
    rows, columns = made.foreground.shape
    down = grid.u * grid.height / cells / grid.spacing_mm[0]
    across = grid.u * grid.width / cells / grid.spacing_mm[1]
    wy = triangle_weights(grid.cy + at * down, down, rows)
    wx = triangle_weights(grid.cx + at * across, across, columns)
    outline: Rows = (wy @ made.foreground.astype(np.float64) @ wx.T).ravel()
    return outline


def fit_outline(patients: Sequence[Rows], false_alarms: float) -> dict[str, Any]:
    """Fits probabilistic principal components (Tipping & Bishop 1999), and how far off outlines may lie.

    Every patient weighs alike. As many components are kept as make the outlines of patients left out of the
    fit likeliest. What is compared is the logarithm of the Mahalanobis distance, as a median over the slices;
    over patients left out it varies by what patients differ, and by what slices of a patient do over their
    number. The limit is the conformal one where there are patients enough for it, else Student's for one new
    observation, which takes the logarithms for normal.

    Args:
        patients: Outlines of each patient, [slices, cells * cells].
        false_alarms: Share of new patients that may lie over the limit.

    Returns:
        The `outline` of a manifest's `domain`.
    """
    n = len(patients)
    means = np.array([one.mean(axis=0) for one in patients])
    seconds = np.array([one.T @ one / len(one) for one in patients])
    mean_sum, second_sum = means.sum(axis=0), seconds.sum(axis=0)
    rest = [
        fit_components((mean_sum - mean) / (n - 1), (second_sum - second) / (n - 1))
        for mean, second in zip(means, seconds, strict=True)
    ]
    surprise = [
        np.mean([surprise_of(one, fit, count) for one, fit in zip(patients, rest, strict=True)])
        for count in range(MOST_COMPONENTS + 1)
    ]
    count = int(np.argmin(surprise))
    left_out = [
        0.5 * np.log(squared_distances(one, fit, count)) for one, fit in zip(patients, rest, strict=True)
    ]
    medians = np.array([np.median(one) for one in left_out])
    centre, between = float(medians.mean()), float(medians.var(ddof=1))
    within = float(np.mean([((one - np.median(one)) ** 2).mean() for one in left_out]))
    spreads = np.sqrt(between + within / np.array([len(one) for one in left_out]))
    student = float(stats.t.ppf(1 - false_alarms, n - 1) * np.sqrt(1 + 1 / n))
    mean, variances, components = fit_components(mean_sum / n, second_sum / n)
    return {
        "cells": round(len(mean) ** 0.5),
        "mean": rounded(mean, 4),
        "components": [rounded(row, 5) for row in components[:count]],
        "variances": rounded(variances[:count], 6),
        "residualVariance": round(float(variances[count:].mean()), 8),
        "logDistance": {
            "mean": round(centre, 5),
            "patientVariance": round(between, 6),
            "sliceVariance": round(within, 6),
        },
        "limit": round(conformal_limit((medians - centre) / spreads, false_alarms) or student, 4),
    }


def fit_components(mean: Rows, second: Rows) -> tuple[Rows, Rows, Rows]:
    """Variances along principal directions; outlines that are all alike still vary by .001.

    Args:
        mean: [features].
        second: Mean of the products, [features, features].

    Returns:
        The mean, variances [features] from the largest on, directions as rows [features, features].
    """
    covariance = second - np.outer(mean, mean) + RIDGE**2 * np.eye(len(mean))
    variances, directions = np.linalg.eigh(covariance)
    return mean, variances[::-1], directions.T[::-1]


def squared_distances(rows: Rows, fit: tuple[Rows, Rows, Rows], count: int) -> Rows:
    """Squared Mahalanobis distances, [rows]; beyond `count` components all directions vary alike."""
    mean, variances, directions = fit
    scores = (rows - mean) @ directions.T
    kept = (scores[:, :count] ** 2 / variances[:count]).sum(axis=1)
    distances: Rows = kept + (scores[:, count:] ** 2).sum(axis=1) / variances[count:].mean()
    return distances


def surprise_of(rows: Rows, fit: tuple[Rows, Rows, Rows], count: int) -> float:
    """Mean over the rows of -log p, up to a constant, of the normal distribution that a fit describes."""
    variances = fit[1]
    residual = variances[count:]
    volume = np.log(variances[:count]).sum() + len(residual) * np.log(residual.mean())
    return float(squared_distances(rows, fit, count).mean() + volume) / 2


def outline_excess(outline: dict[str, Any], rows: Rows) -> float:
    """How many standard deviations a series' outlines lie farther out than those of a patient usually do.

    Args:
        outline: Of a manifest's `domain`; over its `limit` a series is foreign.
        rows: Outlines of the slices, [slices, cells * cells].
    """
    away = rows - np.asarray(outline["mean"])
    scores = away @ np.asarray(outline["components"]).reshape(-1, away.shape[1]).T
    inside = (scores**2 / np.asarray(outline["variances"])).sum(axis=1)
    beyond = ((away**2).sum(axis=1) - (scores**2).sum(axis=1)) / outline["residualVariance"]
    usual = outline["logDistance"]
    spread = np.sqrt(usual["patientVariance"] + usual["sliceVariance"] / len(rows))
    return float((np.median(0.5 * np.log(inside + beyond)) - usual["mean"]) / spread)


def rounded(values: Rows, digits: int) -> list[float]:
    """Plain numbers with so many digits after the point."""
    return [round(float(one), digits) for one in values]
