"""Writes and reads model.json, the manifest beside each ONNX graph."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nidus_training.calibrate import Calibration
from nidus_training.config import ModelConfig
from nidus_training.dataset_facts import FACTS
from nidus_training.losses import elbo_terms
from nidus_training.settings import MapSettings, Preprocessing


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
    pre, t, facts = config.preprocessing, config.training, FACTS[config.data.kind]
    loss, beta = elbo_terms(t.loss, t.scale, t.kl_weight)
    code = {"mu": "mu", "logVar": "log_var"} if config.kind in ("vae", "cevae") else {}
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
        "outputs": {"reconstruction": "reconstruction"} | code,
        "losses": {"reconstruction": loss, "beta": beta},
        "maps": calibration.maps.to_manifest(),
        "thresholds": calibration.thresholds,
        "findings": {"minAreaMm2": config.min_area_mm2, "minAreaPx": config.min_area_px},
        "sliceScore": calibration.slice_score,
        "trainedFor": facts.trained_for,
        "training": {
            "dataset": facts.dataset,
            "datasetLicence": facts.dataset_licence,
            "images": images,
            "patients": patients,
            "recipe": recipe,
            "seed": config.training.seed,
        },
        "licence": facts.licence,
        "intendedUse": facts.intended_use,
    }


def describe_recipe(config: ModelConfig) -> str:
    """Puts the training into one line for the manifest."""
    t, n = config.training, config.network
    path = f"models/training/configs/{config.id}.toml"
    if config.average.members:
        return f"mean of the reconstructions of {', '.join(config.average.members)}; {path}"
    common = f"{t.samples} samples, batch {t.batch}, AdamW {t.learning_rate:g} cosine"
    phantoms = f", phantom share {t.phantom_share:.0%}" if t.phantom_share else ""
    if n.kind == "denoiser":
        form = "gated U-Net" if n.gate else "U-Net"
        noisy = 1 - t.simulated_share - t.clean_share
        noise = f", {noisy:.0%} coarse noise of SD {t.noise_sd:g} on a 16 x 16 grid" if noisy > 0.005 else ""
        seeds = f", mean of seeds {', '.join(map(str, config.average.seeds))}" if config.average.seeds else ""
        return (
            f"{config.kind}, {form} {'-'.join(map(str, n.channels))} on 2 x 2 unshuffled pixels, {common}, "
            f"mean {t.loss.upper()}, simulated lesions {t.simulated_share:.0%}, unchanged "
            f"{t.clean_share:.0%}{noise}, lesion slices with the lesion left out {t.lesion_share:.0%}"
            f"{phantoms}, EMA {t.ema:g}{seeds}; {path}"
        )
    context = (
        f"context share {t.context_share:g} ({1 - t.blob_share - t.noise_share:.0%} squares, "
        f"{t.blob_share:.0%} soft patches, {t.noise_share:.0%} coarse noise)"
        if t.context_share
        else "no context branch"
    )
    return (
        f"{config.kind}, maps {'-'.join(map(str, n.channels))}, z {n.latent}, {common}, summed "
        f"{t.loss.upper()} / {t.scale:g}, KL weight {t.kl_weight:g} ramped over {t.kl_ramp:.0%}, {context}"
        f"{phantoms}, EMA {t.ema:g}; {path}"
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
