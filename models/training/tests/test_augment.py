"""Augmentation: what is left alone when all is off, what each setting moves, and where masks go."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as nnf

from nidus_training.augment import augment, coarse_field
from nidus_training.config import AugmentConfig
from synthetic import small_config, stored

OFF = AugmentConfig(
    rotation_degrees=0, scale=0, shift=0, elastic=0, gamma=0, bias=0, noise=0, low_resolution=0, flip=False
)
FAR = AugmentConfig(low_resolution=0.5, brightness=0.1)
CLIP = (0.0, 1.0)


def draw(
    config: AugmentConfig, seed: int = 1, planes: torch.Tensor | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    given = stored(small_config())[:6] if planes is None else planes
    return augment(given, 0.35, CLIP, torch.Generator().manual_seed(seed), config)


@pytest.fixture(params=["own", "monai"])
def library(request: pytest.FixtureRequest) -> str:
    if request.param == "monai":
        pytest.importorskip("monai", reason="MONAI is not installed: pip install 'nidus-training[monai]'")
    return str(request.param)


def test_nothing_changes_where_every_kind_is_off(library: str) -> None:
    # The store is sampled twice as densely: a model pixel is the mean of 2 x 2.
    planes = stored(small_config())[:6]
    wanted = nnf.avg_pool2d(planes, 2)
    x, masks = draw(replace(OFF, library=library), planes=planes)
    torch.testing.assert_close(x, wanted[:, :1].clamp(0, 1), atol=2e-3, rtol=0)
    # A pixel that the mask covers by half may go either way.
    clear = (wanted[:, 1:] - 0.5).abs() > 0.01
    assert torch.equal(masks[clear], (wanted[:, 1:] > 0.5).float()[clear])


def test_a_seed_repeats_the_batch_and_another_does_not(library: str) -> None:
    config = replace(FAR, library=library)
    first, again, other = (draw(config, seed)[0] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert float((first - other).abs().mean()) > 0.005
    assert first.shape == (6, 1, 16, 16)
    assert float(first.min()) >= 0 and float(first.max()) <= 1


def test_masks_move_with_their_slices(library: str) -> None:
    # A slice that is its own mask: deformed, it still is, but for the pixels at its rim.
    square = torch.zeros(4, 2, 64, 64)
    square[:, :, 16:44, 20:50] = 1.0
    moved = replace(OFF, rotation_degrees=20, shift=0.1, elastic=0.02, flip=True, library=library)
    x, masks = draw(moved, planes=square)
    assert float(((x > 0.5).float() - masks).abs().mean()) < 0.03
    assert float((masks - masks[:1]).abs().mean()) > 0.01


@pytest.mark.parametrize(
    "kind", [{"gamma": 0.3}, {"bias": 0.3}, {"noise": 0.1}, {"brightness": 0.3}, {"low_resolution": 1.0}]
)
def test_every_kind_changes_intensities(library: str, kind: dict[str, float]) -> None:
    still = draw(replace(OFF, library=library))[0]
    changed = draw(replace(OFF, library=library, **kind))[0]  # type: ignore[arg-type]
    assert float((still - changed).abs().max()) > 0.02


def flat(config: AugmentConfig, count: int = 400) -> tuple[torch.Tensor, torch.Tensor]:
    """Draws from slices of 0.4 everywhere whose eroded foreground is the inner half."""
    stored_slices = torch.full((count, 2, 64, 64), 0.4)
    stored_slices[:, 1] = 0
    stored_slices[:, 1, 16:48, 16:48] = 1
    return augment(
        stored_slices, 0.35, CLIP, torch.Generator().manual_seed(2), replace(config, padding="border")
    )


def test_brightness_multiplies_whole_slices_log_normally() -> None:
    x, _ = flat(replace(OFF, brightness=0.1))
    whole = x.flatten(1)
    assert float((whole.amax(dim=1) - whole.amin(dim=1)).max()) < 1e-5
    factors = (whole[:, 0] / 0.4).log()
    # The standard error of an SD of 0.1 over 400 draws is 0.0035, of the mean 0.005.
    assert abs(float(factors.std()) - 0.1) < 0.0105
    assert abs(float(factors.mean())) < 0.015


def test_stripped_heads_lose_what_lies_outside_the_foreground() -> None:
    x, masks = flat(replace(OFF, stripped=0.25))
    bare = (x[:, 0, 0, 0] == 0).float()
    # 400 draws of a quarter: the standard error is .022.
    assert abs(float(bare.mean()) - 0.25) < 0.065
    one = int(bare.argmax())
    torch.testing.assert_close(x[one], 0.4 * masks[one, :1])


def test_a_coarse_field_is_the_bicubic_enlargement_of_its_knots() -> None:
    knots = 0.3 * torch.randn((2, 1, 7, 7), generator=torch.Generator().manual_seed(5))
    expected = nnf.interpolate(knots, (40, 24), mode="bicubic", align_corners=True)
    torch.testing.assert_close(coarse_field(2, 7, 40, 24, 0.3, torch.Generator().manual_seed(5)), expected)
