"""Lesions planted into normal slices, in the manner of the MOOD challenge (Zimmerer et al. 2022): seeded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy import ndimage

from nidus_training.data import Slice
from nidus_training.foreground import Mask, Values, erode_foreground, find_foreground
from nidus_training.settings import Preprocessing

RADII = (0.04, 0.12)
DEPTH = 0.1


def plant_lesions(
    slices: Sequence[Slice], settings: Preprocessing, seed: int, kinds: Sequence[str] | None = None
) -> list[Slice]:
    """Plants one lesion into every slice.

    Args:
        slices: Normal slices.
        settings: Gives the foreground rule; lesions lie at least a tenth of its longer side deep in it.
        seed: The same seed, slices and kinds give the same lesions.
        kinds: Names in `KINDS`, taken in turn; all when None.

    Returns:
        Copies with the changed pixels as `lesion` and the kind before the name, `kind:name`; slices without
        room for a lesion are left out.
    """
    rng = np.random.default_rng(seed)
    names = list(kinds or KINDS)
    made = []
    for index, one in enumerate(slices):
        values = one.modality_values
        foreground = find_foreground(values, settings.foreground)
        if not foreground.any():
            continue
        inner = erode_foreground(foreground, one.spacing_mm or (1.0, 1.0), DEPTH)
        if not inner.any():
            continue
        kind = names[index % len(names)]
        cover = draw_cover(inner, rng)
        low, high = np.percentile(values[foreground], [1, 99])
        changed = KINDS[kind](values, cover, inner, float(high - low), rng)
        mixed = values + cover * (changed - values)
        made.append(replace(one, name=f"{kind}:{one.name}", values=mixed, lesion=cover > 0.5, abnormal=True))
    return made


def draw_cover(inner: Mask, rng: np.random.Generator) -> Values:
    """A soft, uneven ellipse in [0, 1] centred on a random inner pixel, [rows, columns]."""
    rows, columns = inner.shape
    ys, xs = np.nonzero(inner)
    chosen = rng.integers(len(ys))
    side = np.sqrt(inner.sum())
    a, b = side * rng.uniform(*RADII, 2)
    angle = rng.uniform(0, np.pi)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    dy, dx = y - ys[chosen], x - xs[chosen]
    u = (dy * np.cos(angle) + dx * np.sin(angle)) / a
    v = (dx * np.cos(angle) - dy * np.sin(angle)) / b
    knots = rng.normal(0, 0.2, (9, 9))
    uneven = ndimage.map_coordinates(knots, [8 * y / max(1, rows - 1), 8 * x / max(1, columns - 1)], order=3)
    cover: Values = 1 / (1 + np.exp(-(1 - np.hypot(u, v) - uneven) / 0.12))
    return np.where(ndimage.binary_dilation(inner, iterations=2), cover, 0.0)


def shift_intensity(
    values: Values, cover: Values, inner: Mask, spread: float, rng: np.random.Generator
) -> Values:
    """Brighter, or in one of three cases darker, by 15 to 40 % of the slice's range."""
    sign = -1.0 if rng.random() < 1 / 3 else 1.0
    return values + sign * rng.uniform(0.15, 0.4) * spread


def blur(values: Values, cover: Values, inner: Mask, spread: float, rng: np.random.Generator) -> Values:
    """Detail lost: a Gaussian of a fifth to a half of the lesion's radius."""
    sigma = rng.uniform(0.2, 0.5) * np.sqrt((cover > 0.5).sum() / np.pi)
    blurred: Values = ndimage.gaussian_filter(values, max(1.0, sigma))
    return blurred


def deform(values: Values, cover: Values, inner: Mask, spread: float, rng: np.random.Generator) -> Values:
    """Tissue pushed outwards from, or drawn into, the lesion's centre by up to half of its radius."""
    cy, cx = ndimage.center_of_mass(cover)
    y, x = np.mgrid[0 : values.shape[0], 0 : values.shape[1]].astype(np.float64)
    pull = rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 0.5) * cover
    where = np.stack([y + pull * (y - cy), x + pull * (x - cx)])
    deformed: Values = ndimage.map_coordinates(values, where, order=1, mode="nearest")
    return deformed


def copy_patch(values: Values, cover: Values, inner: Mask, spread: float, rng: np.random.Generator) -> Values:
    """Tissue of another place of the same slice."""
    ys, xs = np.nonzero(inner)
    cy, cx = ndimage.center_of_mass(cover)
    radius = np.sqrt((cover > 0.5).sum() / np.pi)
    away = np.hypot(ys - cy, xs - cx)
    choices = np.flatnonzero(away > min(2 * radius, 0.7 * float(away.max())))
    chosen = rng.choice(choices)
    dy, dx = round(ys[chosen] - cy), round(xs[chosen] - cx)
    copied: Values = ndimage.shift(values, (-dy, -dx), order=0, mode="nearest")
    return copied


Change = Callable[[Values, Values, Mask, float, np.random.Generator], Values]

KINDS: dict[str, Change] = {
    "intensity": shift_intensity,
    "blur": blur,
    "deformation": deform,
    "copied-patch": copy_patch,
}
