"""Every map of a model on slices with lesions, beside the baselines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nidus_training.baselines import Baselines, baseline_maps
from nidus_training.calibrate import PERCENTILES
from nidus_training.data import Slice
from nidus_training.foreground import Values
from nidus_training.lesion_metrics import ScoredSlice, draw_images, draw_lesions
from nidus_training.maps import to_source_grid
from nidus_training.maps.make import MapModel, make_maps
from nidus_training.metrics import (
    Draws,
    PixelScores,
    dice_above,
    draw_pixels,
    evaluate_pixels,
    paired_difference,
    summarise,
)
from nidus_training.preprocess import ModelSlice, preprocess_slice
from nidus_training.settings import MapSettings, Preprocessing, Statistics
from nidus_training.slice_score import quantile_inside

PLAIN = Statistics(0.0, 1.0)
IMAGE_QUANTILE = 0.95
PAIRED = ("auroc", "ap", "best_dice", "dice")

Table = dict[str, dict[str, Any]]
Prepared = list[tuple[Slice, ModelSlice]]


@dataclass(frozen=True)
class Measured:
    """A row of the table, and the bootstrap draws that pair it with other rows."""

    figures: dict[str, Any]
    pixels: tuple[dict[str, float], Draws]


def prepare(slices: Sequence[Slice], pre: Preprocessing, erosion: float) -> Prepared:
    """Preprocesses slices, leaving out those without foreground."""
    made = [(one, preprocess_slice(one.modality_values, one.spacing_mm, pre, erosion)) for one in slices]
    return [(one, model_slice) for one, model_slice in made if model_slice is not None]


def score_slices(
    prepared: Prepared, planes: Sequence[Values], statistics: Statistics
) -> list[NDArray[np.float32]]:
    """Standardised scores on the source grid, [rows, columns] each."""
    return [
        to_source_grid(plane, model_slice, statistics)
        for (_, model_slice), plane in zip(prepared, planes, strict=True)
    ]


def truth_of(one: Slice) -> NDArray[np.bool_]:
    """The lesion mask of a slice, empty where there is none."""
    return one.lesion if one.lesion is not None else np.zeros(one.values.shape, dtype=bool)


def pool(prepared: Prepared, scores: Sequence[NDArray[np.float32]]) -> list[PixelScores]:
    """Scores and truth of the whole foreground, scalp and skull included, on the source grid."""
    return [
        PixelScores(one.patient, plane[model_slice.foreground], truth_of(one)[model_slice.foreground])
        for (one, model_slice), plane in zip(prepared, scores, strict=True)
    ]


def measure(
    prepared: Prepared,
    scores: Sequence[NDArray[np.float32]],
    threshold: float,
    smallest_px: int,
    repeats: int,
    calm: Sequence[tuple[str, float]] = (),
    levels: Mapping[str, float] | None = None,
) -> Measured:
    """All figures of one score on slices with lesions.

    Args:
        prepared: Slices with lesions.
        scores: Of every slice, on its grid.
        threshold: Fixed on calibration normals.
        smallest_px: Of a finding.
        repeats: Bootstrap draws.
        calm: (patient, image score) of normal slices, for the AUROC of slices.
        levels: Further thresholds by id, at each of which `dice_at` states the Dice.
    """
    pixels = pool(prepared, scores)
    drawn = draw_pixels(pixels, threshold, repeats)
    figures: dict[str, Any] = {name: asdict(one) for name, one in summarise(*drawn).items()}
    maps = [
        ScoredSlice(one.patient, plane, truth_of(one))
        for (one, _), plane in zip(prepared, scores, strict=True)
    ]
    lesions = draw_lesions(maps, smallest_px, repeats)
    figures |= {name: asdict(one) for name, one in summarise(*lesions).items()}
    if calm:
        sick = [
            (one.patient, quantile_inside(plane, model_slice, IMAGE_QUANTILE))
            for (one, model_slice), plane in zip(prepared, scores, strict=True)
        ]
        images = draw_images(
            [score for _, score in (*calm, *sick)],
            [False] * len(calm) + [True] * len(sick),
            [patient for patient, _ in (*calm, *sick)],
            repeats,
        )
        figures |= {name: asdict(one) for name, one in summarise(*images).items()}
    if levels:
        figures["dice_at"] = {
            label: asdict(dice_above(pixels, value, repeats)) for label, value in levels.items()
        }
    figures["groups"] = by_group(prepared, pixels, threshold)
    return Measured(figures, drawn)


def by_group(
    prepared: Prepared, pixels: Sequence[PixelScores], threshold: float
) -> dict[str, dict[str, float]]:
    """AP and sensitivity for thirds of the slices by lesion area, and by how bright the lesion is.

    Brightness is the lesion's mean over the foreground's median, so that dark lesions stand apart.
    """
    rows = [
        (one.lesion.sum() * pixel_area(one), lesion_brightness(one, model_slice), scores)
        for (one, model_slice), scores in zip(prepared, pixels, strict=True)
        if one.lesion is not None and scores.truth.any()
    ]
    if len(rows) < 3:
        return {}
    made = {}
    for column, names in ((0, ("small", "medium", "large")), (1, ("dark", "mid", "bright"))):
        values = np.array([row[column] for row in rows], dtype=np.float64)
        edges = np.quantile(values, [1 / 3, 2 / 3])
        group = np.searchsorted(edges, values, side="left")
        for k, name in enumerate(names):
            chosen = [row[2] for row, index in zip(rows, group, strict=True) if index == k]
            if not chosen:
                continue
            found = evaluate_pixels(chosen, threshold, repeats=1)
            made[name] = {
                "slices": len(chosen),
                "from": float(values[group == k].min()),
                "to": float(values[group == k].max()),
                "ap": found["ap"].value,
                "sensitivity": found["sensitivity"].value,
            }
    return made


def pixel_area(one: Slice) -> float:
    """Area of a pixel: mm2, or 1 where the spacing is unknown."""
    row_mm, column_mm = one.spacing_mm or (1.0, 1.0)
    return row_mm * column_mm


def lesion_brightness(one: Slice, model_slice: ModelSlice) -> float:
    """Mean of the lesion over the median of the foreground, both above the slice's zero."""
    values = one.modality_values - model_slice.offset
    return float(values[truth_of(one)].mean() / np.median(values[model_slice.foreground]))


def evaluate_model(
    model: MapModel,
    manifest: dict[str, Any],
    settings: tuple[Preprocessing, MapSettings],
    slices: Sequence[Slice],
    repeats: int = 1000,
    calm: Mapping[str, Sequence[tuple[str, float]]] | None = None,
    names: Sequence[str] | None = None,
) -> tuple[Table, dict[str, Measured]]:
    """Figures of every map of a model.

    Args:
        model: For inference, with its map settings and, for the ensemble maps, its members.
        manifest: Gives the thresholds; of each map the first one listed is used, and the Dice is stated at
            every one.
        settings: Preprocessing and maps of the manifest.
        slices: Slices with lesions, of patients the model has not seen.
        repeats: Bootstrap draws.
        calm: Scores of normal slices by map, see `score_normals`, for the AUROC of slices.
        names: Maps to measure; all that the manifest offers when None.

    Returns:
        (map name -> figure name -> value with interval, map name -> row with its draws).
    """
    pre, maps = settings
    prepared = prepare(slices, pre, maps.foreground_erosion)
    table: Table = {}
    rows: dict[str, Measured] = {}
    for name in names or maps.available:
        mine = [t for t in manifest["thresholds"] if t["map"] == name]
        levels = {t["id"]: t["value"] for t in mine}
        smallest = manifest["findings"]["minAreaPx"]
        value, quiet = mine[0]["value"], (calm or {}).get(name, ())
        rows[name] = measure(
            prepared, score_map(model, prepared, name), value, smallest, repeats, quiet, levels
        )
        table[name] = rows[name].figures | {"threshold": mine[0]["id"]}
    return table, rows


def score_map(model: MapModel, prepared: Prepared, name: str) -> list[NDArray[np.float32]]:
    """Standardised scores of one map on the source grid, [rows, columns] each."""
    if not prepared:
        return []
    planes = make_maps(model, [model_slice for _, model_slice in prepared], [name])[name]
    return score_slices(prepared, planes, model.settings.statistics[name])


def score_normals(
    model: MapModel, pre: Preprocessing, normals: Sequence[Slice]
) -> dict[str, list[tuple[str, float]]]:
    """(patient, 95 % quantile) of every map that a model offers, of normal slices."""
    prepared = prepare(normals, pre, model.settings.foreground_erosion)
    return {
        name: [
            (one.patient, quantile_inside(plane, model_slice, IMAGE_QUANTILE))
            for (one, model_slice), plane in zip(prepared, score_map(model, prepared, name), strict=True)
        ]
        for name in model.settings.available
    }


def evaluate_baselines(
    baselines: Baselines,
    settings: tuple[Preprocessing, MapSettings],
    slices: Sequence[Slice],
    normals: Sequence[Slice],
    threshold: str = "p99",
    repeats: int = 1000,
    smallest_px: int = 1,
) -> tuple[Table, dict[str, Measured]]:
    """Figures of the baselines, through the same smoothing, mask and kind of threshold as the model.

    Args:
        baselines: Fitted on training slices.
        settings: Preprocessing and maps of the model they stand beside.
        slices: Slices with lesions.
        normals: Calibration normals, for the threshold and the AUROC of slices.
        threshold: Which percentile of normal scores: that of the model they stand beside.
        repeats: Bootstrap draws.
        smallest_px: Of a finding.

    Returns:
        As `evaluate_model`.
    """
    pre, maps = settings
    prepared, calm = (prepare(one, pre, maps.foreground_erosion) for one in (slices, normals))
    planes, calm_planes = (
        [baseline_maps(model_slice, baselines, maps.smoothing_sigma_px) for _, model_slice in group]
        for group in (prepared, calm)
    )
    table: Table = {}
    rows: dict[str, Measured] = {}
    for name in planes[0]:
        quiet = score_slices(calm, [p[name] for p in calm_planes], PLAIN)
        pooled = [plane[one.eroded] for plane, (_, one) in zip(quiet, calm, strict=True)]
        normal = np.concatenate(pooled)
        levels = {label: float(np.percentile(normal, level)) for label, level in PERCENTILES.items()}
        calm_scores = [
            (one.patient, quantile_inside(plane, model_slice, IMAGE_QUANTILE))
            for (one, model_slice), plane in zip(calm, quiet, strict=True)
        ]
        scores = score_slices(prepared, [p[name] for p in planes], PLAIN)
        rows[name] = measure(prepared, scores, levels[threshold], smallest_px, repeats, calm_scores, levels)
        table[name] = rows[name].figures | {"threshold": threshold}
    return table, rows


def pair_rows(mine: Measured, others: dict[str, Measured]) -> Table:
    """Paired differences of one row to others: other's name -> figure -> difference with interval."""
    return {
        name: {
            figure: asdict(one)
            for figure, one in paired_difference(mine.pixels, other.pixels, PAIRED).items()
        }
        for name, other in others.items()
    }


def print_table(table: Table, say: Callable[[str], None] = print) -> None:
    """Prints a table of figures with intervals."""
    for name, figures in table.items():
        parts = [
            f"{key} {value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"
            for key, value in figures.items()
            if isinstance(value, dict) and "value" in value
        ]
        say(f"{name:20s} {'  '.join(parts)}  ({figures.get('threshold', '')})")
