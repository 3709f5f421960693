"""What a training minimises: a module, so that data-parallel training can wrap it."""

from __future__ import annotations

from typing import Protocol

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from nidus_training.augment import coarse_field
from nidus_training.config import ModelConfig
from nidus_training.corrupt import corrupt
from nidus_training.losses import free_divergence, kl_divergence, reconstruction_loss, sample_code
from nidus_training.networks import Autoencoder, Denoiser
from nidus_training.simulate import simulate_lesions

AIR = 0.03
RIM_SHARE = 16
NOISE_KNOTS = 16


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
    """Denoising autoencoder: it sees a changed slice; its target is the slice as it was.

    The target of a network with a gate is what it sees with the lesions cut out: a faint lesion then counts
    as much as a bright one, where mending counts it by its contrast.

    `simulated_share` of the samples show simulated lesions, see `simulate_lesions`; `clean_share` nothing,
    so that normal slices are left alone; the rest noise drawn on a 16 x 16 grid and enlarged (Kascenas et al.
    2022). The mean error over the weighted pixels.
    """

    def __init__(self, network: Denoiser, config: ModelConfig, g: torch.Generator) -> None:
        """Binds network, configuration and the source of randomness."""
        super().__init__()
        self.network, self.config, self.g = network, config, g

    def forward(self, x: Tensor, masks: Tensor, kl_weight: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of one batch; arguments as those of `VariationalObjective.forward`."""
        t = self.config.training
        inside = masks[:, :1]
        # Along rows, then columns: the same maximum at a third of the cost.
        reach = x.shape[2] // RIM_SHARE
        rows = nnf.max_pool2d(inside, (2 * reach + 1, 1), 1, (reach, 0))
        head = nnf.max_pool2d(rows, (1, 2 * reach + 1), 1, (0, reach)) * (x > AIR)
        seen, cover = self.change(x, inside, head)
        target = seen * (1 - cover) if self.config.network.gate else x
        seen = seen.contiguous(memory_format=torch.channels_last)
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=t.bf16):
            reconstruction = self.network.rebuild(seen)
        weight = 0.1 + 0.9 * head
        if masks.shape[1] > 1:
            weight = weight * (1 - masks[:, 1:])
        rec = reconstruction_loss(t.loss, target, reconstruction.float(), t.scale, weight).sum()
        rec = rec / weight.sum()
        return rec, {"rec": rec.detach()}

    def change(self, x: Tensor, inside: Tensor, head: Tensor) -> tuple[Tensor, Tensor]:
        """What the network sees of x, and what of it is lesion: samples get lesions, noise or nothing new."""
        t, g, pre = self.config.training, self.g, self.config.preprocessing
        batch, _, height, width = x.shape
        order = torch.randperm(batch, generator=g, device=g.device)
        lesions, clean = round(t.simulated_share * batch), round(t.clean_share * batch)
        sick, noisy = order[:lesions], order[lesions : max(lesions, batch - clean)]
        seen, cover = x.clone(), torch.zeros_like(x)
        if len(sick):
            seen[sick], cover[sick] = simulate_lesions(
                x[sick], inside[sick], pre.intensity.target, pre.clip, g
            )
        if len(noisy):
            noise = coarse_field(len(noisy), NOISE_KNOTS, height, width, t.noise_sd, g)
            seen[noisy] = (x[noisy] + noise * head[noisy]).clamp(*pre.clip)
        return seen, cover


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
