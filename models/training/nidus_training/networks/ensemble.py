"""Several networks as one: the mean of their reconstructions."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nidus_training.networks.autoencoder import Autoencoder
from nidus_training.networks.denoiser import Denoiser


class Ensemble(nn.Module):
    """Averages reconstructions; a smaller member sees the shrunken image, and is enlarged again."""

    def __init__(self, members: Sequence[Autoencoder | Denoiser], height: int, width: int) -> None:
        """Takes trained members.

        Args:
            members: Their sides divide the ensemble's by the same whole number.
            height: Rows of the input.
            width: Columns of the input.

        Raises:
            ValueError: A member's grid does not divide the ensemble's.
        """
        super().__init__()
        self.size = (height, width)
        for member in members:
            factor = height // member.size[0]
            if member.size[0] * factor != height or member.size[1] * factor != width:
                raise ValueError(f"a member of {member.size} does not fit {self.size}")
        self.members = nn.ModuleList(members)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Returns (mean reconstruction, mu, log_var) of x [batch, 1, height, width]; the code is empty."""
        total = torch.zeros_like(x)
        for member in self.members:
            assert isinstance(member, Autoencoder | Denoiser)
            factor = self.size[0] // member.size[0]
            seen = nn.functional.avg_pool2d(x, factor) if factor > 1 else x
            rebuilt = member(seen)[0]
            if factor > 1:
                rebuilt = nn.functional.interpolate(
                    rebuilt, scale_factor=float(factor), mode="bilinear", align_corners=False
                )
            total = total + rebuilt
        empty = x.new_zeros((x.shape[0], 0))
        return total / len(self.members), empty, empty
