"""Pixel metrics over pooled foreground pixels, with bootstrap intervals by patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nidus_training.foreground import Values

BINS = 8192


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class PixelScores:
    """Scores and truth of the foreground pixels of one slice, [pixels] each."""

    patient: str
    scores: NDArray[np.float32]
    truth: NDArray[np.bool_]


@dataclass(frozen=True)
class Histograms:
    """Positives and negatives per patient and score bin, [patients, bins], highest score first."""

    positives: Values
    negatives: Values
    edges: Values


def count_by_patient(slices: Sequence[PixelScores], threshold: float | None = None) -> Histograms:
    """Sorts pixels into bins of equal count over all scores, so that ranks stay exact to 1 / BINS.

    Args:
        slices: Pixels of every slice.
        threshold: Becomes a bin edge where given, so that counts above it are exact.
    """
    pooled = np.concatenate([one.scores for one in slices]).astype(np.float64)
    edges = np.unique(np.quantile(pooled, np.linspace(0, 1, BINS + 1)[1:-1]))
    if threshold is not None:
        edges = np.unique(np.append(edges, threshold))
    patients = sorted({one.patient for one in slices})
    counts = np.zeros((2, len(patients), len(edges) + 1))
    for one in slices:
        # 'left' puts a score equal to an edge below it: a finding lies above the threshold, not on it.
        bins = np.searchsorted(edges, one.scores.astype(np.float64), side="left")
        row = patients.index(one.patient)
        for truth in (False, True):
            counts[int(truth), row] += np.bincount(bins[one.truth == truth], minlength=len(edges) + 1)
    return Histograms(counts[1, :, ::-1], counts[0, :, ::-1], edges[::-1])


def auroc(positives: Values, negatives: Values) -> float:
    """Area under the ROC curve of binned counts [bins], highest score first; ties count half."""
    below = negatives.sum() - np.cumsum(negatives)
    return float((positives * (below + negatives / 2)).sum() / (positives.sum() * negatives.sum()))


def average_precision(positives: Values, negatives: Values) -> float:
    """Average precision (the step-wise sum of scikit-learn) of binned counts, highest score first."""
    tp, fp = np.cumsum(positives), np.cumsum(negatives)
    precision = tp / np.maximum(tp + fp, 1)
    return float((precision * positives).sum() / positives.sum())


def dice_curve(positives: Values, negatives: Values) -> Values:
    """Dice of everything down to each bin, [bins]."""
    tp, fp = np.cumsum(positives), np.cumsum(negatives)
    curve: Values = 2 * tp / (tp + fp + positives.sum())
    return curve


def evaluate_pixels(
    slices: Sequence[PixelScores], threshold: float | None = None, repeats: int = 1000, seed: int = 1
) -> dict[str, Interval]:
    """AUROC, average precision, best Dice and Dice at a threshold, with intervals by patient.

    Args:
        slices: Pixels of every slice.
        threshold: Score above which a pixel is a finding; without it no `dice`.
        repeats: Bootstrap draws of whole patients.
        seed: Of the bootstrap.

    Returns:
        `auroc`, `ap`, `best_dice` (its threshold chosen on these very pixels: an oracle), and `dice`,
        `precision`, `sensitivity` at the threshold.
    """
    counted = count_by_patient(slices, threshold)
    above = int(np.sum(counted.edges >= threshold)) if threshold is not None else None

    def figures(weights: Values) -> dict[str, float]:
        positives, negatives = weights @ counted.positives, weights @ counted.negatives
        curve = dice_curve(positives, negatives)
        found = {
            "auroc": auroc(positives, negatives),
            "ap": average_precision(positives, negatives),
            "best_dice": float(curve.max()),
        }
        if above is not None:
            tp, fp = positives[:above].sum(), negatives[:above].sum()
            found["dice"] = float(2 * tp / (tp + fp + positives.sum()))
            found["precision"] = float(tp / max(tp + fp, 1))
            found["sensitivity"] = float(tp / positives.sum())
        return found

    patients = len(counted.positives)
    point = figures(np.ones(patients))
    rng = np.random.default_rng(seed)
    draws = [
        figures(np.bincount(rng.integers(patients, size=patients), minlength=patients).astype(float))
        for _ in range(repeats)
    ]
    return {
        name: Interval(value, *(float(q) for q in np.quantile([d[name] for d in draws], [0.025, 0.975])))
        for name, value in point.items()
    }
