"""Simple methods that every model has to be compared with, brought through the same smoothing and mask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from nidus_training.augment import augment
from nidus_training.config import ModelConfig
from nidus_training.foreground import Values
from nidus_training.maps import smooth_inside
from nidus_training.networks.linear import LinearAutoencoder, fit_linear
from nidus_training.preprocess import ModelSlice

COMPONENTS = 64
DRAWS = 3000


@dataclass(frozen=True)
class Baselines:
    """What the baselines learned of the training slices."""

    linear: LinearAutoencoder
    residual: str = "positive"


def fit_baselines(stored: Tensor, config: ModelConfig, seed: int = 1) -> Baselines:
    """Fits mean image and principal components on augmented training slices.

    Args:
        stored: Training slices, see `build_store`.
        config: Gives the model grid and intensity range.
        seed: Of the augmentation.
    """
    g = torch.Generator().manual_seed(seed)
    target, clip = config.preprocessing.intensity.target, config.preprocessing.clip
    batches = []
    for _ in range(DRAWS // 100):
        chosen = stored[torch.randint(len(stored), (100,), generator=g)]
        batches.append(augment(chosen, target, clip, g, config.augment)[0][:, 0].numpy())
    drawn = np.concatenate(batches).astype(np.float64)
    return Baselines(fit_linear(drawn, COMPONENTS, seed), config.maps.residual)


def baseline_maps(one: ModelSlice, baselines: Baselines, sigma: float) -> dict[str, Values]:
    """Baseline maps after smoothing, [height, width] each.

    Args:
        one: The slice.
        baselines: Fitted on training slices.
        sigma: Smoothing in model pixels.
    """
    x = one.x[0].astype(np.float64)
    rest = x - baselines.linear.rebuild(x)
    planes = {
        "raw intensity": x,
        f"PCA-{COMPONENTS} residual": np.maximum(rest, 0)
        if baselines.residual == "positive"
        else np.abs(rest),
        "|x - mirrored x|": np.abs(x - x[:, ::-1]),
        "|x - mean image|": np.abs(x - baselines.linear.mean),
    }
    return {name: smooth_inside(plane, one.mask, sigma) for name, plane in planes.items()}
