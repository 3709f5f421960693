"""Figures by lesion and by image: free-response sensitivity, and AUROC of slices or images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from nidus_training.foreground import EIGHT, Mask, Values
from nidus_training.metrics import Draws, draw_patients

RATES = (1, 2, 4)
LEVELS = 16
SMALLEST_LESION_PX = 10


@dataclass(frozen=True)
class ScoredSlice:
    """Score map and truth of one slice, [rows, columns] each."""

    patient: str
    scores: NDArray[np.float32]
    truth: Mask


def draw_lesions(
    slices: Sequence[ScoredSlice], smallest_px: int, repeats: int, seed: int = 1
) -> tuple[dict[str, float], Draws]:
    """Share of lesions found at 1, 2 and 4 false findings a slice (free-response ROC).

    A finding is an 8-connected area above the threshold of at least `smallest_px` pixels; it is false where
    it touches no lesion. A lesion is an 8-connected area of the mask of at least 10 pixels; it is found where
    a finding touches it.

    Args:
        slices: Slices with lesions.
        smallest_px: Of a finding, as in the manifest.
        repeats: Bootstrap draws of whole patients.
        seed: Of the bootstrap.

    Returns:
        `lesions_at_1`, `lesions_at_2`, `lesions_at_4`, and their draws.
    """
    patients = sorted({one.patient for one in slices})
    pooled = np.concatenate([one.scores[scored_box(one.scores)].ravel() for one in slices])
    if len(pooled) == 0:
        pooled = np.zeros(1)
    thresholds = np.quantile(pooled, 1 - np.geomspace(0.3, 1e-4, LEVELS))
    # [what, thresholds, patients]: lesions found, false findings; lesions and slices do not depend on it.
    counts = np.zeros((2, LEVELS, len(patients)))
    lesions, numbers = np.zeros(len(patients)), np.zeros(len(patients))
    for one in slices:
        row = patients.index(one.patient)
        labels, found = ndimage.label(one.truth, structure=EIGHT)
        sizes = np.bincount(labels.ravel(), minlength=found + 1)
        kept = [k for k in range(1, found + 1) if sizes[k] >= SMALLEST_LESION_PX]
        lesions[row] += len(kept)
        numbers[row] += 1
        box = scored_box(one.scores)
        labels, scores, truth = labels[box], one.scores[box], one.truth[box]
        for level, threshold in enumerate(thresholds):
            areas, count = ndimage.label(scores > threshold, structure=EIGHT)
            large = np.bincount(areas.ravel(), minlength=count + 1) >= smallest_px
            large[0] = False
            touched = np.unique(labels[large[areas]])
            counts[0, level, row] += len(set(touched.tolist()) & set(kept))
            true = np.unique(areas[truth])
            counts[1, level, row] += large.sum() - large[true].sum()

    def figures(weights: Values) -> dict[str, float]:
        total = max(float(weights @ lesions), 1.0)
        sensitivity = counts[0] @ weights / total
        rate = counts[1] @ weights / float(weights @ numbers)
        return {
            f"lesions_at_{k}": float(sensitivity[rate <= k].max()) if (rate <= k).any() else 0.0
            for k in RATES
        }

    return draw_patients(figures, len(patients), repeats, seed)


def scored_box(scores: NDArray[np.float32]) -> tuple[slice, slice]:
    """The part of a slice that has scores above the floor."""
    rows, columns = (np.flatnonzero((scores > scores.min()).any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def draw_images(
    scores: Sequence[float], abnormal: Sequence[bool], patients: Sequence[str], repeats: int, seed: int = 1
) -> tuple[dict[str, float], Draws]:
    """AUROC of one score an image, with draws of whole patients.

    Args:
        scores: One an image, higher is more abnormal.
        abnormal: Truth.
        patients: Of every image.
        repeats: Bootstrap draws.
        seed: Of the bootstrap.
    """
    names = sorted(set(patients))
    rows = np.array([names.index(one) for one in patients])
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(abnormal)
    order = np.argsort(values, kind="stable")
    rank_of = np.searchsorted(values[order], values)

    def figures(weights: Values) -> dict[str, float]:
        weight = weights[rows]
        bad = np.bincount(rank_of, weights=weight * truth, minlength=len(values))
        good = np.bincount(rank_of, weights=weight * ~truth, minlength=len(values))
        if bad.sum() == 0 or good.sum() == 0:
            return {"image_auroc": float("nan")}
        below = np.cumsum(good) - good
        return {"image_auroc": float((bad * (below + good / 2)).sum() / (bad.sum() * good.sum()))}

    return draw_patients(figures, len(names), repeats, seed)
