"""What the images of a training set look like, so that others can be told from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, stats

from nidus_training.conformal import conformal_limit
from nidus_training.data import Slice
from nidus_training.outline import fit_outline, outline_of, rounded
from nidus_training.preprocess import ModelSlice, preprocess_slice
from nidus_training.settings import Preprocessing

LEVELS = (5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0)
RIDGE = 0.01
FALSE_ALARMS = 0.01

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class SeriesFeatures:
    """What is compared of the slices of one patient that show enough of the patient.

    Attributes:
        intensities: Rows of `domain_features`, [slices, len(LEVELS) + 1].
        outlines: Rows of `outline_of`, [slices, CELLS * CELLS].
        scales: Source pixels per model pixel, along columns, [slices].
    """

    intensities: Rows
    outlines: Rows
    scales: Rows


@dataclass(frozen=True)
class IntensityFit:
    """How intensities vary from patient to patient, and from slice to slice of one patient.

    Attributes:
        mean: Over patients, of medians over their slices, [features].
        axes: Directions as rows, [features, features]; along each, patients' medians have variance 1.
        within: Along each, the variance of the slices about their patient's median, [features].
    """

    mean: Rows
    axes: Rows
    within: Rows

    def distance(self, rows: Rows) -> float:
        """Mahalanobis distance of the median of m slices, [m, features], with variances 1 + within / m.

        A median of many slices varies as patients do; that of a single one also as slices of a patient do.
        """
        away = self.axes @ (np.median(rows, axis=0) - self.mean)
        return float(np.sqrt((away**2 / (1 + self.within / len(rows))).sum()))


def domain_features(made: ModelSlice) -> Rows:
    """Percentiles of the model input inside the eroded foreground, then the share of the grid it covers.

    Returns:
        [len(LEVELS) + 1], model values and a fraction.
    """
    inside = made.x[0][made.mask].astype(np.float64)
    return np.append(np.percentile(inside, LEVELS), made.mask.mean())


def series_features(slices: Sequence[Slice], pre: Preprocessing, erosion: float) -> dict[str, SeriesFeatures]:
    """Features by patient; patients without foreground are left out."""
    found: dict[str, list[tuple[Rows, Rows, float]]] = {}
    for one in slices:
        made = preprocess_slice(one.modality_values, one.spacing_mm, pre, erosion)
        if made is None or not made.mask.any():
            continue
        scale = made.grid.u / made.grid.spacing_mm[1]
        found.setdefault(one.patient, []).append((domain_features(made), outline_of(made), scale))
    return {
        patient: SeriesFeatures(*(np.array(column) for column in zip(*rows, strict=True)))
        for patient, rows in found.items()
    }


def fit_domain(slices: Sequence[Slice], pre: Preprocessing, erosion: float) -> dict[str, Any] | None:
    """Describes intensities and outlines over patients, and how far new ones are expected to lie at most.

    Of new patients 1 % may be called foreign by mistake, half of them by either comparison. From as many
    patients on as hold that quantile, the limits are conformal: distances of training patients from all
    others. Fewer patients have the limit of Hotelling's T-squared for one new observation (Tracy, Young &
    Mason 1992), T2 ~ p (n + 1) (n - 1) / (n (n - p)) F(p, n - p), which takes the features for normal; for
    that of the outline see `fit_outline`.

    Args:
        slices: Of training patients as they were scanned, healthy or not: an illness is no foreign image.
            What was changed for training, or generated, varies less than patients do.
        pre: Preprocessing of the manifest. Where all of an image is foreground no outline is compared.
        erosion: Foreground erosion of its map settings.

    Returns:
        The manifest's `domain`, None for fewer patients than twice the features.
    """
    patients = list(series_features(slices, pre, erosion).values())
    n, p = len(patients), len(LEVELS) + 1
    if n < 2 * p:
        return None
    with_outline = pre.foreground.rule != "full"
    false_alarms = FALSE_ALARMS / 2 if with_outline else FALSE_ALARMS
    intensities = [one.intensities for one in patients]
    fitted = fit_intensities(*centres_and_scatters(intensities))
    limit = conformal_limit(distances_left_out(intensities), false_alarms)
    if limit is None:
        quantile = float(stats.f.ppf(1 - false_alarms, p, n - p))
        limit = float(np.sqrt(p * (n + 1) * (n - 1) / (n * (n - p)) * quantile))
    scales = [float(np.median(one.scales)) for one in patients]
    described: dict[str, Any] = {
        "levels": list(LEVELS),
        "mean": rounded(fitted.mean, 6),
        "axes": [rounded(row, 5) for row in fitted.axes],
        "withinPatient": rounded(fitted.within, 5),
        "limit": round(limit, 4),
        "patients": n,
        "sourcePxPerModelPx": [round(min(scales), 4), round(max(scales), 4)],
    }
    if with_outline:
        described["outline"] = fit_outline([one.outlines for one in patients], false_alarms)
    return described


def centres_and_scatters(patients: Sequence[Rows]) -> tuple[Rows, Rows]:
    """Of each patient the median over the slices, and the mean product of what slices lie off it.

    Returns:
        [patients, features] and [patients, features, features].
    """
    medians = np.array([np.median(one, axis=0) for one in patients])
    about = [one - median for one, median in zip(patients, medians, strict=True)]
    return medians, np.array([one.T @ one / len(one) for one in about])


def fit_intensities(medians: Rows, scatters: Rows) -> IntensityFit:
    """Mean, and axes along which patients and slices vary independently; with a ridge of .01 model values.

    Args:
        medians: Of each patient, [patients, features].
        scatters: Of each patient's slices, [patients, features, features].
    """
    between = np.cov(medians.T) + RIDGE**2 * np.eye(medians.shape[1])
    within, axes = linalg.eigh(scatters.mean(axis=0), between)
    return IntensityFit(medians.mean(axis=0), axes.T, np.maximum(0.0, within))


def distances_left_out(patients: Sequence[Rows]) -> Rows:
    """Distance of every patient from what was fitted on all others, [patients]."""
    medians, scatters = centres_and_scatters(patients)
    fits = (
        fit_intensities(np.delete(medians, k, axis=0), np.delete(scatters, k, axis=0))
        for k in range(len(patients))
    )
    return np.array([fit.distance(one) for fit, one in zip(fits, patients, strict=True)])


def distance_from_domain(domain: dict[str, Any], rows: Rows) -> float:
    """Distance of the intensities of a series, [slices, features], from a manifest's training set."""
    arrays = (np.asarray(domain[name]) for name in ("mean", "axes", "withinPatient"))
    return IntensityFit(*arrays).distance(rows)
