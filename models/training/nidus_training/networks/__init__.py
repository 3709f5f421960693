"""The networks, one a file: what goes in and comes out stands with each."""

from __future__ import annotations

from nidus_training.config import ModelConfig
from nidus_training.networks.autoencoder import Autoencoder, fold_batch_norm
from nidus_training.networks.denoiser import Denoiser
from nidus_training.networks.ensemble import Ensemble

__all__ = ["Autoencoder", "Denoiser", "Ensemble", "Network", "build_network", "fold_batch_norm"]

Network = Autoencoder | Denoiser | Ensemble


def build_network(config: ModelConfig) -> Autoencoder | Denoiser:
    """Builds the network of a configuration with fresh weights.

    Raises:
        ValueError: No network is called by `network.kind`.
    """
    size = config.preprocessing.height, config.preprocessing.width
    if config.network.kind == "denoiser":
        return Denoiser(config.network, *size)
    if config.network.kind == "autoencoder":
        return Autoencoder(config.network, *size)
    raise ValueError(f"no network is called {config.network.kind}")
