"""Sums per sample: the likelihood of the pixels and the divergence of the code from its prior."""

from __future__ import annotations

import torch
from torch import Tensor


def kl_divergence(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(q(z|x) || N(0, I)) per sample [batch] (Kingma & Welling 2014, appendix B).

    Args:
        mu: [batch, latent].
        log_var: [batch, latent], the logarithm of sigma squared.
    """
    return 0.5 * (mu.square() + log_var.exp() - log_var - 1).flatten(1).sum(dim=1)


def rounded_error(x: Tensor, reconstruction: Tensor, rounding: float) -> Tensor:
    """Sum of sqrt(r^2 + rounding^2) per sample, [batch]: the absolute error without its kink.

    Args:
        x: [batch, channels, height, width].
        reconstruction: Same shape.
        rounding: In model values.
    """
    return ((x - reconstruction).square() + rounding**2).sqrt().flatten(1).sum(dim=1)


def absolute_error(x: Tensor, reconstruction: Tensor, weight: Tensor | None = None) -> Tensor:
    """Sum of |x - reconstruction| per sample, [batch].

    Args:
        x: [batch, channels, height, width].
        reconstruction: Same shape.
        weight: Weight of every pixel, broadcastable to x; all 1 when None.
    """
    difference = (x - reconstruction).abs()
    return (difference if weight is None else difference * weight).flatten(1).sum(dim=1)


def sample_code(mu: Tensor, log_var: Tensor, generator: torch.Generator) -> Tensor:
    """Draws z = mu + sigma * noise, the reparameterisation of Kingma & Welling 2014."""
    noise = torch.randn(mu.shape, generator=generator)
    return mu + (0.5 * log_var).exp() * noise


def ramp(step: int, steps: int, share: float) -> float:
    """Linear rise from 0 to 1 over the first `share` of the training."""
    return 1.0 if share <= 0 else min(1.0, step / (share * steps))
