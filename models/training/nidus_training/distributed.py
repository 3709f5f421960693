"""One process, or one of many under torchrun: who we are, and how weights and gradients are shared."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist


@dataclass(frozen=True)
class World:
    """This process among all that train together."""

    rank: int
    size: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this process writes files and talks."""
        return self.rank == 0

    def wait(self) -> None:
        """Waits until every process has come to this point."""
        if self.size > 1:
            dist.barrier()

    def share_of(self, batch: int) -> int:
        """Samples of a batch that fall to this process.

        Raises:
            ValueError: The batch is smaller than the number of processes.
        """
        if batch < self.size:
            raise ValueError(f"a batch of {batch} cannot be split over {self.size} processes")
        return batch // self.size + (self.rank < batch % self.size)


@contextmanager
def join_world(device: str = "cpu") -> Iterator[World]:
    """Joins the processes that torchrun started, or stands alone.

    Args:
        device: `cpu`, `cuda`, or `cuda:N`; under torchrun every process takes the GPU of its local rank.

    Raises:
        RuntimeError: CUDA was asked for and is not there.
    """
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise RuntimeError("no CUDA device is available: train with --device cpu")
    if "RANK" not in os.environ or "WORLD_SIZE" not in os.environ:
        yield World(0, 1, torch.device(device))
        return
    local = torch.device(f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if device == "cuda" else device)
    if local.type == "cuda":
        torch.cuda.set_device(local)
    dist.init_process_group("nccl" if local.type == "cuda" else "gloo")
    try:
        yield World(dist.get_rank(), dist.get_world_size(), local)
    finally:
        dist.destroy_process_group()
