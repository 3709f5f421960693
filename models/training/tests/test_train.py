"""Training: repeatable, resumable, better than no training, and refusing what is not a number."""

from pathlib import Path

import pytest
import torch

from nidus_training import train
from nidus_training.networks import fold_batch_norm
from nidus_training.train import TrainingStores
from synthetic import silent, small_config, stored


def rebuild_error(network: torch.nn.Module, x: torch.Tensor) -> float:
    with torch.no_grad():
        return float((x - fold_batch_norm(network)(x)[0]).abs().mean())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["cevae", "vae"])
def test_training_beats_the_untrained_network(kind: str, tmp_path: Path) -> None:
    config = small_config(kind, samples=3200, blob_share=0.3, noise_share=0.3, rim_weight=0.5)
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
