"""Every map of a model on slices with lesions, beside the baselines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from nidus_training.baselines import Baselines, baseline_maps
from nidus_training.data import Slice
from nidus_training.foreground import Values
from nidus_training.maps import to_source_grid
from nidus_training.maps.make import MapModel, make_maps
from nidus_training.metrics import PixelScores, evaluate_pixels
from nidus_training.preprocess import ModelSlice, preprocess_slice
from nidus_training.settings import MapSettings, Preprocessing, Statistics

PLAIN = Statistics(0.0, 1.0)

Table = dict[str, dict[str, Any]]


def prepare(slices: Sequence[Slice], pre: Preprocessing, erosion: float) -> list[tuple[Slice, ModelSlice]]:
    """Preprocesses slices, leaving out those without foreground."""
    made = [(one, preprocess_slice(one.modality_values, one.spacing_mm, pre, erosion)) for one in slices]
    return [(one, model_slice) for one, model_slice in made if model_slice is not None]


def pool(
    prepared: Sequence[tuple[Slice, ModelSlice]], planes: Sequence[Values], statistics: Statistics
) -> list[PixelScores]:
    """Scores and truth of the whole foreground, scalp and skull included, on the source grid."""
    pooled = []
    for (one, model_slice), plane in zip(prepared, planes, strict=True):
        scores = to_source_grid(plane, model_slice, statistics)
        truth = one.lesion if one.lesion is not None else np.zeros(scores.shape, dtype=bool)
        inside = model_slice.foreground
        pooled.append(PixelScores(one.patient, scores[inside], truth[inside]))
    return pooled


def evaluate_model(
    model: MapModel,
    manifest: dict[str, Any],
    settings: tuple[Preprocessing, MapSettings],
    slices: Sequence[Slice],
    repeats: int = 1000,
) -> Table:
    """Figures of every map of a model.

    Args:
        model: For inference, with its map settings and, for the ensemble maps, its members.
        manifest: Gives the thresholds; of each map the first one listed is used.
        settings: Preprocessing and maps of the manifest.
        slices: Slices with lesions, of patients the model has not seen.
        repeats: Bootstrap draws.

    Returns:
        Map name -> figure name -> value with interval.
    """
    pre, maps = settings
    prepared = prepare(slices, pre, maps.foreground_erosion)
    slices_of_model = [model_slice for _, model_slice in prepared]
    table: Table = {}
    for name in maps.available:
        chosen = next(t for t in manifest["thresholds"] if t["map"] == name)
        planes = make_maps(model, slices_of_model, [name])[name]
        figures = evaluate_pixels(pool(prepared, planes, maps.statistics[name]), chosen["value"], repeats)
        table[name] = {key: asdict(figure) for key, figure in figures.items()}
        table[name]["threshold"] = chosen["id"]
    return table


def evaluate_baselines(
    baselines: Baselines,
    settings: tuple[Preprocessing, MapSettings],
    slices: Sequence[Slice],
    normals: Sequence[Slice],
    percentile: float = 99.0,
    repeats: int = 1000,
) -> Table:
    """Figures of the baselines, through the same smoothing, mask and kind of threshold as the model.

    Args:
        baselines: Fitted on training slices.
        settings: Preprocessing and maps of the model they stand beside.
        slices: Slices with lesions.
        normals: Calibration normals, for the threshold.
        percentile: Of normal scores, the threshold.
        repeats: Bootstrap draws.
    """
    pre, maps = settings
    sigma = maps.smoothing_sigma_px

    def planes_of(prepared: Sequence[tuple[Slice, ModelSlice]]) -> list[dict[str, Values]]:
        return [baseline_maps(model_slice, baselines, sigma) for _, model_slice in prepared]

    prepared = prepare(slices, pre, maps.foreground_erosion)
    calm = prepare(normals, pre, maps.foreground_erosion)
    planes, calm_planes = planes_of(prepared), planes_of(calm)
    table: Table = {}
    for name in planes[0]:
        scores = [
            to_source_grid(p[name], model_slice, PLAIN)[model_slice.eroded]
            for p, (_, model_slice) in zip(calm_planes, calm, strict=True)
        ]
        threshold = float(np.percentile(np.concatenate(scores), percentile))
        figures = evaluate_pixels(pool(prepared, [p[name] for p in planes], PLAIN), threshold, repeats)
        table[name] = {key: asdict(figure) for key, figure in figures.items()}
        table[name]["threshold"] = f"p{percentile:g}".replace(".", "")
    return table


def print_table(table: Table, say: Callable[[str], None] = print) -> None:
    """Prints a table of figures with intervals."""
    for name, figures in table.items():
        parts = [
            f"{key} {value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"
            for key, value in figures.items()
            if isinstance(value, dict)
        ]
        say(f"{name:20s} {'  '.join(parts)}  ({figures['threshold']})")
