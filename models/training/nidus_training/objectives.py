"""What a training minimises: a module, so that data-parallel training can wrap it."""

from __future__ import annotations

from typing import Protocol

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from nidus_training.augment import coarse_field
from nidus_training.config import ModelConfig
from nidus_training.corrupt import corrupt, hide_blobs
from nidus_training.losses import free_divergence, kl_divergence, reconstruction_loss, sample_code
from nidus_training.networks import Autoencoder, Denoiser

AIR = 0.03
RIM_SHARE = 16


class Objective(Protocol):
    """(x, masks, kl_weight) -> (mean loss over the batch, figures for the log)."""

    def __call__(self, x: Tensor, masks: Tensor, kl_weight: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Computes the loss of a batch; see the modules below."""
        ...


class VariationalObjective(nn.Module):
    """VAE, ceVAE and AE: (1 - c) * (rec + weight * KL) + c * rec of the context branch.

    Sums per sample (Zimmerer et al. 2018, arXiv 1812.05941, eq. 3). An `ae` decodes mu and has no KL.
    """

    def __init__(self, network: Autoencoder, config: ModelConfig, g: torch.Generator) -> None:
        """Binds network, configuration and the source of randomness."""
        super().__init__()
        self.network, self.config, self.g = network, config, g

    def forward(self, x: Tensor, masks: Tensor, kl_weight: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of one batch.

        Args:
            x: Clean targets [batch, 1, height, width].
            masks: [batch, 1 or 2, height, width]: eroded foreground, and what is left out.
            kl_weight: Weight of the divergence at this step.
        """
        t, g, network = self.config.training, self.g, self.network
        inside = masks[:, :1]
        share = t.context_share
        weight = None if t.rim_weight == 1 else t.rim_weight + (1 - t.rim_weight) * inside
        if masks.shape[1] > 1:
            weight = (1 - masks[:, 1:]) * (1 if weight is None else weight)
        seen = x
        if share > 0:
            shares = (t.blob_share, t.noise_share)
            seen = torch.cat([x, corrupt(x, inside, shares, self.config.preprocessing.clip, g)])
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=t.bf16):
            features = network.encoder(seen.contiguous(memory_format=torch.channels_last))
        flat = torch.flatten(features.float(), 1)
        mu, log_var = network.mu(flat), network.log_var(flat)
        count = len(x)
        plain = self.config.kind == "ae"
        z = mu if plain else torch.cat([sample_code(mu[:count], log_var[:count], g), mu[count:]])
        low = network.expand(z).reshape(-1, *network.low).contiguous(memory_format=torch.channels_last)
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=t.bf16):
            decoded = network.decoder(low)
        reconstruction = decoded.float()
        rec = reconstruction_loss(t.loss, x, reconstruction[:count], t.scale, weight).mean()
        kl = kl_divergence(mu[:count], log_var[:count]).mean()
        if plain:
            # log_var stays in the graph with weight 0: data-parallel training wants every weight used.
            charged = 0.0 * log_var.sum()
        elif t.free_bits > 0:
            charged = free_divergence(mu[:count], log_var[:count], t.free_bits)
        else:
            charged = kl
        loss = (1 - share) * (rec + kl_weight * charged)
        log = {"rec": rec.detach(), "kl": kl.detach()}
        if share > 0:
            context = reconstruction_loss(t.loss, x, reconstruction[count:], t.scale, weight).mean()
            loss = loss + share * context
            log["context"] = context.detach()
        return loss, log


class DenoisingObjective(nn.Module):
    """Denoising autoencoder: coarse noise, or soft patches, within the foreground; the target is clean.

    Noise drawn on a 16 x 16 grid and enlarged (Kascenas et al. 2022); `blob_share` of the samples get one or
    two soft patches instead. The mean error over the weighted pixels.
    """

    def __init__(self, network: Denoiser, config: ModelConfig, g: torch.Generator) -> None:
        """Binds network, configuration and the source of randomness."""
        super().__init__()
        self.network, self.config, self.g = network, config, g

    def forward(self, x: Tensor, masks: Tensor, kl_weight: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of one batch; arguments as those of `VariationalObjective.forward`."""
        t, g, clip = self.config.training, self.g, self.config.preprocessing.clip
        batch, _, height, width = x.shape
        inside = masks[:, :1]
        reach = height // RIM_SHARE
        head = nnf.max_pool2d(inside, 2 * reach + 1, 1, reach) * (x > AIR)
        noisy = x + t.noise_sd * coarse_field(batch, 16, height, width, 1.0, g) * head
        if t.blob_share > 0:
            covered = hide_blobs(x, inside, clip, g)
            drawn = torch.rand((batch, 1, 1, 1), generator=g, device=g.device)
            noisy = torch.where(drawn < t.blob_share, covered, noisy)
        noisy = noisy.clamp(*clip).contiguous(memory_format=torch.channels_last)
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=t.bf16):
            reconstruction = self.network.rebuild(noisy)
        weight = 0.1 + 0.9 * head
        if masks.shape[1] > 1:
            weight = weight * (1 - masks[:, 1:])
        rec = reconstruction_loss(t.loss, x, reconstruction.float(), t.scale, weight).sum() / weight.sum()
        return rec, {"rec": rec.detach()}


def build_objective(network: nn.Module, config: ModelConfig, g: torch.Generator) -> nn.Module:
    """The objective of a network: denoising for a `Denoiser`, variational for an `Autoencoder`.

    Raises:
        TypeError: No objective is known for the network.
    """
    if isinstance(network, Denoiser):
        return DenoisingObjective(network, config, g)
    if isinstance(network, Autoencoder):
        return VariationalObjective(network, config, g)
    raise TypeError(f"no objective is known for {type(network).__name__}")
