"""Runs a trained network on slices: raw maps, their gradients and the slice score, with z = mu."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nidus_training.foreground import Values
from nidus_training.losses import absolute_error, kl_divergence
from nidus_training.maps import combine_maps, gradient_map, residual_map, smooth_inside
from nidus_training.networks import Autoencoder
from nidus_training.preprocess import ModelSlice
from nidus_training.settings import MapSettings


@dataclass(frozen=True)
class RawOutputs:
    """What the network says of one slice; arrays are [1, height, width] float32."""

    x: NDArray[np.float32]
    reconstruction: NDArray[np.float32]
    grad_kl: NDArray[np.float32]
    grad_rec: NDArray[np.float32]
    rec: float
    kl: float


def run_network(network: Autoencoder, slices: Sequence[ModelSlice], batch: int = 32) -> Iterator[RawOutputs]:
    """Runs slices through the network and differentiates both terms of the ELBO by the input.

    Args:
        network: In evaluation mode, parameters frozen.
        slices: Preprocessed slices.
        batch: Slices at a time.
    """
    for first in range(0, len(slices), batch):
        chunk = slices[first : first + batch]
        x = torch.from_numpy(np.stack([one.x for one in chunk])).requires_grad_(True)
        reconstruction, mu, log_var = network(x)
        kl = kl_divergence(mu, log_var)
        rec = absolute_error(x, reconstruction)
        (grad_kl,) = torch.autograd.grad(kl.sum(), x, retain_graph=True)
        (grad_rec,) = torch.autograd.grad(rec.sum(), x)
        for k, one in enumerate(chunk):
            yield RawOutputs(
                one.x,
                reconstruction[k].detach().numpy(),
                grad_kl[k].numpy(),
                grad_rec[k].numpy(),
                rec[k].item(),
                kl[k].item(),
            )


def smoothed_maps(
    raw: RawOutputs, model_slice: ModelSlice, settings: MapSettings, beta: float
) -> dict[str, Values]:
    """Every single-factor map after smoothing, before standardising: [height, width] each.

    Args:
        raw: Network outputs of the slice.
        model_slice: Gives the eroded foreground.
        settings: Residual and gradient kinds, smoothing.
        beta: Weight of KL in the ELBO.
    """
    planes = {
        "rec": residual_map(raw.x, raw.reconstruction, settings.residual),
        "grad-kl": gradient_map(raw.grad_kl, settings.gradient),
        "grad-rec": gradient_map(raw.grad_rec, settings.gradient),
        "grad-elbo": gradient_map(raw.grad_rec + np.float32(beta) * raw.grad_kl, settings.gradient),
    }
    sigma = settings.smoothing_sigma_px
    return {name: smooth_inside(plane, model_slice.mask, sigma) for name, plane in planes.items()}


def all_maps(
    raw: RawOutputs, model_slice: ModelSlice, settings: MapSettings, beta: float
) -> dict[str, Values]:
    """Every map after smoothing, the product map too; needs the statistics of its two factors."""
    planes = smoothed_maps(raw, model_slice, settings, beta)
    planes["combi"] = combine_maps(planes["grad-kl"], planes["rec"], model_slice.mask, settings)
    return planes
