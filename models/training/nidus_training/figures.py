"""A page of figures: input, lesion, reconstruction and maps of the best, median and worst patients."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import binary_erosion

from nidus_training.data import Slice
from nidus_training.evaluate import pool, prepare, score_map, truth_of
from nidus_training.maps.make import MapModel, reconstruct
from nidus_training.metrics import evaluate_pixels
from nidus_training.preprocess import ModelSlice
from nidus_training.settings import Preprocessing

SIDE = 192
WHITE = 16
LEGEND = (
    "Maps: black is 0, yellow the map's own threshold, white 16 times the threshold or more; what lies above "
    "the threshold goes from yellow to white. The rim of the lesion is red."
)
STYLE = (
    "body{background:#111;color:#eee;font:15px sans-serif}figure{display:inline-block;margin:4px}"
    "figcaption{font-size:12px;color:#bbb}img{image-rendering:pixelated}"
)


def choose_patients(scores: dict[str, float]) -> list[tuple[str, str]]:
    """The best, median and worst patients by a score: (word, patient), fewer where there are fewer."""
    order = sorted(scores, key=lambda one: -scores[one])
    picked = {"best": order[0], "median": order[len(order) // 2], "worst": order[-1]}
    return [(word, patient) for k, (word, patient) in enumerate(picked.items()) if k < len(order)]


def write_figures(
    model: MapModel,
    pre: Preprocessing,
    slices: Sequence[Slice],
    thresholds: Mapping[str, float],
    folder: Path,
    latent: Sequence[Path] = (),
) -> Path:
    """Writes figures.html and its pictures.

    The pictures are made of the evaluated images: they fall under those images' licence and terms, and are
    not for publishing.

    Args:
        model: Calibrated.
        pre: Preprocessing of its manifest.
        slices: Slices with lesions.
        thresholds: Maps to show, with their thresholds; patients are ranked by the average precision of
            the first.
        folder: Made where it is missing.
        latent: Pictures in the folder of what the code holds, shown at the end.

    Returns:
        The page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = list(thresholds)
    prepared = prepare(slices, pre, model.settings.foreground_erosion)
    pixels = pool(prepared, score_map(model, prepared, names[0]))
    patients = sorted({one.patient for one in pixels})
    ranked = {}
    for patient in patients:
        mine = [one for one in pixels if one.patient == patient and one.truth.any()]
        if mine:
            ranked[patient] = evaluate_pixels(mine, repeats=1)["ap"].value
    parts = [f"<!doctype html><meta charset=utf-8><title>Figures</title><style>{STYLE}</style>"]
    parts.append(f"<p>{LEGEND}</p>")
    for word, patient in choose_patients(ranked):
        parts.append(f"<h2>{word} patient: average precision {ranked[patient]:.2f}</h2>")
        rows = [k for k, (one, _) in enumerate(prepared) if one.patient == patient]
        largest = sorted(rows, key=lambda k: -truth_of(prepared[k][0]).sum())[:3]
        chosen = [prepared[k] for k in sorted(largest)]
        scores = {name: score_map(model, chosen, name) for name in names}
        for position, k in enumerate(sorted(largest)):
            one, made = prepared[k]
            shown = {"input": grey(one, made), "lesion": outline(one, made)}
            rebuilt = np.clip(reconstruct(model.network, made.x[None])[0, 0], 0, 1)
            shown["reconstruction"] = np.repeat((rebuilt * 255).astype(np.uint8)[:, :, None], 3, axis=2)
            for name in names:
                shown[name] = heat(scores[name][position] / thresholds[name], made)
            for label, picture in shown.items():
                file = f"{word}-{k:03d}-{label}.png"
                Image.fromarray(picture).resize((SIDE, SIDE)).save(folder / file)
                words = html.escape(label)
                parts.append(
                    f'<figure><img src="{file}" alt="{words}"><figcaption>{words}</figcaption></figure>'
                )
            parts.append("<br>")
    for path in latent:
        words = path.stem.replace("-", " ")
        parts.append(f'<h2>{words}</h2><img src="{path.name}" alt="{words}">')
    page = folder / "figures.html"
    page.write_text("\n".join(parts), encoding="utf-8")
    return page


def grey(one: Slice, made: ModelSlice) -> NDArray[np.uint8]:
    """The slice's foreground box in grey, [rows, columns, 3]."""
    values = np.clip((one.modality_values - made.offset) * made.factor, 0, 1)
    return np.repeat((box(values, made) * 255).astype(np.uint8)[:, :, None], 3, axis=2)


def outline(one: Slice, made: ModelSlice) -> NDArray[np.uint8]:
    """The slice with the rim of the lesion in red, two pixels wide."""
    picture = grey(one, made)
    lesion = box(truth_of(one), made)
    picture[lesion & ~binary_erosion(lesion, iterations=2)] = (255, 40, 40)
    return picture


def heat(scores: NDArray[np.float32], made: ModelSlice) -> NDArray[np.uint8]:
    """A score map over its threshold: red and yellow up to it, from there to white on a log scale."""
    over = np.maximum(box(scores, made), 0)
    level = np.where(over <= 1, over * 2 / 3, 2 / 3 + np.log(np.maximum(over, 1)) / np.log(WHITE) / 3)
    channels = [np.clip(3 * level - k, 0, 1) for k in range(3)]
    return (np.stack(channels, axis=2) * 255).astype(np.uint8)


def box(plane: np.ndarray, made: ModelSlice) -> np.ndarray:
    """The part of a source plane that the model grid covers."""
    ys, xs = made.grid.source_rows(), made.grid.source_columns()
    rows = slice(max(0, round(ys[0])), max(1, round(ys[-1]) + 1))
    return plane[rows, max(0, round(xs[0])) : max(1, round(xs[-1]) + 1)]
