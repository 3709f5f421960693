"""Runs a trained network on slices: reconstruction, gradients and the slice score, with z = mu."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nidus_training.losses import kl_divergence
from nidus_training.maps.elbo import Loss, rec_loss
from nidus_training.networks import Network
from nidus_training.preprocess import ModelSlice


@dataclass(frozen=True)
class RawOutputs:
    """What the network says of one slice; arrays are [1, height, width] float32."""

    x: NDArray[np.float32]
    reconstruction: NDArray[np.float32]
    grad_kl: NDArray[np.float32]
    grad_rec: NDArray[np.float32]
    rec: float
    kl: float


def run_network(
    network: Network, slices: Sequence[ModelSlice], loss: Loss | None = None, batch: int = 32
) -> Iterator[RawOutputs]:
    """Runs slices through the network and differentiates both terms of the ELBO by the input.

    Args:
        network: In evaluation mode, parameters frozen.
        slices: Preprocessed slices.
        loss: Of the reconstruction; the sum of absolute errors when None.
        batch: Slices at a time.
    """
    likelihood = loss or rec_loss("l1")
    for first in range(0, len(slices), batch):
        chunk = slices[first : first + batch]
        x = torch.from_numpy(np.stack([one.x for one in chunk])).requires_grad_(True)
        reconstruction, mu, log_var = network(x)
        kl = kl_divergence(mu, log_var)
        rec = likelihood(x, reconstruction, mu, log_var)
        grad_kl = torch.zeros_like(x)
        if mu.shape[1]:
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
