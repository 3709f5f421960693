"""Augmentation by MONAI's transforms, sample by sample, where a configuration asks for it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as nnf
from torch import Tensor

from nidus_training.config import AugmentConfig

KNOTS = 5


def augment_with_monai(
    stored: Tensor, clip: tuple[float, float], g: torch.Generator, config: AugmentConfig
) -> tuple[Tensor, Tensor]:
    """Draws a batch of model inputs from stored slices; arguments and results as those of `augment`.

    A seed drawn from `g` sets MONAI's own source of randomness anew for every batch, so that a run can be
    repeated and continued.

    Raises:
        RuntimeError: MONAI is not installed.
    """
    transforms = build_transforms(config, tuple(stored.shape[-2:]))
    transforms.set_random_state(int(torch.randint(2**31, (1,), generator=g, device=g.device)))
    drawn = [transforms({"x": one[:1], "masks": one[1:]}) for one in stored.cpu()]
    x, masks = (torch.stack([torch.as_tensor(one[key]) for one in drawn]) for key in ("x", "masks"))
    # The store is sampled twice as densely as the model grid: the mean of 2 x 2 is its pixel.
    shrunk, covered = nnf.avg_pool2d(x, 2).clamp(*clip), nnf.avg_pool2d(masks, 2)
    return shrunk.to(stored.device), (covered > 0.5).float().to(stored.device)


@lru_cache(maxsize=4)
def build_transforms(config: AugmentConfig, size: tuple[int, int]) -> Any:
    """Flip, elastic and affine deformation of slice and masks alike, then what changes intensities.

    Args:
        config: How far each kind reaches; parts of the side become pixels of the store here.
        size: (rows, columns) of the store.
    """
    try:
        from monai import transforms as mt
    except ImportError as error:
        raise RuntimeError(
            "[augment] asks for MONAI, which is not installed: pip install 'nidus-training[monai]'"
        ) from error
    both, rows = ("x", "masks"), size[0]
    moved = config.shift * rows / 2
    steps = [
        mt.RandFlipd(both, prob=0.5 * config.flip, spatial_axis=1),
        mt.RandAffined(
            both,
            prob=1.0,
            rotate_range=math.radians(config.rotation_degrees),
            translate_range=(moved, moved),
            scale_range=(config.scale, config.scale),
            padding_mode=config.padding,
        ),
        mt.RandSmoothDeformd(
            both,
            spatial_size=size,
            rand_size=(KNOTS, KNOTS),
            prob=float(config.elastic > 0),
            def_range=max(config.elastic, 1e-9),
            grid_mode="bilinear",
            grid_padding_mode=config.padding,
        ),
        mt.RandAdjustContrastd(
            "x", prob=1.0, gamma=(math.exp(-2 * config.gamma), math.exp(2 * config.gamma)), retain_stats=True
        ),
        mt.RandScaleIntensityd("x", factors=2 * config.brightness, prob=float(config.brightness > 0)),
        mt.RandBiasFieldd(
            "x", degree=3, coeff_range=(-config.bias, config.bias), prob=float(config.bias > 0)
        ),
        mt.RandSimulateLowResolutiond(
            "x", prob=config.low_resolution, zoom_range=(0.5, 1.0), upsample_mode="bilinear"
        ),
        mt.RandGaussianNoised("x", prob=float(config.noise > 0), std=config.noise),
    ]
    return mt.Compose(steps)
