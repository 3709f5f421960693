"""Small round heads, made from formulas, for tests without the development data."""

import numpy as np
import torch

from nidus_training.config import ModelConfig, NetworkConfig, TrainingConfig
from nidus_training.data import Slice
from nidus_training.settings import MapSettings, Preprocessing
from nidus_training.store import build_store


def heads(count: int, seed: int, split: str = "train") -> list[Slice]:
    """Round heads with a rim, brain and ventricles, two slices a patient."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:96, 0:96].astype(float)
    made = []
    for k in range(count):
        a, b = rng.uniform(30, 38), rng.uniform(26, 34)
        radius = np.hypot((y - 48) / a, (x - 48) / b)
        values = np.where(radius < 1, 100.0, 0.0) + np.where((radius > 0.85) & (radius < 1), 90.0, 0.0)
        width = rng.uniform(2, 4)
        values -= 70 * ((np.abs(np.abs(x - 48) - 6) < width) & (np.abs(y - 48) < 10))
        noisy = np.clip(values + rng.normal(0, 3, values.shape), 0, 255)
        made.append(Slice(f"{split}-{seed}-{k}", f"{split}-{seed}-{k // 2}", split, noisy.astype(np.uint8)))
    return made


def small_config(kind: str = "cevae", **training: float | int | bool) -> ModelConfig:
    """A model of 16 x 16 that trains in a second."""
    options = {"samples": 640, "batch": 8, "bf16": False} | training
    if kind in ("vae", "ae", "dae"):
        options["context_share"] = 0.0
    dae = kind == "dae"
    return ModelConfig(
        id="small",
        name="Small",
        kind=kind,
        version="0.0.1",
        preprocessing=Preprocessing(height=16, width=16),
        maps=MapSettings(smoothing_sigma_px=0.5, combi_smoothing_sigma_px=0.5, default="rec"),
        network=NetworkConfig(
            kind="denoiser" if dae else "autoencoder",
            channels=(4, 8),
            latent=6,
            extra_convolutions=1,
            dropout=0.1,
        ),
        training=TrainingConfig(**options),  # type: ignore[arg-type]
    )


def stored(config: ModelConfig, seed: int = 1) -> torch.Tensor:
    """Training slices of synthetic heads."""
    return build_store(heads(12, seed), config.preprocessing, config.maps.foreground_erosion)


def silent(line: str) -> None:
    """Takes a progress line and says nothing."""
