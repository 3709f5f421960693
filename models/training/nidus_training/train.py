"""Trains one model from its configuration: the same seed gives the same weights on the same machine."""

from __future__ import annotations

import copy
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from nidus_training.augment import augment
from nidus_training.config import ModelConfig
from nidus_training.corrupt import corrupt
from nidus_training.losses import absolute_error, kl_divergence, ramp, sample_code
from nidus_training.networks import Autoencoder

LOG_EVERY = 100
SAVE_EVERY = 500


class TrainingDivergedError(RuntimeError):
    """The loss is no longer a number."""


@dataclass
class Run:
    """A training in progress: all that resuming it needs."""

    network: Autoencoder
    average: Autoencoder
    optimiser: torch.optim.Optimizer
    generator: torch.Generator
    step: int = 0

    def save(self, path: Path) -> None:
        """Writes a checkpoint, atomically."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "generator": self.generator.get_state(),
            "dropout": torch.get_rng_state(),
            "step": self.step,
        }
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.replace(path)

    def load(self, path: Path) -> None:
        """Continues from a checkpoint."""
        state: dict[str, Any] = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.generator.set_state(state["generator"])
        torch.set_rng_state(state["dropout"])
        self.step = state["step"]


def start_run(config: ModelConfig) -> Run:
    """Builds fresh weights and an optimiser, seeded."""
    torch.manual_seed(config.training.seed)
    size = config.preprocessing
    network = Autoencoder(config.network, size.height, size.width).to(memory_format=torch.channels_last)
    average = copy.deepcopy(network).requires_grad_(False)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=config.training.learning_rate, weight_decay=config.training.weight_decay
    )
    return Run(network, average, optimiser, torch.Generator().manual_seed(config.training.seed))


def draw_batch(real: Tensor, phantom: Tensor | None, config: ModelConfig, g: torch.Generator) -> Tensor:
    """Draws stored slices, the configured share of them phantoms: [batch, 2, 2 height, 2 width]."""
    count = config.training.batch
    phantoms = round(count * config.training.phantom_share) if phantom is not None else 0
    chosen = real[torch.randint(len(real), (count - phantoms,), generator=g)]
    if phantom is None or phantoms == 0:
        return chosen
    return torch.cat([chosen, phantom[torch.randint(len(phantom), (phantoms,), generator=g)]])


def objective(
    network: Autoencoder, x: Tensor, inside: Tensor, config: ModelConfig, kl_weight: float, g: torch.Generator
) -> tuple[Tensor, dict[str, float]]:
    """The loss of one batch: (1 - c) * VAE + c * context, sums per sample (arXiv 1812.05941, eq. 3).

    Args:
        network: In training mode.
        x: [batch, 1, height, width].
        inside: Eroded foreground, same shape.
        config: Scales and shares.
        kl_weight: Weight of the divergence at this step.
        g: Source of randomness.

    Returns:
        (mean loss over the batch, figures for the log).
    """
    t = config.training
    share = t.context_share
    weight = None if t.rim_weight == 1 else t.rim_weight + (1 - t.rim_weight) * inside
    seen = x
    if share > 0:
        seen = torch.cat([x, corrupt(x, inside, (t.blob_share, t.noise_share), config.preprocessing.clip, g)])
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=t.bf16):
        features = network.encoder(seen.contiguous(memory_format=torch.channels_last))
    flat = torch.flatten(features.float(), 1)
    mu, log_var = network.mu(flat), network.log_var(flat)
    count = len(x)
    z = torch.cat([sample_code(mu[:count], log_var[:count], g), mu[count:]])
    low = network.expand(z).reshape(-1, *network.low).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=t.bf16):
        decoded = network.decoder(low)
    reconstruction = decoded.float()
    rec = absolute_error(x, reconstruction[:count], weight).mean()
    kl = kl_divergence(mu[:count], log_var[:count]).mean()
    loss = (1 - share) * (rec / t.laplace_scale + kl_weight * kl)
    log = {"rec": rec.item(), "kl": kl.item()}
    if share > 0:
        context = absolute_error(x, reconstruction[count:], weight).mean()
        loss = loss + share * context / t.laplace_scale
        log["context"] = context.item()
    return loss, log


def fit(
    config: ModelConfig,
    real: Tensor,
    phantom: Tensor | None,
    folder: Path,
    say: Callable[[str], None] = print,
) -> Autoencoder:
    """Trains a model, or continues where the folder's checkpoint stands.

    Args:
        config: The model's configuration.
        real: Stored training slices, see `build_store`.
        phantom: Stored phantom slices, or None.
        folder: Receives checkpoint.pt, log.jsonl and weights.pt.
        say: Takes progress lines.

    Returns:
        The network with averaged weights, in evaluation mode.

    Raises:
        TrainingDivergedError: The loss is not finite.
    """
    t = config.training
    folder.mkdir(parents=True, exist_ok=True)
    run = start_run(config)
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        run.load(checkpoint)
        say(f"continues at step {run.step}")
    steps = t.samples // t.batch
    run.network.train()
    began, first = time.monotonic(), run.step
    with (folder / "log.jsonl").open("a", encoding="utf-8") as lines:
        while run.step < steps:
            stored = draw_batch(real, phantom, config, run.generator)
            target = config.preprocessing.intensity.target
            x, inside = augment(stored, target, config.preprocessing.clip, run.generator)
            kl_weight = t.kl_weight * ramp(run.step, steps, t.kl_ramp)
            loss, log = objective(run.network, x, inside, config, kl_weight, run.generator)
            if not torch.isfinite(loss):
                raise TrainingDivergedError(
                    f"the loss of step {run.step} is not finite: lower the learning rate"
                )
            for group in run.optimiser.param_groups:
                group["lr"] = 0.5 * t.learning_rate * (1 + math.cos(math.pi * run.step / steps))
            run.optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(run.network.parameters(), 1000.0)
            run.optimiser.step()
            run.step += 1
            follow(run.average, run.network, min(t.ema, run.step / (run.step + 10)))
            if run.step % LOG_EVERY == 0:
                left = (time.monotonic() - began) / (run.step - first) * (steps - run.step)
                lines.write(json.dumps({"step": run.step, "loss": loss.item(), **log}) + "\n")
                lines.flush()
                figures = " ".join(f"{name} {value:.1f}" for name, value in log.items())
                say(f"step {run.step}/{steps} loss {loss.item():.0f} {figures}, {left:.0f} s left")
            if run.step % SAVE_EVERY == 0:
                run.save(checkpoint)
    torch.save(run.average.state_dict(), folder / "weights.pt")
    return run.average.eval()


@torch.no_grad()
def follow(average: Autoencoder, network: Autoencoder, decay: float) -> None:
    """Moves the averaged weights and normalisation statistics towards the trained ones."""
    theirs = network.state_dict()
    for name, mine in average.state_dict().items():
        if mine.dtype.is_floating_point:
            mine.lerp_(theirs[name], 1 - decay)
        else:
            mine.copy_(theirs[name])
