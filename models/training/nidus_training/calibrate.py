"""Fits what a model's maps are standardised by, and its thresholds, on normals that trained nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nidus_training.config import ModelConfig
from nidus_training.data import Slice
from nidus_training.foreground import Values
from nidus_training.losses import elbo_terms
from nidus_training.maps import to_source_grid
from nidus_training.maps.make import MapModel, make_maps
from nidus_training.networks import Network
from nidus_training.preprocess import ModelSlice, preprocess_slice
from nidus_training.settings import ENSEMBLE_MAPS, ContextSettings, EnsembleSettings, MapSettings, Statistics
from nidus_training.slice_score import slice_scores

LEVELS = (0.5, 0.9, 0.95, 0.99, 0.995, 0.999)
PERCENTILES = {"p95": 95.0, "p99": 99.0, "p995": 99.5, "p999": 99.9}
REPEATS = 500
BINS = 20000


@dataclass(frozen=True)
class Calibration:
    """The outcome: map settings with statistics, thresholds and slice score as the manifest wants them."""

    maps: MapSettings
    thresholds: list[dict[str, Any]]
    slice_score: dict[str, Any]
    patients: int
    slices: int


def elbo_of(config: ModelConfig) -> tuple[str, float]:
    """The application's reconstruction loss and weight of KL that order inputs as the training objective."""
    t = config.training
    return elbo_terms(t.loss, t.scale, t.kl_weight)


def calibrate(
    network: Network,
    config: ModelConfig,
    normals: Sequence[Slice],
    members: Sequence[tuple[str, str, MapModel]] = (),
) -> Calibration:
    """Calibrates a network on normal slices.

    Args:
        network: For inference.
        config: Gives preprocessing, map settings and the order of the thresholds.
        normals: Slices without lesions, of patients that the network was not trained on.
        members: (id, sha256, model) of the other models of the ensemble, calibrated.
    """
    pre, (loss, beta) = config.preprocessing, elbo_of(config)
    maps = complete_settings(config, [(name, sha256) for name, sha256, _ in members])
    made = [
        (one, preprocess_slice(one.modality_values, one.spacing_mm, pre, maps.foreground_erosion))
        for one in normals
    ]
    seen = [(one.patient, model_slice) for one, model_slice in made if model_slice is not None]
    slices = [model_slice for _, model_slice in seen]
    statistics: dict[str, Statistics] = {}
    fitted: dict[str, list[dict[str, Any]]] = {}
    # combi and the ensemble are made of other maps, standardised: theirs have to be known first
    for name in sorted(maps.available, key=lambda one: (one in ENSEMBLE_MAPS, one == "combi")):
        maps = replace(maps, statistics=statistics)
        model = MapModel(network, maps, beta, pre.clip, tuple(one for _, _, one in members), loss)
        planes = make_maps(model, slices, [name])[name]
        statistics[name] = fit_statistics(planes, seen)
        fitted[name] = fit_thresholds(name, planes, seen, statistics[name], config)
    statistics = {name: statistics[name] for name in maps.available}
    order = (maps.default, *(name for name in maps.available if name != maps.default))
    maps = replace(maps, statistics=statistics)
    score = replace(config.slice_score, map=config.slice_score.map or maps.default)
    scores = np.array(slice_scores(replace(model, settings=maps), score, slices))
    median = float(np.median(scores))
    spread = float(1.4826 * np.median(np.abs(scores - median)))
    return Calibration(
        maps,
        [one for name in order for one in fitted[name]],
        {"score": score.to_manifest(), "median": median, "spread": spread},
        len({patient for patient, _ in seen}),
        len(seen),
    )


def complete_settings(config: ModelConfig, members: Sequence[tuple[str, str]]) -> MapSettings:
    """The map settings of a configuration with all that the manifest states: patch size and ensemble."""
    maps, pre = config.maps, config.preprocessing
    maps = replace(maps, context=maps.context or ContextSettings.of_grid(pre.height, pre.width))
    if members:
        ensemble = EnsembleSettings(maps.default, tuple(members))
        maps = replace(maps, ensemble=ensemble, available=(*maps.available, *ENSEMBLE_MAPS))
    return maps


def fit_statistics(planes: Sequence[Values], seen: Sequence[tuple[str, ModelSlice]]) -> Statistics:
    """Median, 1.4826 * MAD and quantiles of a smoothed map over the eroded foreground, model grid."""
    values = np.concatenate([plane[one.mask] for plane, (_, one) in zip(planes, seen, strict=True)])
    median = float(np.median(values))
    spread = float(1.4826 * np.median(np.abs(values - median)))
    quantiles = {str(level): float(np.quantile(values, level)) for level in LEVELS}
    return Statistics(median, max(spread, 1e-12), quantiles)


def fit_thresholds(
    name: str,
    planes: Sequence[Values],
    seen: Sequence[tuple[str, ModelSlice]],
    statistics: Statistics,
    config: ModelConfig,
) -> list[dict[str, Any]]:
    """Percentiles of normal scores on the source grid, bands by bootstrap over patients.

    Args:
        name: The map.
        planes: Its smoothed planes on the model grid, one a slice.
        seen: (patient, slice) of every plane.
        statistics: What the map is standardised by.
        config: Gives the recommended threshold, which comes first, and the version.

    Returns:
        Manifest thresholds.
    """
    by_patient: dict[str, list[np.ndarray]] = {}
    for plane, (patient, one) in zip(planes, seen, strict=True):
        scores = to_source_grid(plane, one, statistics)[one.eroded]
        by_patient.setdefault(patient, []).append(scores)
    groups = [np.concatenate(scores) for scores in by_patient.values()]
    pooled = np.concatenate(groups)
    draws = draw_percentiles(groups, list(PERCENTILES.values()), config.training.seed)
    made = []
    for k, (label, level) in enumerate(PERCENTILES.items()):
        low, high = np.quantile(draws[:, k], [0.025, 0.975])
        made.append(
            {
                "id": label,
                "version": config.threshold_version,
                "map": name,
                "value": float(np.percentile(pooled, level)),
                "method": f"{level:g}th percentile of normal pixel scores, band by bootstrap over patients",
                "falsePositiveRate": round(1 - level / 100, 6),
                "confidence": [float(low), float(high)],
                "samples": len(pooled),
                "units": f"pixels of {len(seen)} slices of {len(groups)} patients",
            }
        )
    return sorted(made, key=lambda one: one["id"] != config.default_threshold)


def draw_percentiles(groups: Sequence[np.ndarray], levels: Sequence[float], seed: int) -> Values:
    """Percentiles of bootstrap draws of whole patients, [repeats, levels].

    Scores are counted in bins of equal count over all patients, so that a draw is a sum of counts:
    percentiles are exact to 1 / 20000 of the pixels, and linear inside a bin, without which they would all
    be half a bin too high.

    Args:
        groups: Scores of every patient.
        levels: Percentiles, 0 to 100.
        seed: Of the bootstrap.
    """
    pooled = np.concatenate(groups).astype(np.float64)
    starts = np.quantile(pooled, np.linspace(0, 1, BINS + 1))
    edges = starts[1:]
    counts = np.stack(
        [np.bincount(np.searchsorted(edges, one).clip(max=BINS - 1), minlength=BINS) for one in groups]
    )
    rng = np.random.default_rng(seed)
    drawn = np.empty((REPEATS, len(levels)))
    for row in drawn:
        chosen = np.bincount(rng.integers(len(groups), size=len(groups)), minlength=len(groups))
        drawn_counts = chosen @ counts
        below = np.cumsum(drawn_counts)
        wanted = np.asarray(levels) / 100 * below[-1]
        found = np.searchsorted(below, wanted)
        share = 1 - (below[found] - wanted) / np.maximum(drawn_counts[found], 1)
        row[:] = starts[found] + share * (edges[found] - starts[found])
    return drawn
