"""Lesions simulated in training slices: what a network learns to cut out, or to mend.

No pixel of a real lesion is used. In the manner of foreign patches and their blending (Tan et al. 2020,
arXiv 2011.04197; Schlueter et al. 2022, arXiv 2109.15222), with the looks that FLAIR shows: brighter
tissue above all, flat or in its own texture, darker cores, darker lesions, blurred and foreign tissue.
"""

from __future__ import annotations

import torch
import torch.nn.functional as nnf
from torch import Tensor

from nidus_training.augment import coarse_field
from nidus_training.lesion_shapes import draw, draw_covers

MOST = (1.0, 0.4)
"""How probable the first and the second lesion of a slice are."""
LOOKS = {"brighter": 0.6, "flat": 0.15, "darker": 0.1, "foreign": 0.1, "blurred": 0.05}
CORE_SHARE = 0.2


def simulate_lesions(
    x: Tensor, inside: Tensor, median: float, clip: tuple[float, float], g: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Puts one or two lesions into every slice.

    Args:
        x: Slices [batch, 1, height, width].
        inside: Where lesions may lie, same shape, 0 or 1.
        median: Model value of the foreground's median.
        clip: Range of the model input.
        g: Source of randomness.

    Returns:
        (a changed copy, how much of every pixel is lesion in [0, 1]), same shape each.
    """
    seen, wide = x, nnf.avg_pool2d(x, 9, 1, 4)
    sound = torch.ones_like(x)
    for share in MOST:
        cover, core = draw_covers(x, inside, median, g)
        cover = cover * (draw((len(x), 1, 1, 1), g) < share)
        seen = seen + cover * (draw_looks(x, wide, core, median, g) - seen)
        sound = sound * (1 - cover)
    return seen.clamp(*clip), 1 - sound


def draw_looks(x: Tensor, wide: Tensor, core: Tensor, median: float, g: torch.Generator) -> Tensor:
    """What every slice would look like if all of it were lesion, one look a slice.

    Args:
        x: Slices [batch, 1, height, width].
        wide: The same, blurred.
        core: The lesion's inner part, same shape, which a fifth of the lesions fill with darker matter.
        median: Model value of the foreground's median.
        g: Source of randomness.
    """
    batch, _, height, width = x.shape
    one = (batch, 1, 1, 1)
    uneven = coarse_field(batch, 12, height, width, 1.0, g) * 0.15 * draw(one, g)
    grain = nnf.avg_pool2d(torch.randn(x.shape, generator=g, device=g.device), 3, 1, 1) * 0.1 * draw(one, g)
    texture = median * (uneven + grain)
    kept = draw(one, g)
    muted = wide + kept * (x - wide)
    # Faint lesions are the ones that are missed: the square draws them more often.
    gain = median * (0.1 + 1.2 * draw(one, g) ** 2)
    loss = median * (0.1 + 0.8 * draw(one, g))
    looks = {
        "brighter": muted + gain + texture,
        "flat": median * (1.1 + 1.5 * draw(one, g)) + texture,
        "darker": muted - loss + texture,
        "foreign": foreign_tissue(x, g) + median * 0.6 * draw(one, g),
        "blurred": wide,
    }
    drawn = draw(one, g)
    look, below = looks["brighter"], 0.0
    for name, share in LOOKS.items():
        look = torch.where((drawn >= below) & (drawn < below + share), looks[name], look)
        below += share
    cored = draw(one, g) < CORE_SHARE
    return torch.where(cored, look + core * (median * (0.1 + 0.9 * draw(one, g)) + texture - look), look)


def foreign_tissue(x: Tensor, g: torch.Generator) -> Tensor:
    """Another slice of the batch, upside down in half of the batches and moved by up to a quarter."""
    _, _, height, width = x.shape
    down, right = (
        int(torch.randint(-size // 4, size // 4 + 1, (), generator=g, device=g.device))
        for size in (height, width)
    )
    moved = torch.roll(x, (1, down, right), dims=(0, 2, 3))
    return moved.flip(2) if float(draw((), g)) < 0.5 else moved
