"""The losses whose gradients the maps are made of, as the manifest names them.

These are the application's definitions (`src-main/gradient/losses`), sums over the pixels of one sample
without the scale that a network was trained with; `nidus_training.losses.elbo_terms` leads from one to the
other.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from nidus_training.losses import absolute_error, kl_divergence, rounded_error, weighted_sum
from nidus_training.maps.ssim_residual import RADIUS, SIGMA

Loss = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
"""(x, reconstruction, mu, log variance) to the loss of each sample, [batch]."""

LOG_FLOOR = -100.0
RECONSTRUCTION_LOSSES = ("l1", "l2", "bce", "laplace-nll", "gaussian-nll", "ssim")


def kl_loss(x: Tensor, rebuilt: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    """KL of every sample, [batch]."""
    return kl_divergence(mu, log_var)


def rec_loss(kind: str, data_range: float = 1.0, rounding: float = 0.0) -> Loss:
    """The reconstruction loss of a manifest.

    Args:
        kind: `losses.reconstruction` of the manifest, of `RECONSTRUCTION_LOSSES`.
        data_range: Largest minus smallest possible pixel value, which SSIM needs.
        rounding: |r| of the L1 losses becomes sqrt(r^2 + rounding^2); the others have no kink.

    Raises:
        ValueError: No loss is called so.
    """
    if kind not in RECONSTRUCTION_LOSSES:
        raise ValueError(f"{kind} is not one of {', '.join(RECONSTRUCTION_LOSSES)}")

    def loss(x: Tensor, rebuilt: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
        pixels = x[0].numel()
        if kind in ("l1", "laplace-nll"):
            rec = rounded_error(x, rebuilt, rounding) if rounding else absolute_error(x, rebuilt)
            return rec if kind == "l1" else rec + pixels * math.log(2)
        if kind == "bce":
            return bernoulli_error(x, rebuilt)
        if kind == "ssim":
            return weighted_sum(1 - similarity(x, rebuilt, data_range), None)
        squares = weighted_sum((x - rebuilt).square(), None)
        return squares if kind == "l2" else 0.5 * squares + 0.5 * pixels * math.log(2 * math.pi)

    return loss


def elbo_loss(rec: Loss, beta: float) -> Loss:
    """The ELBO rec + beta KL, sums per sample."""

    def loss(x: Tensor, rebuilt: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
        return rec(x, rebuilt, mu, log_var) + beta * kl_divergence(mu, log_var)

    return loss


def bernoulli_error(x: Tensor, rebuilt: Tensor) -> Tensor:
    """Binary cross entropy of every sample, [batch]; logarithms end at -100, as in torch's own."""
    yes, no = (p.log().clamp(min=LOG_FLOOR) for p in (rebuilt, 1 - rebuilt))
    return -weighted_sum(x * yes + (1 - x) * no, None)


def similarity(x: Tensor, y: Tensor, data_range: float) -> Tensor:
    """Structural similarity at every pixel, of the same windows as `nidus_training.maps.ssim_residual`."""
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    rows, columns = (window_matrix(length).to(x) for length in x.shape[-2:])

    def blur(values: Tensor) -> Tensor:
        return rows @ values @ columns.T

    mx, my = blur(x), blur(y)
    covariance = blur(x * y) - mx * my
    spread = blur(x * x) + blur(y * y) - mx * mx - my * my
    top = (2 * mx * my + c1) * (2 * covariance + c2)
    return top / ((mx * mx + my * my + c1) * (spread + c2))


def window_matrix(length: int) -> Tensor:
    """Row i holds the weights of a line's pixels in the window about pixel i, reflected at the pixel edge."""
    offsets = torch.arange(-RADIUS, RADIUS + 1)
    weights = torch.exp(-0.5 * (offsets.double() / SIGMA) ** 2)
    folded = (torch.arange(length)[:, None] + offsets) % (2 * length)
    folded = torch.where(folded < length, folded, 2 * length - 1 - folded)
    matrix = torch.zeros(length, length, dtype=torch.float64)
    return matrix.scatter_add_(1, folded, (weights / weights.sum()).expand(length, -1).contiguous())
