"""Seeded normal numbers that are the same here and in the application."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def seeded_normal(seed: int, count: int) -> NDArray[np.float32]:
    """Standard normal numbers: Mulberry32 for the uniform ones, Box and Muller (1958) for the normal ones.

    Args:
        seed: 0 to 2**32 - 1.
        count: How many; a longer list begins with the shorter one.
    """
    pairs = (count + 1) // 2
    steps = np.arange(1, 2 * pairs + 1, dtype=np.uint64)
    state = ((seed + steps * 0x6D2B79F5) & 0xFFFFFFFF).astype(np.uint32)
    mixed = (state ^ (state >> 15)) * (state | np.uint32(1))
    mixed ^= mixed + (mixed ^ (mixed >> 7)) * (mixed | np.uint32(61))
    uniform = (mixed ^ (mixed >> 14)).astype(np.float64) / 2.0**32
    radius = np.sqrt(-2 * np.log(1 - uniform[0::2]))
    angle = 2 * np.pi * uniform[1::2]
    both = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return both.reshape(-1)[:count].astype(np.float32)
