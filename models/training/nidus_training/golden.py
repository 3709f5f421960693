"""Golden arrays that prove the application's TypeScript and this package preprocess alike, to 1e-5.

Every case is made from formulas and a seeded generator: no image of a person is in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nidus_training.foreground import Values
from nidus_training.maps import combine_maps, smooth_inside, to_source_grid
from nidus_training.outline import outline_of
from nidus_training.preprocess import ModelSlice, preprocess_slice
from nidus_training.settings import Crop, Foreground, Intensity, MapSettings, Preprocessing, Statistics
from nidus_training.slice_score import quantile_inside

STATISTICS = {
    "rec": Statistics(0.021, 0.034),
    "grad-kl": Statistics(0.4, 0.27),
    "combi": Statistics(0.9, 1.3),
}
OUTLINE_CELLS = 6
SCORED = {"0.5": 0.5, "0.95": 0.95, "0.995": 0.995}


@dataclass(frozen=True)
class GoldenCase:
    """One synthetic slice with its settings."""

    name: str
    values: Values
    spacing_mm: tuple[float, float] | None
    preprocessing: Preprocessing
    maps: MapSettings


def golden_cases() -> list[GoldenCase]:
    """Builds the cases: square and other spacings, off-centre heads, holes, every rule."""
    median = Preprocessing(height=32, width=32, version="golden-1")
    smooth = MapSettings(statistics=STATISTICS, available=("rec", "grad-kl", "combi"))
    percentiles = Preprocessing(
        height=40,
        width=24,
        version="golden-1",
        foreground=Foreground(percentile=95.0, fraction=0.3),
        crop=Crop(margin=0.0),
        intensity=Intensity(rule="foreground-percentiles", low=2.0, high=98.0),
        clip=(0.0, 1.2),
        min_foreground_fraction=0.05,
    )
    full = Preprocessing(
        height=48,
        width=56,
        version="golden-1",
        foreground=Foreground(rule="full"),
        crop=Crop(rule="full"),
        intensity=Intensity(rule="fixed", offset=-100.0, scale=0.0025),
        clip=(-1.0, 1.0),
        min_foreground_fraction=0.0,
    )
    rough = MapSettings(
        smoothing_sigma_px=0.0,
        combi_smoothing_sigma_px=0.0,
        foreground_erosion=0.0,
        statistics=STATISTICS,
        available=("rec", "grad-kl", "combi"),
    )
    wide = MapSettings(
        smoothing_sigma_px=2.25,
        combi_smoothing_sigma_px=0.7,
        foreground_erosion=0.05,
        statistics=STATISTICS,
        available=("rec", "grad-kl", "combi"),
    )
    empty = Preprocessing(height=16, width=16, version="golden-1", min_foreground_fraction=0.1)
    return [
        GoldenCase("square-spacing", head(64, 80, 1), (0.9, 0.9), median, smooth),
        GoldenCase("oblong-spacing", head(96, 72, 2), (0.7, 1.3), median, wide),
        GoldenCase(
            "unknown-spacing-at-the-border", head(64, 80, 3, shift=(-14.0, 19.0)), None, median, smooth
        ),
        GoldenCase("foreground-percentiles", head(96, 72, 4) * 7 + 40, (1.1, 0.8), percentiles, wide),
        GoldenCase("full-fixed", head(52, 60, 5) * 2 - 300, (2.0, 1.5), full, rough),
        GoldenCase("enlarged", head(30, 26, 6), (3.0, 2.5), median, smooth),
        GoldenCase("undershoot", undershot(head(96, 72, 8)), (0.9, 0.9), median, smooth),
        GoldenCase("no-foreground", speck(40, 48), (1.0, 1.0), empty, smooth),
    ]


def head(rows: int, columns: int, seed: int, shift: tuple[float, float] = (0.0, 0.0)) -> Values:
    """An off-centre ellipse with rim, holes, texture, noise and a smaller island; whole numbers."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    cy, cx = rows * 0.47 + shift[0], columns * 0.54 + shift[1]
    radius = np.hypot((y - cy) / (rows * 0.36), (x - cx) / (columns * 0.33))
    plane = np.where(radius < 1, 120 + 30 * np.sin(y / 5) * np.cos(x / 7) + 20 * (x - cx) / columns, 0)
    plane = np.where((radius > 0.88) & (radius < 1), 230.0, plane)
    hole = np.hypot(y - cy - rows * 0.06, x - cx + columns * 0.08) < rows * 0.05
    slit = (np.abs(x - cx - columns * 0.1) < 1.5) & (np.abs(y - cy) < rows * 0.11)
    plane = np.where(hole | slit, 3.0, plane)
    island = np.hypot(y - 4, x - 5) < 2.5
    plane = np.where(island, 150.0, plane)
    noisy: Values = np.rint(plane + np.abs(rng.normal(0, 4, plane.shape)))
    return noisy


def undershot(plane: Values) -> Values:
    """A slice with a few values far below its background, as interpolation leaves them beside edges."""
    changed = plane.copy()
    changed[40:45, 60:65:4] = [[-70.0], [-55.0], [-90.0], [-20.0], [-64.0]]
    return changed


def speck(rows: int, columns: int) -> Values:
    """A slice whose only bright part is too small to be a patient."""
    plane = np.zeros((rows, columns))
    plane[17:21, 20:25] = 90
    return plane


def raw_maps(case: GoldenCase) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Stand-ins for the maps of a model: (rec, grad-kl), [height, width], not negative."""
    i, j = np.mgrid[0 : case.preprocessing.height, 0 : case.preprocessing.width].astype(np.float64)
    rec = np.maximum(0.0, 0.08 * np.sin(i / 3 + 0.4) * np.cos(j / 4) + 0.02)
    grad = np.abs(np.cos(i / 2.3) * np.sin(j / 3.1 + 1)) + 0.05 * ((3 * i + 5 * j) % 7)
    return rec.astype(np.float32), grad.astype(np.float32)


def write_golden(out: Path) -> list[Path]:
    """Writes every case under `out` and returns their folders."""
    return [write_case(case, out / case.name) for case in golden_cases()]


def write_case(case: GoldenCase, folder: Path) -> Path:
    """Writes one case: case.json and its arrays, float32 or uint8, in C order."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "input.npy", case.values.astype(np.float32))
    made = preprocess_slice(case.values, case.spacing_mm, case.preprocessing, case.maps.foreground_erosion)
    written: dict[str, Any] = {
        "spacingMm": list(case.spacing_mm) if case.spacing_mm else None,
        "input": {
            "name": "x",
            "layout": "NCHW",
            "channels": 1,
            "height": case.preprocessing.height,
            "width": case.preprocessing.width,
        },
        "preprocessing": case.preprocessing.to_manifest(),
        "maps": case.maps.to_manifest(),
        "noForeground": made is None,
    }
    if made is not None:
        written["affine"] = {"cy": made.grid.cy, "cx": made.grid.cx, "u": made.grid.u}
        written["scale"] = {"offset": made.offset, "factor": made.factor}
        source_rec = write_arrays(case, made, folder)
        written["sliceScore"] = {
            name: quantile_inside(source_rec, made, quantile) for name, quantile in SCORED.items()
        }
    (folder / "case.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    return folder


def write_arrays(case: GoldenCase, made: ModelSlice, folder: Path) -> NDArray[np.float32]:
    """Writes what every step makes of a slice that has a foreground; returns `source-rec`.

    Raises:
        ValueError: A pixel of the model mask sits so near one half that rounding decides it.
    """
    wy, wx = made.grid.weights(*case.values.shape)
    coverage = wy @ made.eroded.astype(np.float64) @ wx.T
    if np.abs(coverage - 0.5).min() < 1e-9:
        raise ValueError(f"golden case {case.name}: a mask pixel is covered by exactly one half")
    rec, grad_kl = raw_maps(case)
    sigma = case.maps.smoothing_sigma_px
    smooth_rec = smooth_inside(rec.astype(np.float64), made.mask, sigma)
    smooth_grad = smooth_inside(grad_kl.astype(np.float64), made.mask, sigma)
    combi = combine_maps(smooth_grad, smooth_rec, made.mask, case.maps)
    source_rec = to_source_grid(smooth_rec, made, STATISTICS["rec"])
    arrays = {
        "foreground": made.foreground.astype(np.uint8),
        "model-input": made.x,
        "eroded": made.eroded.astype(np.uint8),
        "model-mask": made.mask.astype(np.uint8),
        "outline": outline_of(made, OUTLINE_CELLS).astype(np.float32),
        "raw-rec": rec,
        "raw-grad-kl": grad_kl,
        "smoothed-rec": smooth_rec.astype(np.float32),
        "smoothed-grad-kl": smooth_grad.astype(np.float32),
        "combi": combi.astype(np.float32),
        "source-rec": source_rec,
        "source-combi": to_source_grid(combi, made, STATISTICS["combi"]),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", np.ascontiguousarray(array))
    return source_rec
