"""Restoration towards the model's ELBO with total variation (Chen et al. 2020, Medical Image Analysis 64)."""

from __future__ import annotations

import numpy as np

from nidus_training.foreground import Values
from nidus_training.maps.residual import residual_map
from nidus_training.maps.runs import Batch, Differentiate
from nidus_training.settings import RestorationSettings


def restoration_maps(
    x: Batch,
    clip: tuple[float, float],
    kind: str,
    settings: RestorationSettings,
    differentiate: Differentiate,
) -> list[Values]:
    """Descends x' from x along d/dx' (L(x') + lambda TV(x' - x)); the score is the residual of x and x'.

    The kinks of an L1 loss and of TV are rounded off: |r| becomes sqrt(r^2 + e^2), without which the descent
    jumps to and fro across them and ends elsewhere on every processor.

    Args:
        x: Model inputs [batch, channels, height, width].
        clip: Range of the model input; x' stays inside.
        kind: `absolute`, `squared` or `positive`.
        settings: Steps, step size, lambda and rounding.
        differentiate: Gradient of the rounded ELBO, of rec alone for models without a latent distribution.
    """
    data_range = clip[1] - clip[0]
    step, rounding = settings.step_size * data_range, settings.rounding * data_range
    start = x.astype(np.float64)
    moved = start
    for _ in range(settings.steps):
        slope = differentiate(moved.astype(np.float32)).astype(np.float64)
        slope += settings.smoothness * variation_slope(moved - start, rounding)
        moved = np.clip(moved - step * slope, *clip)
    return [residual_map(a, b, kind) for a, b in zip(x, moved.astype(np.float32), strict=True)]


def variation_slope(change: Values, rounding: float) -> Values:
    """Gradient of sum sqrt(dx^2 + dy^2 + e^2), forward differences, none across the border.

    Args:
        change: [batch, channels, height, width].
        rounding: e, in model values.
    """
    down, right = np.zeros_like(change), np.zeros_like(change)
    down[..., :-1, :] = np.diff(change, axis=-2)
    right[..., :-1] = np.diff(change, axis=-1)
    length = np.sqrt(down**2 + right**2 + rounding**2)
    down, right = down / length, right / length
    slope: Values = -down - right
    slope[..., 1:, :] += down[..., :-1, :]
    slope[..., 1:] += right[..., :-1]
    return slope
