"""Training: repeatable, resumable, better than no training, and refusing what is not a number."""

import json
from pathlib import Path

import pytest
import torch

from nidus_training import train
from nidus_training.export import prepare
from nidus_training.losses import free_divergence
from nidus_training.objectives import build_objective
from nidus_training.train import TrainingStores
from synthetic import silent, small_config, stored


def rebuild_error(network: torch.nn.Module, x: torch.Tensor) -> float:
    with torch.no_grad():
        return float((x - prepare(network)(x)[0]).abs().mean())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["cevae", "vae", "ae", "dae"])
def test_training_beats_the_untrained_network(kind: str, tmp_path: Path) -> None:
    config = small_config(
        kind,
        samples=3200,
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


def test_memory_that_runs_out_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object) -> dict[str, float]:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(train, "take_step", fail)
    config = small_config()
    with pytest.raises(train.OutOfMemoryError, match="batch"):
        train.fit(config, TrainingStores(stored(config)), tmp_path, silent)
