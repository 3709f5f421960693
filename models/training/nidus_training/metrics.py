"""Pixel metrics over pooled foreground pixels, with bootstrap intervals by patient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


Draws = dict[str, Values]
"""Figure name -> its value in every bootstrap draw, [repeats]; the same seed draws the same patients."""


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
    return summarise(*draw_pixels(slices, threshold, repeats, seed))


def draw_pixels(
    slices: Sequence[PixelScores], threshold: float | None = None, repeats: int = 1000, seed: int = 1
) -> tuple[dict[str, float], Draws]:
    """The figures of `evaluate_pixels` and their bootstrap draws."""
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

    return draw_patients(figures, len(counted.positives), repeats, seed)


def dice_above(
    slices: Sequence[PixelScores], threshold: float, repeats: int = 1000, seed: int = 1
) -> Interval:
    """Dice of the pixels above a threshold, counted exactly, with its interval by patient."""
    patients = sorted({one.patient for one in slices})
    counts = np.zeros((len(patients), 3))
    for one in slices:
        above = one.scores > threshold
        counts[patients.index(one.patient)] += ((above & one.truth).sum(), above.sum(), one.truth.sum())

    def figures(weights: Values) -> dict[str, float]:
        hit, found, true = weights @ counts
        return {"dice": float(2 * hit / max(found + true, 1))}

    return summarise(*draw_patients(figures, len(patients), repeats, seed))["dice"]


def draw_patients(
    figures: Callable[[Values], dict[str, float]], patients: int, repeats: int, seed: int
) -> tuple[dict[str, float], Draws]:
    """Figures of all patients, and of bootstrap draws of whole patients.

    Args:
        figures: Takes how often every patient counts, [patients].
        patients: How many there are.
        repeats: Draws.
        seed: The same seed and number of patients draw the same patients, so that scores can be paired.
    """
    rng = np.random.default_rng(seed)
    drawn = [
        figures(np.bincount(rng.integers(patients, size=patients), minlength=patients).astype(float))
        for _ in range(repeats)
    ]
    point = figures(np.ones(patients))
    return point, {name: np.array([one[name] for one in drawn]) for name in point}


def summarise(point: dict[str, float], draws: Draws) -> dict[str, Interval]:
    """Figures with 95 % percentile intervals; draws in which a figure is not defined are left out."""
    made = {}
    for name, value in point.items():
        known = draws[name][np.isfinite(draws[name])]
        low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.nan, np.nan)
        made[name] = Interval(value, float(low), float(high))
    return made


def paired_difference(
    mine: tuple[dict[str, float], Draws], other: tuple[dict[str, float], Draws], names: Sequence[str]
) -> dict[str, Interval]:
    """Differences mine - other of figures on the same bootstrap draws, with 95 % intervals.

    Pairing takes out what patients vary in alike for both scores: its intervals are narrower than those of
    the figures, and answer whether one score is above the other on the same patients.
    """
    point = {name: mine[0][name] - other[0][name] for name in names}
    return summarise(point, {name: mine[1][name] - other[1][name] for name in names})
