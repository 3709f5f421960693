"""Where a simulated lesion lies: soft, uneven covers of any size, some of which follow the tissue."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as nnf
from torch import Tensor

from nidus_training.augment import coarse_field, uniform

SMALLEST, LARGEST = 0.015, 0.22
OCTAVES = (5, 9, 17, 33)


def draw_covers(x: Tensor, inside: Tensor, median: float, g: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draws one lesion's place in every slice.

    An ellipse around a random pixel of the foreground, its edge moved by noise of several scales. Its mean
    radius is log-uniform between 1.5 and 22 % of the height, so that lesions of few pixels are as frequent
    as those of a third of the brain. Half of the lesions spare what is darker than tissue (sulci,
    ventricles), and some of these what is brighter, as oedema spares the cortex.

    Args:
        x: Slices [batch, 1, height, width].
        inside: Where lesions may lie, same shape, 0 or 1.
        median: Model value of the foreground's median.
        g: Source of randomness.

    Returns:
        (cover, core), each [batch, 1, height, width] in [0, 1]; the core is the inner part of the cover.
    """
    batch, _, height, width = x.shape
    ys = torch.arange(height, dtype=torch.float32, device=g.device)[None, :, None]
    xs = torch.arange(width, dtype=torch.float32, device=g.device)[None, None, :]
    chosen = torch.multinomial(inside.flatten(1) + 1e-6, 1, generator=g)[:, 0]
    cy, cx = (chosen // width).float()[:, None, None], (chosen % width).float()[:, None, None]
    radius = height * SMALLEST * (LARGEST / SMALLEST) ** draw((batch, 1, 1), g)
    stretch = torch.exp(0.4 * uniform((batch, 1, 1), g))
    angle = math.pi * uniform((batch, 1, 1), g)
    dy, dx = ys - cy, xs - cx
    distance = torch.hypot(
        (dy * angle.cos() + dx * angle.sin()) / (radius * stretch),
        (dx * angle.cos() - dy * angle.sin()) * stretch / radius,
    )[:, None]
    roughness = 0.4 * draw((batch, 1, 1, 1), g)
    for octave in OCTAVES:
        distance = distance + roughness * coarse_field(batch, octave, height, width, 1.0, g)
        roughness = roughness * 0.8
    softness = 0.03 + 0.25 * draw((batch, 1, 1, 1), g) ** 1.5
    cover = torch.sigmoid((1 - distance) / softness) * inside
    core = torch.sigmoid((0.35 + 0.4 * draw((batch, 1, 1, 1), g) - distance) / softness)
    return cover * tissue_alone(x, median, g), core


def tissue_alone(x: Tensor, median: float, g: torch.Generator) -> Tensor:
    """1 in half of the slices, else low where smoothed grey values leave those of tissue."""
    shape = (x.shape[0], 1, 1, 1)
    smooth = nnf.avg_pool2d(x, 3, 1, 1)
    edge = median * (0.06 + 0.1 * draw(shape, g))
    brighter = torch.sigmoid((smooth - median * (0.3 + 0.5 * draw(shape, g))) / edge)
    darker = torch.sigmoid((median * (1.05 + 0.4 * draw(shape, g)) - smooth) / edge)
    band = torch.where(draw(shape, g) < 0.4, brighter * darker, brighter)
    return torch.where(draw(shape, g) < 0.5, band, torch.ones_like(band))


def draw(shape: tuple[int, ...], g: torch.Generator) -> Tensor:
    """Uniform numbers in [0, 1]."""
    return torch.rand(shape, generator=g, device=g.device)
