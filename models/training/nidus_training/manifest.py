"""Writes and reads model.json, the manifest beside each ONNX graph."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nidus_training.calibrate import Calibration, elbo_weight
from nidus_training.config import ModelConfig
from nidus_training.settings import MapSettings, Preprocessing

LICENCE = "CC-BY-NC-SA-4.0"
INTENDED_USE = (
    "Research on anomaly detection in axial brain FLAIR slices. Not a medical device; not for diagnosis, "
    "screening or treatment decisions."
)
DATASET = (
    "Axial FLAIR slices of TCGA-LGG (TCIA; LGG Segmentation Dataset of Buda et al. 2019), the lesion-free "
    "half mirrored over the midline; generated head phantoms"
)
DATASET_LICENCE = "CC-BY-NC-SA-4.0 (brain slices); Apache-2.0 (phantoms)"


def build_manifest(
    config: ModelConfig, calibration: Calibration, sha256: str, images: int, patients: int, recipe: str
) -> dict[str, Any]:
    """Assembles a manifest as `src-main/contract/manifest.ts` defines it.

    Args:
        config: The model's configuration.
        calibration: Statistics and thresholds.
        sha256: Of the ONNX file.
        images: Training slices.
        patients: Patients they come from (phantom heads are not patients).
        recipe: The training in one line.
    """
    pre = config.preprocessing
    return {
        "schemaVersion": 1,
        "id": config.id,
        "name": config.name,
        "version": config.version,
        "kind": config.kind,
        "file": "model.onnx",
        "sha256": sha256,
        "input": {
            "name": "x",
            "layout": "NCHW",
            "channels": 1,
            "height": pre.height,
            "width": pre.width,
        },
        "preprocessing": pre.to_manifest(),
        "outputs": {"reconstruction": "reconstruction", "mu": "mu", "logVar": "log_var"},
        "losses": {"reconstruction": "l1", "beta": elbo_weight(config)},
        "maps": calibration.maps.to_manifest(),
        "thresholds": calibration.thresholds,
        "findings": {"minAreaMm2": config.min_area_mm2, "minAreaPx": config.min_area_px},
        "sliceScore": calibration.slice_score,
        "trainedFor": {
            "modalities": ["MR"],
            "bodyParts": ["BRAIN", "HEAD"],
            "contrast": "FLAIR",
            "orientation": "axial",
        },
        "training": {
            "dataset": DATASET,
            "datasetLicence": DATASET_LICENCE,
            "images": images,
            "patients": patients,
            "recipe": recipe,
            "seed": config.training.seed,
        },
        "licence": LICENCE,
        "intendedUse": INTENDED_USE,
    }


def describe_recipe(config: ModelConfig) -> str:
    """Puts the training into one line for the manifest."""
    t, n = config.training, config.network
    context = (
        f"context share {t.context_share:g} ({1 - t.blob_share - t.noise_share:.0%} squares, "
        f"{t.blob_share:.0%} soft patches, {t.noise_share:.0%} coarse noise)"
        if t.context_share
        else "no context branch"
    )
    return (
        f"{config.kind}, maps {'-'.join(map(str, n.channels))}, z {n.latent}, {t.samples} samples, "
        f"batch {t.batch}, AdamW {t.learning_rate:g} cosine, summed L1 / {t.scale:g}, "
        f"KL weight {t.kl_weight:g} ramped over {t.kl_ramp:.0%}, {context}, phantom share "
        f"{t.phantom_share:.0%}, EMA {t.ema:g}; models/training/configs/{config.id}.toml"
    )


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Writes model.json into a model folder."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / "model.json").write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Reads model.json of a model folder."""
    manifest: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    return manifest


def settings_of(manifest: dict[str, Any]) -> tuple[Preprocessing, MapSettings]:
    """The preprocessing and map settings of a manifest, typed."""
    size = manifest["input"]
    pre = Preprocessing.from_manifest(manifest["preprocessing"], size["height"], size["width"])
    return pre, MapSettings.from_manifest(manifest["maps"])
