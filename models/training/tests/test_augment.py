"""Augmentation: what each setting moves, on flat heads whose result is known beforehand."""

import torch
import torch.nn.functional as nnf

from nidus_training.augment import augment, coarse_field
from nidus_training.config import AugmentConfig

STILL = AugmentConfig(
    rotation_degrees=0, scale=0, shift=0, elastic=0, gamma=0, bias=0, noise=0, flip=False, padding="border"
)


def flat_store(count: int) -> torch.Tensor:
    """Slices of 0.4 everywhere whose eroded foreground is the inner half."""
    stored = torch.full((count, 2, 64, 64), 0.4)
    stored[:, 1] = 0
    stored[:, 1, 16:48, 16:48] = 1
    return stored


def draw(config: AugmentConfig, count: int = 400) -> tuple[torch.Tensor, torch.Tensor]:
    return augment(flat_store(count), 0.35, (0.0, 1.0), torch.Generator().manual_seed(2), config)


def test_brightness_multiplies_whole_slices_log_normally() -> None:
    x, _ = draw(AugmentConfig(**{**vars(STILL), "brightness": 0.1}))
    flat = x.flatten(1)
    assert float((flat.amax(dim=1) - flat.amin(dim=1)).max()) < 1e-5
    factors = (flat[:, 0] / 0.4).log()
    # The standard error of an SD of 0.1 over 400 draws is 0.0035, of the mean 0.005.
    assert abs(float(factors.std()) - 0.1) < 0.0105
    assert abs(float(factors.mean())) < 0.015


def test_stripped_heads_lose_what_lies_outside_the_foreground() -> None:
    x, masks = draw(AugmentConfig(**{**vars(STILL), "stripped": 0.25}))
    bare = (x[:, 0, 0, 0] == 0).float()
    # 400 draws of a quarter: the standard error is .022.
    assert abs(float(bare.mean()) - 0.25) < 0.065
    one = int(bare.argmax())
    torch.testing.assert_close(x[one], 0.4 * masks[one, :1])


def test_a_coarse_field_is_the_bicubic_enlargement_of_its_knots() -> None:
    knots = 0.3 * torch.randn((2, 1, 7, 7), generator=torch.Generator().manual_seed(5))
    expected = nnf.interpolate(knots, (40, 24), mode="bicubic", align_corners=True)
    torch.testing.assert_close(coarse_field(2, 7, 40, 24, 0.3, torch.Generator().manual_seed(5)), expected)
