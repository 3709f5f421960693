"""Training on several processes, as on several GPUs: gloo on the CPU."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from nidus_training.cli import main
from nidus_training.distributed import World, join_world
from synthetic import heads

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
    # Each process keeps its own source of randomness, of the same step, and one of them the weights.
    assert (tmp_path / "weights.pt").exists()
    kept = [torch.load(tmp_path / name, weights_only=True) for name in ("checkpoint.pt", "checkpoint-1.pt")]
    assert [one["step"] for one in kept] == [40, 40]
    assert not torch.equal(kept[0]["generator"], kept[1]["generator"])


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


CONFIG = """
[model]
id = "site"
name = "Site"
kind = "cevae"
version = "0.0.1"

[data]
kind = "folder"
folder = "{folder}"

[preprocessing]
height = 16
width = 16

[maps]
available = ["rec"]
default = "rec"

[network]
channels = [4, 8]
latent = 6

[training]
samples = 800
batch = 8
bf16 = false
"""


def test_the_command_line_trains_on_two_processes_in_bf16(tmp_path: Path) -> None:
    folder, runs, file = tmp_path / "normals", tmp_path / "runs", tmp_path / "site.toml"
    for one in heads(12, 1):
        path = folder / one.patient / f"{one.name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(one.values).save(path)
    file.write_text(CONFIG.format(folder=folder.as_posix()))
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    fit = ["-m", "nidus_training", "--threads", "1", "fit", str(file), "--runs", str(runs)]
    done = subprocess.run(
        [*torchrun, *fit, "--device", "cpu", "--precision", "bf16"],
        env={**os.environ, "PYTHONPATH": str(HERE.parent), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    # One of them talks: of ten slices that train (two patients calibrate), and of both processes.
    assert done.stdout.count("2 x cpu") == 1
    rows = [json.loads(line) for line in (runs / "site" / "log.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [100]
    assert np.isfinite(rows[0]["loss"])
    # The same file trains alone, in the precision that it states.
    assert main(["--threads", "1", "fit", str(file), "--runs", str(tmp_path / "alone")]) == 0
    shared, alone = (
        torch.load(one / "site" / "weights.pt", weights_only=True) for one in (runs, tmp_path / "alone")
    )
    assert {name: one.shape for name, one in shared.items()} == {n: one.shape for n, one in alone.items()}
