"""Simulated lesions: where they may lie, repeatable, of every size, and never in the target."""

from dataclasses import replace

import torch

from nidus_training.config import NetworkConfig
from nidus_training.lesion_shapes import LARGEST, SMALLEST, draw_covers
from nidus_training.networks import build_network
from nidus_training.objectives import DenoisingObjective
from nidus_training.simulate import simulate_lesions
from synthetic import small_config, stored

MEDIAN, CLIP = 0.35, (0.0, 1.0)


def generator(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def flat_heads(count: int, side: int = 64) -> tuple[torch.Tensor, torch.Tensor]:
    """Slices of tissue at the median, and a foreground that leaves a border of 8 pixels."""
    x = torch.full((count, 1, side, side), MEDIAN)
    inside = torch.zeros_like(x)
    inside[:, :, 8:-8, 8:-8] = 1
    return x, inside


def test_lesions_lie_in_the_foreground_and_in_range() -> None:
    x, inside = flat_heads(24)
    before = x.clone()
    seen, cover = simulate_lesions(x, inside, MEDIAN, CLIP, generator())
    assert torch.equal(x, before)
    assert torch.equal(seen[inside == 0], x[inside == 0])
    torch.testing.assert_close(seen[cover == 0], x[cover == 0])
    assert seen.min() >= CLIP[0]
    assert seen.max() <= CLIP[1]
    # No look leaves flat tissue at its median everywhere, save blurring alone.
    changed = ((seen - x).abs() > 0.01).flatten(1).any(dim=1)
    assert changed.float().mean() > 0.8


def test_a_seed_gives_the_same_lesions() -> None:
    x, inside = flat_heads(4)
    first, second, other = (
        simulate_lesions(x, inside, MEDIAN, CLIP, generator(seed))[0] for seed in (1, 1, 2)
    )
    assert torch.equal(first, second)
    assert not torch.equal(first, other)


def test_lesions_are_of_every_size_and_most_are_brighter() -> None:
    x, inside = flat_heads(200)
    areas = draw_covers(x, inside, MEDIAN, generator())[0].flatten(1).sum(dim=1)
    # Ellipses of mean radius r cover pi r^2: 3 pixels at the smallest, 620 at the largest of 64 rows.
    low, high = (torch.pi * (64 * radius) ** 2 for radius in (SMALLEST, LARGEST))
    assert float(areas.quantile(0.1)) < 5 * low
    assert float(areas.quantile(0.95)) > 0.4 * high
    change = (simulate_lesions(x, inside, MEDIAN, CLIP, generator())[0] - x).flatten(1).sum(dim=1)
    assert 0.6 < float((change > 0).float().mean()) < 0.98


def test_what_is_dark_is_spared_in_some_slices() -> None:
    x, inside = flat_heads(100)
    x[:, :, 28:36, 28:36] = 0.02  # a ventricle
    cover = draw_covers(x, inside, MEDIAN, generator())[0]
    tissue, dark = cover[:, 0, 20:24, 28:36].mean(dim=(1, 2)), cover[:, 0, 30:34, 30:34].mean(dim=(1, 2))
    over = (tissue > 0.8).nonzero()[:, 0]
    assert (dark[over] < 0.2).any()
    assert (dark[over] > 0.5).any()


def test_the_shares_of_a_batch_are_kept() -> None:
    config = small_config("dae", simulated_share=0.5, clean_share=0.25)
    objective = DenoisingObjective(build_network(config), config, generator())  # type: ignore[arg-type]
    x, inside = flat_heads(16, 32)
    seen, _ = objective.change(x, inside, inside)
    same = [torch.equal(a, b) for a, b in zip(x, seen, strict=True)]
    # A quarter is left alone; noise and lesions change the rest, save the odd blur of flat tissue.
    assert 4 <= sum(same) <= 6


def test_a_gate_takes_a_part_of_the_slice_away_and_little_at_first() -> None:
    config = small_config("dae")
    gated = replace(config, network=NetworkConfig(kind="denoiser", channels=(4, 8), gate=True))
    x = torch.nn.functional.avg_pool2d(stored(config)[:, :1], 2).clamp(0, 1)
    rebuilt = build_network(gated)(x)[0]
    assert (rebuilt <= x).all()
    assert (rebuilt >= 0.5 * x).all()
