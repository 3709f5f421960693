"""Corruptions of the context branch: part of the slice is hidden, the network rebuilds the clean slice."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from nidus_training.augment import coarse_field, uniform

SQUARES = 3
BLOBS = 2


def hide_squares(x: Tensor, g: torch.Generator) -> Tensor:
    """Replaces one to three squares by constants (Zimmerer et al. 2018, arXiv 1812.05941).

    Args:
        x: [batch, 1, height, width].
        g: Source of randomness.

    Returns:
        A corrupted copy. Sides reach half of the image; constants come from the image's own range.
    """
    batch, _, height, width = x.shape
    ys, xs = (
        torch.arange(height, device=g.device)[None, :, None],
        torch.arange(width, device=g.device)[None, None, :],
    )
    low, high = x.flatten(1).min(dim=1).values, x.flatten(1).max(dim=1).values
    hidden = x.clone()
    count = torch.randint(1, SQUARES + 1, (batch,), generator=g, device=g.device)
    for k in range(SQUARES):
        side = (0.08 + 0.42 * torch.rand((batch, 2), generator=g, device=g.device)) * torch.tensor(
            [height, width], device=g.device
        )
        centre = torch.rand((batch, 2), generator=g, device=g.device) * torch.tensor(
            [height, width], device=g.device
        )
        inside = ((ys - centre[:, 0, None, None]).abs() < side[:, 0, None, None] / 2) & (
            (xs - centre[:, 1, None, None]).abs() < side[:, 1, None, None] / 2
        )
        inside &= (count > k)[:, None, None]
        fill = low + (high - low) * torch.rand((batch,), generator=g, device=g.device)
        hidden = torch.where(inside[:, None], fill[:, None, None, None], hidden)
    return hidden


def hide_blobs(x: Tensor, inside: Tensor, clip: tuple[float, float], g: torch.Generator) -> Tensor:
    """Covers or shifts one or two soft, uneven patches within the foreground, brighter or darker.

    Args:
        x: [batch, 1, height, width].
        inside: Eroded foreground, same shape.
        clip: Range of the model input.
        g: Source of randomness.
    """
    batch, _, height, width = x.shape
    ys = torch.arange(height, dtype=torch.float32, device=g.device)[None, :, None]
    xs = torch.arange(width, dtype=torch.float32, device=g.device)[None, None, :]
    hidden = x
    second = torch.rand((batch,), generator=g, device=g.device) < 0.4
    for k in range(BLOBS):
        weights = inside.flatten(1) + 1e-6
        chosen = torch.multinomial(weights, 1, generator=g)[:, 0]
        cy, cx = (chosen // width).float()[:, None, None], (chosen % width).float()[:, None, None]
        angle = math.pi * uniform((batch, 1, 1), g)
        radii = height * (0.04 + 0.2 * torch.rand((batch, 2), generator=g, device=g.device) ** 1.3)
        a, b = radii[:, 0, None, None], radii[:, 1, None, None]
        dy, dx = ys - cy, xs - cx
        distance = torch.hypot(
            (dy * angle.cos() + dx * angle.sin()) / a, (dx * angle.cos() - dy * angle.sin()) / b
        )
        distance = distance + coarse_field(batch, 9, height, width, 0.25, g)[:, 0]
        softness = 0.05 + 0.25 * torch.rand((batch, 1, 1), generator=g, device=g.device)
        cover = torch.sigmoid((1 - distance) / softness)[:, None]
        if k:
            cover = cover * second[:, None, None, None]
        opacity = 0.4 + 0.6 * torch.rand((batch, 1, 1, 1), generator=g, device=g.device)
        target = torch.rand((batch, 1, 1, 1), generator=g, device=g.device) ** 0.7
        texture = coarse_field(batch, 16, height, width, 0.05, g)
        covered = hidden + cover * opacity * (target + texture - hidden)
        # Two of three patches shift the tissue instead of covering it: mild, wide changes are the ones
        # that an autoencoder copies.
        shift = -0.12 + 0.42 * torch.rand((batch, 1, 1, 1), generator=g, device=g.device)
        shifted = hidden + cover * (shift + texture)
        mild = torch.rand((batch, 1, 1, 1), generator=g, device=g.device) < 2 / 3
        hidden = torch.where(mild, shifted, covered)
    return hidden.clamp(*clip)


def add_coarse_noise(x: Tensor, inside: Tensor, clip: tuple[float, float], g: torch.Generator) -> Tensor:
    """Adds noise drawn on a coarse grid within the foreground (Kascenas et al. 2022).

    Args:
        x: [batch, 1, height, width].
        inside: Eroded foreground, same shape.
        clip: Range of the model input.
        g: Source of randomness.
    """
    batch, _, height, width = x.shape
    size = 0.25 * torch.rand((batch, 1, 1, 1), generator=g, device=g.device)
    noise = coarse_field(batch, 16, height, width, 1.0, g)
    return (x + size * noise * inside).clamp(*clip)


def corrupt(
    x: Tensor,
    inside: Tensor,
    shares: tuple[float, float],
    clip: tuple[float, float],
    g: torch.Generator,
) -> Tensor:
    """Corrupts every sample in one way: squares, or with the given shares blobs or coarse noise.

    Args:
        x: [batch, 1, height, width].
        inside: Eroded foreground, same shape.
        shares: (share of blobs, share of coarse noise); squares take the rest.
        clip: Range of the model input.
        g: Source of randomness.
    """
    draw = torch.rand((x.shape[0], 1, 1, 1), generator=g, device=g.device)
    corrupted = hide_squares(x, g)
    if shares[0] > 0:
        corrupted = torch.where(draw < shares[0], hide_blobs(x, inside, clip, g), corrupted)
    if shares[1] > 0:
        noisy = add_coarse_noise(x, inside, clip, g)
        corrupted = torch.where((draw >= shares[0]) & (draw < shares[0] + shares[1]), noisy, corrupted)
    return corrupted
