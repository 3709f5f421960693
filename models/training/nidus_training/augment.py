"""Augmentation in batches: what varies between heads and scanners, not what a lesion looks like."""

from __future__ import annotations

import math
from functools import cache

import torch
import torch.nn.functional as nnf
from torch import Tensor

from nidus_training.augment_monai import augment_with_monai
from nidus_training.config import AugmentConfig

PLAIN = AugmentConfig()


def augment(
    stored: Tensor,
    settings_target: float,
    clip: tuple[float, float],
    g: torch.Generator,
    config: AugmentConfig = PLAIN,
) -> tuple[Tensor, Tensor]:
    """Draws a batch of model inputs from stored slices.

    Args:
        stored: [batch, 1 + masks, 2 height, 2 width], see `build_store`.
        settings_target: Model value of the foreground's median, which gamma leaves where it is.
        clip: Range of the model input.
        g: Source of all randomness.
        config: How far each kind reaches.

    Returns:
        (x [batch, 1, height, width], masks as 0 or 1 [batch, masks, height, width], the eroded foreground
        first).
    """
    if config.library == "monai":
        x, masks = augment_with_monai(stored, clip, g, config)
        return strip(x, masks, config.stripped, g), masks
    batch, _, rows, columns = stored.shape
    height, width = rows // 2, columns // 2
    where = deformed_grid(batch, height, width, config, g)
    sampled = nnf.grid_sample(
        stored, where, mode="bilinear", padding_mode=config.padding, align_corners=False
    )
    x, masks = sampled[:, :1].clamp(min=0), (sampled[:, 1:] > 0.5).float()
    gamma = torch.exp(config.gamma * normal((batch, 1, 1, 1), g))
    x = settings_target * (x / settings_target + 1e-6) ** gamma
    x = x * torch.exp(coarse_field(batch, 3, height, width, config.bias, g))
    if config.brightness > 0:
        x = x * torch.exp(config.brightness * normal((batch, 1, 1, 1), g))
    if config.low_resolution > 0:
        coarse = nnf.interpolate(nnf.avg_pool2d(x, 2), scale_factor=2.0, mode="bilinear", align_corners=False)
        x = torch.where(
            torch.rand((batch, 1, 1, 1), generator=g, device=g.device) < config.low_resolution, coarse, x
        )
    x = strip(x, masks, config.stripped, g)
    noise = config.noise * torch.rand((batch, 1, 1, 1), generator=g, device=g.device)
    return (x + noise * normal(x.shape, g)).clamp(*clip), masks


def strip(x: Tensor, masks: Tensor, share: float, g: torch.Generator) -> Tensor:
    """Takes all outside the eroded foreground, the first of the masks, from a share of the slices."""
    if share == 0:
        return x
    bare = torch.rand((len(x), 1, 1, 1), generator=g, device=g.device) < share
    return torch.where(bare, x * masks[:, :1], x)


def deformed_grid(batch: int, height: int, width: int, config: AugmentConfig, g: torch.Generator) -> Tensor:
    """Sampling positions [batch, height, width, 2] in [-1, 1]: flip, rotation, scale, shift, elastic."""
    angle = math.radians(config.rotation_degrees) * uniform((batch,), g)
    flip = torch.where(torch.rand((batch,), generator=g, device=g.device) < 0.5 * config.flip, -1.0, 1.0)
    scale = 1 + config.scale * uniform((batch, 2), g)
    cos, sin = angle.cos(), angle.sin()
    shift = config.shift * uniform((batch, 2), g)
    row_x = torch.stack([flip * cos * scale[:, 0], -sin * scale[:, 0], shift[:, 0]], dim=1)
    row_y = torch.stack([flip * sin * scale[:, 1], cos * scale[:, 1], shift[:, 1]], dim=1)
    affine = nnf.affine_grid(
        torch.stack([row_x, row_y], dim=1), [batch, 1, height, width], align_corners=False
    )
    elastic = torch.cat([coarse_field(batch, 5, height, width, config.elastic, g) for _ in range(2)], dim=1)
    return affine + elastic.permute(0, 2, 3, 1)


def coarse_field(batch: int, knots: int, height: int, width: int, size: float, g: torch.Generator) -> Tensor:
    """Smooth random field [batch, 1, height, width]: normal knots of SD `size`, bicubic between them."""
    field = size * normal((batch, 1, knots, knots), g)
    return bicubic(knots, height).to(g.device) @ field @ bicubic(knots, width).to(g.device).T


@cache
def bicubic(knots: int, length: int) -> Tensor:
    """Weights [length, knots] of bicubic enlargement with the corners kept: two products are one enlargement.

    Three times as fast as enlarging every field for itself.
    """
    unit = torch.eye(knots)[None, None]
    return nnf.interpolate(unit, (length, knots), mode="bicubic", align_corners=True)[0, 0]


def normal(shape: tuple[int, ...] | torch.Size, g: torch.Generator) -> Tensor:
    """Standard normal numbers."""
    return torch.randn(shape, generator=g, device=g.device)


def uniform(shape: tuple[int, ...], g: torch.Generator) -> Tensor:
    """Uniform numbers in [-1, 1]."""
    return 2 * torch.rand(shape, generator=g, device=g.device) - 1
