"""Training: repeatable, resumable, better than no training, and refusing what is not a number."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from nidus_training import train
from nidus_training.export import prepare
from nidus_training.losses import free_divergence
from nidus_training.objectives import build_objective
from nidus_training.train import TrainingStores
from synthetic import silent, small_config, stored

HERE = Path(__file__).parent


def rebuild_error(network: torch.nn.Module, x: torch.Tensor) -> float:
    with torch.no_grad():
        return float((x - prepare(network)(x)[0]).abs().mean())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["cevae", "vae", "ae", "dae"])
def test_training_beats_the_untrained_network(kind: str, tmp_path: Path) -> None:
    config = small_config(
        kind,
        samples=9600,
        blob_share=0.3,
        noise_share=0.3,
        rim_weight=0.5,
        simulated_share=0.4,
        clean_share=0.2,
    )
    unseen = stored(config, seed=9)
    x = torch.nn.functional.avg_pool2d(unseen[:, :1], 2).clamp(0, 1)
    trained = train.fit(config, TrainingStores(stored(config)), tmp_path, silent)
    assert rebuild_error(trained, x) < 0.5 * rebuild_error(train.start_run(config).network, x)


def test_a_seed_gives_the_same_weights(tmp_path: Path) -> None:
    config = small_config()
    first = train.fit(config, TrainingStores(stored(config)), tmp_path / "a", silent).state_dict()
    second = train.fit(config, TrainingStores(stored(config)), tmp_path / "b", silent).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_resuming_gives_the_weights_of_an_unbroken_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_config()
    whole = train.fit(config, TrainingStores(stored(config)), tmp_path / "a", silent).state_dict()
    monkeypatch.setattr(train, "EPOCH_SAMPLES", 30 * config.training.batch)

    def stop_late(*given: object) -> dict[str, float]:
        calls.append(1)
        if len(calls) == 50:
            raise KeyboardInterrupt
        return step(*given)  # type: ignore[arg-type]

    calls: list[int] = []
    step = train.take_step
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(train, "take_step", stop_late)
        train.fit(config, TrainingStores(stored(config)), tmp_path / "b", silent)
    resumed = train.fit(config, TrainingStores(stored(config)), tmp_path / "b", silent).state_dict()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert (tmp_path / "b" / "log.jsonl").read_text() == (tmp_path / "a" / "log.jsonl").read_text()


def test_a_loss_that_is_not_a_number_stops_the_training(tmp_path: Path) -> None:
    config = small_config()
    broken = stored(config)
    broken[:] = float("nan")
    with pytest.raises(train.TrainingDivergedError, match="not finite"):
        train.fit(config, TrainingStores(broken), tmp_path, silent)


@pytest.mark.parametrize("loss", ["l1", "l2", "ssim", "laplace", "gaussian"])
def test_every_loss_falls(loss: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "LOG_EVERY", 1)
    config = small_config("vae", samples=800, loss=loss, scale=0.1)
    train.fit(config, TrainingStores(stored(config)), tmp_path, silent)
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert sum(row["rec"] for row in rows[-10:]) < sum(row["rec"] for row in rows[:10])


def test_geco_moves_the_weight_of_kl_towards_the_wanted_error(tmp_path: Path) -> None:
    # An error above its target takes weight from KL, one far below it gives weight.
    for target, direction in ((1.0, -1), (1e6, 1)):
        config = small_config("vae", samples=400, geco_target=target)
        run = train.start_run(config)
        before = run.kl_weight
        objective = build_objective(run.network.train(), config, run.generator)
        for _ in range(10):
            train.take_step(run, objective, config, TrainingStores(stored(config)), train.ALONE)
        assert (run.kl_weight - before) * direction > 0


def test_free_bits_charge_a_collapsed_code_as_much_as_one_that_uses_them() -> None:
    # KL is 0 in 6 collapsed dimensions: each counts as lambda = 0.5.
    zero = torch.zeros(4, 6)
    assert float(free_divergence(zero, zero, 0.5)) == pytest.approx(3.0)


def test_lesions_left_out_have_no_weight(tmp_path: Path) -> None:
    config = small_config("dae", lesion_share=0.5)
    plain = stored(config)
    marked = torch.cat([plain, torch.ones_like(plain[:, :1])], dim=1)
    drawn = TrainingStores(plain, marked).draw(config, 8, torch.Generator().manual_seed(1))
    # Half of the batch comes from slices with the third plane, the other half gets an empty one.
    assert drawn.shape[1] == 3
    assert drawn[:, 2].flatten(1).amax(dim=1).tolist() == [0.0] * 4 + [1.0] * 4


def gpu_full(*given: object) -> dict[str, float]:
    raise torch.OutOfMemoryError


def cpu_full(*given: object) -> dict[str, float]:
    # The allocator itself refuses 2^60 bytes.
    torch.empty(1 << 60, dtype=torch.uint8)
    return {}


@pytest.mark.parametrize("fail", [gpu_full, cpu_full])
def test_memory_that_runs_out_is_explained(
    fail: Callable[..., dict[str, float]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "take_step", fail)
    config = small_config()
    with pytest.raises(train.OutOfMemoryError, match="lower `batch`"):
        train.fit(config, TrainingStores(stored(config)), tmp_path, silent)


def test_other_errors_are_not_taken_for_a_lack_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> dict[str, float]:
        raise RuntimeError("sizes differ")

    monkeypatch.setattr(train, "take_step", fail)
    config = small_config()
    with pytest.raises(RuntimeError, match="sizes differ"):
        train.fit(config, TrainingStores(stored(config)), tmp_path, silent)


def test_a_killed_run_continues_to_the_same_curve_and_weights(tmp_path: Path) -> None:
    # SIGKILL leaves no chance to tidy up: what counts is the checkpoint of the last whole epoch.
    config = small_config(samples=1600)
    whole = train.fit(config, TrainingStores(stored(config)), tmp_path / "a", silent).state_dict()
    broken = tmp_path / "b"
    command = [sys.executable, str(HERE / "endless_run.py"), str(broken), str(torch.get_num_threads())]
    paths = os.pathsep.join([str(HERE), str(HERE.parent)])
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        # It says so at step 130, past the checkpoints of steps 40, 80 and 120, and then waits.
        assert run.stdout.readline().strip() == b"130"
        run.kill()
        assert run.wait() == -signal.SIGKILL
    assert not (broken / "weights.pt").exists()
    said: list[str] = []
    resumed = train.fit(config, TrainingStores(stored(config)), broken, said.append).state_dict()
    assert said[0] == "continues at step 120"
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert (broken / "log.jsonl").read_text() == (tmp_path / "a" / "log.jsonl").read_text()


def test_tensorboard_and_the_progress_bar_show_the_curve_of_the_log(tmp_path: Path) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    said: list[str] = []
    config = small_config(samples=1600)
    train.fit(config, TrainingStores(stored(config)), tmp_path, said.append)
    events = accumulator.EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert {"loss", "rec", "kl", "context", "kl_weight"} <= set(events.Tags()["scalars"])
    shown = [(one.step, one.value) for one in events.Scalars("loss")]
    assert [step for step, _ in shown] == [row["step"] for row in rows] == [100, 200]
    assert [value for _, value in shown] == pytest.approx([row["loss"] for row in rows], rel=1e-6)
    assert re.match(r"\[#{10}\.{10}\] 100/200 loss .*, (\d+ h \d\d min|\d+ min|\d+ s) left", said[0])
    assert said[1].endswith(", 0 s left")
