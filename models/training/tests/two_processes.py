"""Trains under torchrun; every process writes its weights to the folder given."""

import sys
from pathlib import Path

import torch

from nidus_training import train
from nidus_training.distributed import join_world
from synthetic import silent, small_config, stored

train.EPOCH_SAMPLES = 160
with join_world("cpu") as world:
    torch.set_num_threads(1)
    config = small_config(samples=320)
    folder = Path(sys.argv[1])
    # Averaged weights follow the trained ones: they are alike only where gradients were shared.
    weights = train.fit(config, train.TrainingStores(stored(config)), folder, silent, world)
    torch.save(dict(weights.named_parameters()), folder / f"process-{world.rank}.pt")
