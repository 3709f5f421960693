"""Trains one model from its configuration: the same seed gives the same weights on the same machine."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from nidus_training.augment import augment
from nidus_training.config import ModelConfig
from nidus_training.distributed import World
from nidus_training.losses import ramp
from nidus_training.networks import Autoencoder, Denoiser, build_network
from nidus_training.objectives import build_objective
from nidus_training.progress import Progress

LOG_EVERY = 100
EPOCH_SAMPLES = 8000
GECO_RATE = 0.01
Trainable = Autoencoder | Denoiser
ALONE = World(0, 1, torch.device("cpu"))


class TrainingDivergedError(RuntimeError):
    """The loss is no longer a number."""


class OutOfMemoryError(RuntimeError):
    """The device has no memory left for a batch of this size."""


@dataclass(frozen=True)
class TrainingStores:
    """What batches are drawn from; see `build_store`. Lesion slices carry the plane of what is left out."""

    normals: Tensor
    lesions: Tensor | None = None
    phantoms: Tensor | None = None

    def draw(self, config: ModelConfig, count: int, g: torch.Generator) -> Tensor:
        """Draws slices in the configured shares: [count, 1 + masks, 2 height, 2 width]."""
        t = config.training
        parts = []
        for store, share in ((self.lesions, t.lesion_share), (self.phantoms, t.phantom_share)):
            if store is not None and round(count * share):
                parts.append((store, round(count * share)))
        rest = count - sum(number for _, number in parts)
        # The normals are drawn first and the phantoms last, whatever else there is.
        order = [(self.normals, rest), *parts]
        chosen = [
            store[torch.randint(len(store), (number,), generator=g, device=g.device).to(store.device)]
            for store, number in order
        ]
        planes = max(one.shape[1] for one in chosen)
        return torch.cat(
            [
                torch.cat([one, one.new_zeros((len(one), planes - one.shape[1], *one.shape[2:]))], dim=1)
                for one in chosen
            ]
        )


@dataclass
class Run:
    """A training in progress: all that resuming it needs."""

    network: Trainable
    average: Trainable
    optimiser: torch.optim.Optimizer
    generator: torch.Generator
    step: int = 0
    kl_weight: float = 0.0

    def save(self, path: Path, world: World) -> None:
        """Writes a checkpoint, atomically, and not before every process has written its own."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "generator": self.generator.get_state(),
            "dropout": torch.get_rng_state(),
            "step": self.step,
            "kl_weight": self.kl_weight,
        }
        part = path.with_suffix(".part")
        torch.save(state, part)
        world.wait()
        part.replace(path)

    def load(self, path: Path, device: torch.device) -> None:
        """Continues from a checkpoint."""
        state: dict[str, Any] = torch.load(path, weights_only=True, map_location=device)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.generator.set_state(state["generator"].cpu())
        torch.set_rng_state(state["dropout"].cpu())
        self.step, self.kl_weight = state["step"], state["kl_weight"]


def start_run(config: ModelConfig, world: World = ALONE, initial: Trainable | None = None) -> Run:
    """Builds fresh weights, or takes those given, and an optimiser; every process draws other samples."""
    t = config.training
    torch.manual_seed(t.seed)
    fresh = build_network(config) if initial is None else copy.deepcopy(initial).requires_grad_(True)
    network = fresh.to(world.device).to(memory_format=torch.channels_last)
    average = copy.deepcopy(network).requires_grad_(False)
    optimiser = torch.optim.AdamW(network.parameters(), lr=t.learning_rate, weight_decay=t.weight_decay)
    generator = torch.Generator(world.device).manual_seed(t.seed + 1000003 * world.rank)
    return Run(network, average, optimiser, generator, kl_weight=t.kl_weight)


def fit(
    config: ModelConfig,
    stores: TrainingStores,
    folder: Path,
    say: Callable[[str], None] = print,
    world: World = ALONE,
    initial: Trainable | None = None,
) -> Trainable:
    """Trains a model, or continues where the folder's checkpoint stands.

    Args:
        config: The model's configuration.
        stores: Stored training slices.
        folder: Receives checkpoint.pt, log.jsonl, tensorboard/ and weights.pt.
        say: Takes progress lines.
        world: This process among all that train together.
        initial: Network to begin from, for fine-tuning; a fresh one when None.

    Returns:
        The network with averaged weights, in evaluation mode.

    Raises:
        TrainingDivergedError: The loss is not finite.
        OutOfMemoryError: A batch does not fit.
    """
    t = config.training
    folder.mkdir(parents=True, exist_ok=True)
    run = start_run(config, world, initial)
    checkpoint = checkpoint_of(folder, world)
    if checkpoint.exists():
        run.load(checkpoint, world.device)
        say(f"continues at step {run.step}")
    steps = t.samples // t.batch
    epoch = max(1, EPOCH_SAMPLES // t.batch)
    objective = build_objective(run.network.train(), config, run.generator)
    if world.size > 1:
        objective = DistributedDataParallel(objective)
    progress = Progress(folder, run.step, steps, say) if world.leads else None
    try:
        while run.step < steps:
            figures = take_step(run, objective, config, stores, world)
            if progress and (run.step % LOG_EVERY == 0 or run.step == steps):
                progress.log(run.step, figures)
            if run.step % epoch == 0:
                run.save(checkpoint, world)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemoryError(
            f"no memory for a batch of {t.batch}: lower `batch` under [training] in the configuration"
        ) from error
    finally:
        if progress:
            progress.close()
    if world.leads:
        torch.save(run.average.state_dict(), folder / "weights.pt")
    return run.average.eval()


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error says that memory ran out: CUDA has a class for it, the CPU allocator only words."""
    known = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return known or "can't allocate memory" in str(error) or "not enough memory" in str(error)


def checkpoint_of(folder: Path, world: World) -> Path:
    """The checkpoint of a process: its source of randomness is its own."""
    return folder / ("checkpoint.pt" if world.leads else f"checkpoint-{world.rank}.pt")


def take_step(
    run: Run, objective: nn.Module, config: ModelConfig, stores: TrainingStores, world: World
) -> dict[str, float]:
    """Draws a batch, takes one step of the optimiser and moves the averaged weights; returns its figures."""
    t = config.training
    steps = t.samples // t.batch
    stored = stores.draw(config, world.share_of(t.batch), run.generator).to(world.device)
    x, masks = augment(
        stored,
        config.preprocessing.intensity.target,
        config.preprocessing.clip,
        run.generator,
        config.augment,
    )
    weight = run.kl_weight if t.geco_target > 0 else t.kl_weight * ramp(run.step, steps, t.kl_ramp)
    loss, log = objective(x, masks, torch.tensor(weight, device=world.device))
    if not torch.isfinite(loss):
        raise TrainingDivergedError(
            f"the loss of step {run.step} is not finite: lower `learning_rate`, or look for images that hold "
            "no numbers"
        )
    rate = 0.5 * t.learning_rate * (1 + math.cos(math.pi * run.step / steps))
    for group in run.optimiser.param_groups:
        group["lr"] = rate * ramp(run.step + 1, steps, t.warm_up)
    run.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), 1000.0)
    run.optimiser.step()
    run.step += 1
    follow(run.average, run.network, min(t.ema, run.step / (run.step + 10)))
    if t.geco_target > 0:
        # Rezende & Viola 2018 (arXiv 1810.00597): KL gains weight while the error is below its target.
        gap = (log["rec"].item() - t.geco_target) / t.geco_target
        run.kl_weight *= math.exp(-GECO_RATE * max(-1.0, min(1.0, gap)))
    return {"loss": loss.item(), **{name: value.item() for name, value in log.items()}, "kl_weight": weight}


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Moves the averaged weights and normalisation statistics towards the trained ones."""
    theirs = network.state_dict()
    for name, mine in average.state_dict().items():
        if mine.dtype.is_floating_point:
            mine.lerp_(theirs[name], 1 - decay)
        else:
            mine.copy_(theirs[name])
