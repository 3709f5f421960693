"""Sums per sample: the likelihood of the pixels and the divergence of the code from its prior."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as nnf
from torch import Tensor

SSIM_WINDOW = 7
SSIM_C1, SSIM_C2 = 0.01**2, 0.03**2


def kl_per_dimension(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(q(z_j|x) || N(0, 1)) of every sample and dimension, [batch, latent] (Kingma & Welling 2014).

    Args:
        mu: [batch, latent].
        log_var: [batch, latent], the logarithm of sigma squared.
    """
    return 0.5 * (mu.square() + log_var.exp() - log_var - 1).flatten(1)


def kl_divergence(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(q(z|x) || N(0, I)) per sample [batch]; see `kl_per_dimension`."""
    return kl_per_dimension(mu, log_var).sum(dim=1)


def free_divergence(mu: Tensor, log_var: Tensor, free_bits: float) -> Tensor:
    """Mean divergence of a batch in which every dimension has `free_bits` nats for nothing.

    Kingma et al. 2016 (arXiv 1606.04934, appendix C.8): the batch mean of a dimension counts only above
    lambda, so that no dimension gains by collapsing onto the prior.
    """
    return kl_per_dimension(mu, log_var).mean(dim=0).clamp(min=free_bits).sum()


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
    return weighted_sum((x - reconstruction).abs(), weight)


def weighted_sum(errors: Tensor, weight: Tensor | None) -> Tensor:
    """Sum over channels and pixels per sample, [batch]."""
    return (errors if weight is None else errors * weight).flatten(1).sum(dim=1)


def ssim_map(x: Tensor, y: Tensor) -> Tensor:
    """Structural similarity of every pixel, in [-1, 1] (Wang et al. 2004), uniform 7 x 7 windows.

    Args:
        x: [batch, channels, height, width], values about [0, 1].
        y: Same shape.

    Returns:
        Same shape; windows reaching over the border repeat the border's pixels.
    """

    def mean(values: Tensor) -> Tensor:
        border = SSIM_WINDOW // 2
        return nnf.avg_pool2d(nnf.pad(values, (border,) * 4, mode="replicate"), SSIM_WINDOW, 1)

    mx, my = mean(x), mean(y)
    vx, vy, cov = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    top = (2 * mx * my + SSIM_C1) * (2 * cov + SSIM_C2)
    return top / ((mx * mx + my * my + SSIM_C1) * (vx + vy + SSIM_C2))


Likelihood = Callable[[Tensor, Tensor, float], Tensor]


def laplace(x: Tensor, y: Tensor, scale: float) -> Tensor:
    """Negative log density of Laplace(y, scale) at every pixel."""
    return (x - y).abs() / scale + math.log(2 * scale)


def gaussian(x: Tensor, y: Tensor, scale: float) -> Tensor:
    """Negative log density of N(y, scale^2) at every pixel."""
    return (x - y).square() / (2 * scale**2) + 0.5 * math.log(2 * math.pi * scale**2)


def bernoulli(x: Tensor, y: Tensor, scale: float) -> Tensor:
    """Binary cross entropy of every pixel; y is a probability (a network that ends in a sigmoid)."""
    p = y.clamp(1e-6, 1 - 1e-6)
    return -(x * p.log() + (1 - x) * (1 - p).log()) / scale


LIKELIHOODS: dict[str, Likelihood] = {
    "l1": lambda x, y, scale: (x - y).abs() / scale,
    "l2": lambda x, y, scale: (x - y).square() / (2 * scale**2),
    "ssim": lambda x, y, scale: (1 - ssim_map(x, y)) / scale,
    "laplace": laplace,
    "gaussian": gaussian,
    "bce": bernoulli,
}


def reconstruction_loss(
    kind: str, x: Tensor, reconstruction: Tensor, scale: float, weight: Tensor | None = None
) -> Tensor:
    """Reconstruction term per sample, [batch], in nats for the likelihoods.

    Args:
        kind: `l1`, `l2`, `ssim`, `laplace`, `gaussian` or `bce`.
        x: Clean target [batch, channels, height, width].
        reconstruction: Same shape.
        scale: Scale of the likelihood in units of the model input (b of Laplace, sigma of Gaussian).
        weight: Weight of every pixel; all 1 when None.
    """
    return weighted_sum(LIKELIHOODS[kind](x, reconstruction, scale), weight)


def elbo_terms(kind: str, scale: float, kl_weight: float) -> tuple[str, float]:
    """The application's loss and its weight of KL that order inputs as the training objective does.

    Constants and the scale are divided out: |d| / b + w KL is (|d| + b w KL) / b.

    Returns:
        (`losses.reconstruction` of the manifest, `losses.beta`).
    """
    if kind in ("l1", "laplace"):
        return "l1", kl_weight * scale
    if kind in ("l2", "gaussian"):
        return "l2", kl_weight * 2 * scale**2
    return kind, kl_weight * scale


def sample_code(mu: Tensor, log_var: Tensor, generator: torch.Generator) -> Tensor:
    """Draws z = mu + sigma * noise, the reparameterisation of Kingma & Welling 2014."""
    noise = torch.randn(mu.shape, generator=generator, device=mu.device)
    return mu + (0.5 * log_var).exp() * noise


def ramp(step: int, steps: int, share: float) -> float:
    """Linear rise from 0 to 1 over the first `share` of the training."""
    return 1.0 if share <= 0 else min(1.0, step / (share * steps))
