"""Trains until step 130, says so and waits to be killed."""

import sys
import time
from pathlib import Path

import torch

from nidus_training import train
from synthetic import silent, small_config, stored

folder, threads = Path(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
train.EPOCH_SAMPLES = 320
config = small_config(samples=1600)
step = train.take_step


def stop_late(run: train.Run, *rest: object) -> dict[str, float]:
    """Takes steps up to the 130th."""
    if run.step == 130:
        print(run.step, flush=True)
        time.sleep(600)
    return step(run, *rest)  # type: ignore[arg-type]


train.take_step = stop_late
train.fit(config, train.TrainingStores(stored(config)), folder, silent)
