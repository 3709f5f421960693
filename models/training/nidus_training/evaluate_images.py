"""Image scores on images of which only the label is known, beside simple scores."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from nidus_training.baselines import Baselines
from nidus_training.data import Slice
from nidus_training.evaluate import IMAGE_QUANTILE, Table, prepare, score_map
from nidus_training.lesion_metrics import draw_images
from nidus_training.maps.make import MapModel
from nidus_training.metrics import summarise
from nidus_training.score import run_network
from nidus_training.settings import MapSettings, Preprocessing
from nidus_training.slice_score import quantile_inside


def in_tuning_half(patient: str) -> bool:
    """Whether a labelled patient belongs to the half on which design choices were made."""
    return int(hashlib.sha256(patient.encode()).hexdigest(), 16) % 2 == 0


def evaluate_images(
    model: MapModel,
    settings: tuple[Preprocessing, MapSettings],
    baselines: Baselines,
    images: Sequence[Slice],
    repeats: int = 1000,
    names: Sequence[str] = ("rec",),
) -> dict[str, Any]:
    """AUROC of image scores, of all patients and of those on which nothing was chosen.

    Args:
        model: Calibrated.
        settings: Preprocessing and maps of the manifest.
        baselines: Fitted on training images.
        images: Labelled images of patients the model has not seen.
        repeats: Bootstrap draws of whole patients.
        names: Maps whose 95 % quantile is measured too.

    Returns:
        `all` and `held-out`: score -> `image_auroc` with interval; and the numbers of images and patients.
    """
    pre, maps = settings
    prepared = prepare(images, pre, maps.foreground_erosion)
    raws = list(run_network(model.network, [one for _, one in prepared], model.rec()))
    scores: dict[str, list[float]] = {
        "ELBO": [raw.rec + model.beta * raw.kl for raw in raws],
        "reconstruction error": [raw.rec for raw in raws],
        "KL": [raw.kl for raw in raws],
    }
    for name in names:
        planes = score_map(model, prepared, name)
        scores[f"95 % quantile of {name}"] = [
            quantile_inside(plane, one, IMAGE_QUANTILE)
            for plane, (_, one) in zip(planes, prepared, strict=True)
        ]
    x = [one.x[0].astype(np.float64) for _, one in prepared]
    scores["baseline: mean intensity of the file"] = [
        float(one.modality_values.mean()) for one, _ in prepared
    ]
    scores["baseline: mean intensity of the model input"] = [float(one.mean()) for one in x]
    for kept in (baselines.linear, baselines.linear.shortened(12)):
        label = f"baseline: PCA-{len(kept.components)} residual"
        scores[label] = [float(np.abs(one - kept.rebuild(one)).sum()) for one in x]
    found: dict[str, Any] = {}
    for group in ("all", "held-out"):
        rows = [k for k, (one, _) in enumerate(prepared) if group == "all" or not in_tuning_half(one.patient)]
        table: Table = {}
        for name, values in scores.items():
            drawn = draw_images(
                [values[k] for k in rows],
                [prepared[k][0].abnormal for k in rows],
                [prepared[k][0].patient for k in rows],
                repeats,
            )
            table[name] = {key: asdict(one) for key, one in summarise(*drawn).items()}
        found[group] = {
            "images": len(rows),
            "patients": len({prepared[k][0].patient for k in rows}),
            "scores": table,
        }
    return found
