"""The convolutional (ce)VAE: forward only, x -> (reconstruction, mu, log_var)."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from nidus_training.config import NetworkConfig

NEGATIVE_SLOPE = 0.01
FIRST_LOG_VARIANCE = -4.0


class Autoencoder(nn.Module):
    """Strided convolutions down to a Gaussian code, transposed convolutions back.

    Every level halves the side: Conv 4x4 stride 2, batch normalisation, LeakyReLU, then
    `extra_convolutions` of 3x3. Two linear layers read mu and log_var off the last map; one leads back.
    """

    def __init__(self, config: NetworkConfig, height: int, width: int) -> None:
        """Builds the network with fresh weights.

        Args:
            config: Widths and depths.
            height: Rows of the input, a multiple of 2 ** levels.
            width: Columns of the input, likewise.
        """
        super().__init__()
        self.config = config
        self.size = (height, width)
        levels = len(config.channels)
        if height % 2**levels or width % 2**levels:
            raise ValueError(f"{height} x {width} cannot be halved {levels} times")
        self.low = (config.channels[-1], height >> levels, width >> levels)
        encoder: list[nn.Module] = []
        previous = 1
        for channels in config.channels:
            encoder += normalised(nn.Conv2d(previous, channels, 4, 2, 1, bias=False))
            for _ in range(config.extra_convolutions):
                encoder += normalised(nn.Conv2d(channels, channels, 3, 1, 1, bias=False))
            if config.dropout:
                encoder.append(nn.Dropout2d(config.dropout))
            previous = channels
        self.encoder = nn.Sequential(*encoder)
        flat = self.low[0] * self.low[1] * self.low[2]
        self.mu = nn.Linear(flat, config.latent)
        self.log_var = nn.Linear(flat, config.latent)
        nn.init.normal_(self.log_var.weight, std=1e-3)
        nn.init.constant_(self.log_var.bias, FIRST_LOG_VARIANCE)
        self.expand = nn.Linear(config.latent, flat)
        decoder: list[nn.Module] = []
        for channels in (*config.channels[-2::-1], config.channels[0]):
            decoder += normalised(nn.ConvTranspose2d(previous, channels, 4, 2, 1, bias=False))
            for _ in range(config.extra_convolutions):
                decoder += normalised(nn.Conv2d(channels, channels, 3, 1, 1, bias=False))
            previous = channels
        decoder.append(nn.Conv2d(previous, 1, 3, 1, 1))
        if config.sigmoid:
            decoder.append(nn.Sigmoid())
        self.decoder = nn.Sequential(*decoder)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z|x), each [batch, latent], of x [batch, 1, height, width]."""
        flat = torch.flatten(self.encoder(x), 1)
        return self.mu(flat), self.log_var(flat)

    def decode(self, z: Tensor) -> Tensor:
        """Reconstruction [batch, 1, height, width] of codes [batch, latent]."""
        reconstruction: Tensor = self.decoder(self.expand(z).reshape(-1, *self.low))
        return reconstruction

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Returns (reconstruction of z = mu, mu, log_var)."""
        mu, log_var = self.encode(x)
        return self.decode(mu), mu, log_var


def normalised(convolution: nn.Conv2d | nn.ConvTranspose2d) -> list[nn.Module]:
    """Batch normalisation and LeakyReLU behind a convolution."""
    return [convolution, nn.BatchNorm2d(convolution.out_channels), nn.LeakyReLU(NEGATIVE_SLOPE)]


def fold_batch_norm(network: Autoencoder) -> Autoencoder:
    """Returns a copy for inference: batch normalisation folded into the convolutions, dropout left out."""
    folded = copy.deepcopy(network).eval().float()
    for name in ("encoder", "decoder"):
        layers: list[nn.Module] = []
        for layer in getattr(folded, name):
            if isinstance(layer, nn.BatchNorm2d):
                transposed = isinstance(layers[-1], nn.ConvTranspose2d)
                layers[-1] = fuse_conv_bn_eval(layers[-1], layer, transpose=transposed)  # type: ignore[type-var]
            elif not isinstance(layer, nn.Dropout2d):
                layers.append(layer)
        setattr(folded, name, nn.Sequential(*layers))
    return folded.requires_grad_(False)
