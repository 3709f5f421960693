"""The denoising autoencoder: a U-Net on the unshuffled image, x -> reconstruction."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from nidus_training.config import NetworkConfig

GROUPS = 4
NEGATIVE_SLOPE = 0.01
FIRST_GATE = -3.0


class Block(nn.Module):
    """Two 3x3 convolutions, each with group normalisation and LeakyReLU."""

    def __init__(self, inputs: int, outputs: int, dropout: float) -> None:
        """Builds the block.

        Args:
            inputs: Channels that come in.
            outputs: Channels that leave, a multiple of 4.
            dropout: Share of channels left out in training.
        """
        super().__init__()
        layers: list[nn.Module] = []
        for channels in (inputs, outputs):
            layers += [
                nn.Conv2d(channels, outputs, 3, 1, 1),
                nn.GroupNorm(GROUPS, outputs),
                nn.LeakyReLU(NEGATIVE_SLOPE),
            ]
        if dropout:
            layers.append(nn.Dropout2d(dropout))
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """[batch, inputs, height, width] -> [batch, outputs, height, width]."""
        y: Tensor = self.layers(x)
        return y


class Denoiser(nn.Module):
    """U-Net with skips for coarse-noise removal (Kascenas et al. 2022, MIDL).

    The image is unshuffled by 2, so that a level costs a quarter; every level below halves the side by
    average pooling, and comes back by bilinear enlargement and concatenation.
    """

    def __init__(self, config: NetworkConfig, height: int, width: int) -> None:
        """Builds the network with fresh weights.

        Args:
            config: `channels` are the widths from the finest level down.
            height: Rows of the input, a multiple of 2 ** levels.
            width: Columns of the input, likewise.
        """
        super().__init__()
        levels = len(config.channels)
        if height % 2**levels or width % 2**levels:
            raise ValueError(f"{height} x {width} cannot be halved {levels} times")
        self.config = config
        self.size = (height, width)
        self.unshuffle = nn.PixelUnshuffle(2)
        self.shuffle = nn.PixelShuffle(2)
        self.pool = nn.AvgPool2d(2)
        self.enlarge = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        widths = (4, *config.channels)
        self.down = nn.ModuleList(Block(a, b, config.dropout) for a, b in pairwise(widths))
        self.up = nn.ModuleList(
            Block(a + b, b, 0.0) for a, b in zip(config.channels[:0:-1], config.channels[-2::-1], strict=True)
        )
        self.last = nn.Conv2d(config.channels[0], 4, 3, 1, 1)
        if config.gate and self.last.bias is not None:
            nn.init.constant_(self.last.bias, FIRST_GATE)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Returns (reconstruction, mu, log_var) as an autoencoder does; its code has no dimensions."""
        empty = x.new_zeros((x.shape[0], 0))
        return self.rebuild(x), empty, empty

    def rebuild(self, x: Tensor) -> Tensor:
        """Reconstruction of x, both [batch, 1, height, width].

        A network with a `gate` says of every pixel how much of it is foreign, in [0, 1], and takes that part
        of x away: the residual is x where it is sure, and 0 where nothing is foreign.
        """
        y = self.unshuffle(x)
        skips: list[Tensor] = []
        for index, block in enumerate(self.down):
            y = block(self.pool(y) if index else y)
            skips.append(y)
        for block, skip in zip(self.up, skips[-2::-1], strict=True):
            y = block(torch.cat([self.enlarge(y), skip], dim=1))
        drawn: Tensor = self.shuffle(self.last(y))
        return x * (1 - torch.sigmoid(drawn)) if self.config.gate else drawn
