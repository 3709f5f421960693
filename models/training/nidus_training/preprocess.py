"""One slice to the model's input grid. The application does the same in TypeScript, to 1e-5."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nidus_training.foreground import (
    Mask,
    Values,
    background_level,
    bounds_of,
    erode_foreground,
    find_foreground,
)
from nidus_training.settings import Intensity, Preprocessing


@dataclass(frozen=True)
class ModelGrid:
    """Where the model grid lies on the slice, in pixel-centre index coordinates of the source.

    Model pixel (i, j) has its centre at y = cy + (i - (height - 1) / 2) * u / row_mm, and x likewise.
    """

    cy: float
    cx: float
    u: float
    height: int
    width: int
    spacing_mm: tuple[float, float]

    def source_rows(self) -> Values:
        """Returns the source row coordinate of every model row, [height]."""
        step = self.u / self.spacing_mm[0]
        rows: Values = self.cy + (np.arange(self.height, dtype=np.float64) - (self.height - 1) / 2) * step
        return rows

    def source_columns(self) -> Values:
        """Returns the source column coordinate of every model column, [width]."""
        step = self.u / self.spacing_mm[1]
        columns: Values = self.cx + (np.arange(self.width, dtype=np.float64) - (self.width - 1) / 2) * step
        return columns

    def weights(self, rows: int, columns: int) -> tuple[Values, Values]:
        """Returns the resampling weights ([height, rows], [width, columns]) of an antialiased triangle."""
        wy = triangle_weights(self.source_rows(), self.u / self.spacing_mm[0], rows)
        wx = triangle_weights(self.source_columns(), self.u / self.spacing_mm[1], columns)
        return wy, wx


@dataclass(frozen=True)
class ModelSlice:
    """A slice ready for the model, with all that the way back needs."""

    grid: ModelGrid
    offset: float
    factor: float
    x: NDArray[np.float32]
    foreground: Mask
    eroded: Mask
    mask: Mask


def triangle_weights(centres: Values, step: float, length: int) -> Values:
    """Weights of a separable triangle filter that widens with the step, so that shrinking does not alias.

    Args:
        centres: Source coordinate of every output row, [outputs].
        step: Source pixels per output pixel.
        length: Source pixels along this axis.

    Returns:
        [outputs, length]; each row is normalised by the weights of all integers, also those outside.
    """
    support = max(1.0, step)
    reach = int(np.ceil(support)) + 1
    first = int(np.floor(centres.min())) - reach
    last = int(np.ceil(centres.max())) + reach
    ks = np.arange(min(first, 0), max(last, length - 1) + 1, dtype=np.float64)
    weights = np.maximum(0.0, 1.0 - np.abs(ks[None, :] - centres[:, None]) / support)
    weights /= weights.sum(axis=1, keepdims=True)
    start = int(-ks[0])
    inside: Values = weights[:, start : start + length]
    return inside


def intensity_scale(
    values: Values, foreground: Mask, base: float, rule: Intensity
) -> tuple[float, float] | None:
    """Offset and factor that turn modality values into model values: (value - offset) * factor.

    Args:
        values: Modality values [rows, columns].
        foreground: Mask [rows, columns].
        base: Level of the background, see `background_level`.
        rule: Of the manifest.

    Returns:
        (offset, factor), or None where the foreground has no contrast.
    """
    if rule.rule == "fixed":
        return rule.offset, rule.scale
    inside = values[foreground]
    if rule.rule == "foreground-median":
        offset, target = base, rule.target
        width = float(np.median(inside)) - offset
    else:
        offset, target = float(np.percentile(inside, rule.low)), 1.0
        width = float(np.percentile(inside, rule.high)) - offset
    return (offset, target / width) if width > 0 else None


def place_grid(foreground: Mask, spacing_mm: tuple[float, float], settings: Preprocessing) -> ModelGrid:
    """Lays the model grid over the crop box, isotropic in mm and centred on it."""
    row_mm, column_mm = spacing_mm
    rows, columns = foreground.shape
    boxed = settings.crop.rule == "foreground-box"
    y0, y1, x0, x1 = bounds_of(foreground) if boxed else (0, rows - 1, 0, columns - 1)
    grow = 1 + (settings.crop.margin if boxed else 0.0)
    height_mm, width_mm = (y1 - y0 + 1) * row_mm, (x1 - x0 + 1) * column_mm
    u = max(height_mm * grow / settings.height, width_mm * grow / settings.width)
    return ModelGrid((y0 + y1) / 2, (x0 + x1) / 2, u, settings.height, settings.width, spacing_mm)


def preprocess_slice(
    values: Values,
    spacing_mm: tuple[float, float] | None,
    settings: Preprocessing,
    erosion: float,
) -> ModelSlice | None:
    """Brings one slice to the model grid.

    Args:
        values: Modality values [rows, columns].
        spacing_mm: (row spacing, column spacing), None where unknown (then 1 mm).
        settings: Preprocessing of the manifest.
        erosion: Foreground erosion, a fraction of the longer side of the foreground's box.

    Returns:
        The slice on the model grid, x [1, height, width]; None for a slice without foreground.
    """
    values = np.asarray(values, dtype=np.float64)
    spacing = spacing_mm or (1.0, 1.0)
    foreground = find_foreground(values, settings.foreground)
    if not foreground.any() or foreground.mean() < settings.min_foreground_fraction:
        return None
    base = background_level(values, settings.foreground)
    scale = intensity_scale(values, foreground, base, settings.intensity)
    if scale is None:
        return None
    offset, factor = scale
    grid = place_grid(foreground, spacing, settings)
    wy, wx = grid.weights(*values.shape)
    x = np.clip((wy @ (values - offset) @ wx.T) * factor, *settings.clip)
    eroded = erode_foreground(foreground, spacing, erosion)
    mask = (wy @ eroded.astype(np.float64) @ wx.T) > 0.5
    return ModelSlice(grid, offset, factor, x[None].astype(np.float32), foreground, eroded, mask)
