"""Training on several processes, as on several GPUs: gloo on the CPU."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from nidus_training.distributed import World, join_world

HERE = Path(__file__).parent


def test_two_processes_train_one_model(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    paths = os.pathsep.join([str(HERE), str(HERE.parent)])
    done = subprocess.run(
        [*command, str(HERE / "two_processes.py"), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    first, second = (torch.load(tmp_path / f"process-{k}.pt", weights_only=True) for k in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    # Each process keeps its own source of randomness, and one of them the weights.
    assert (tmp_path / "weights.pt").exists()


def test_a_batch_is_shared_out_whole() -> None:
    shares = [World(rank, 3, torch.device("cpu")).share_of(16) for rank in range(3)]
    assert sorted(shares) == [5, 5, 6]
    with pytest.raises(ValueError, match="cannot be split"):
        World(0, 3, torch.device("cpu")).share_of(2)


def test_a_missing_gpu_is_named() -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(RuntimeError, match="no CUDA device"), join_world("cuda"):
        pass
