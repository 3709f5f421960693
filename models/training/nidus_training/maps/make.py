"""Makes any of the maps for a batch of slices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from nidus_training.foreground import Values
from nidus_training.maps.combi import combine_maps
from nidus_training.maps.context import context_map
from nidus_training.maps.elbo import Loss, elbo_loss, kl_loss, rec_loss
from nidus_training.maps.ensemble import ensemble_disagreement, ensemble_mean
from nidus_training.maps.gradient import gradient_map
from nidus_training.maps.monte_carlo import monte_carlo_map
from nidus_training.maps.residual import residual_map
from nidus_training.maps.restoration import restoration_maps
from nidus_training.maps.runs import Batch
from nidus_training.maps.smooth_gradient import smooth_gradient_map
from nidus_training.maps.smoothing import smooth_inside
from nidus_training.maps.ssim_residual import ssim_residual
from nidus_training.networks import Autoencoder, Network
from nidus_training.preprocess import ModelSlice
from nidus_training.settings import ENSEMBLE_MAPS, RESIDUAL_MAPS, ContextSettings, MapSettings

CHUNK = 64


@dataclass(frozen=True)
class MapModel:
    """A model as the maps need it.

    `beta` weighs KL in the ELBO; `clip` is the range of the model input; `members` are the other models of
    the ensemble, which prepare slices alike; `loss` is `losses.reconstruction` of the manifest.
    """

    network: Network
    settings: MapSettings
    beta: float
    clip: tuple[float, float] = (0.0, 1.0)
    members: tuple[MapModel, ...] = ()
    loss: str = "l1"

    def rec(self, rounding: float = 0.0) -> Loss:
        """The reconstruction loss, of an L1 loss the rounded one where a rounding is given."""
        return rec_loss(self.loss, self.clip[1] - self.clip[0], rounding)

    def elbo(self, rounding: float = 0.0) -> Loss:
        """The ELBO rec + beta KL."""
        return elbo_loss(self.rec(rounding), self.beta)


def make_maps(model: MapModel, batch: Sequence[ModelSlice], names: Sequence[str]) -> dict[str, list[Values]]:
    """Makes maps on the model grid, smoothed inside the mask, before standardising.

    Args:
        model: `combi` needs the statistics of `rec` and `grad-kl`, the ensemble maps those of their members.
        batch: Preprocessed slices.
        names: Of `nidus_training.settings.MAP_NAMES`.

    Returns:
        Map name -> one [height, width] for every slice.
    """
    made: dict[str, list[Values]] = {}
    for name in names:
        if name in ENSEMBLE_MAPS:
            members = standardised_members(model, batch)
            join = ensemble_mean if name == "ensemble" else ensemble_disagreement
            made[name] = [join(one) for one in members]
        elif name == "combi":
            parts = make_maps(model, batch, [one for one in ("grad-kl", "rec") if one not in made])
            pairs = zip(made.get("grad-kl") or parts["grad-kl"], made.get("rec") or parts["rec"], strict=True)
            made[name] = [
                combine_maps(grad, rec, one.mask, model.settings)
                for (grad, rec), one in zip(pairs, batch, strict=True)
            ]
        else:
            sigma = model.settings.smoothing_sigma_px
            planes = raw_maps(model, batch, name)
            made[name] = [smooth_inside(p, one.mask, sigma) for p, one in zip(planes, batch, strict=True)]
    return made


def standardised_members(model: MapModel, batch: Sequence[ModelSlice]) -> list[list[Values]]:
    """The ensemble's map of this model and its members, standardised by their own statistics, slice by slice.

    Raises:
        ValueError: The model has no ensemble.
    """
    ensemble = model.settings.ensemble
    if ensemble is None or not model.members:
        raise ValueError("the model names no other models")
    by_member = []
    for one in (model, *model.members):
        statistics = one.settings.statistics[ensemble.map]
        planes = make_maps(one, batch, [ensemble.map])[ensemble.map]
        by_member.append([(plane - statistics.median) / statistics.spread for plane in planes])
    return [list(planes) for planes in zip(*by_member, strict=True)]


def raw_maps(model: MapModel, batch: Sequence[ModelSlice], name: str) -> list[Values]:
    """A map before smoothing, for every slice.

    Raises:
        ValueError: No map of one network is called so.
    """
    settings, network, clip = model.settings, model.network, model.clip
    kind = settings.residual
    x = np.stack([one.x for one in batch])
    if name in RESIDUAL_MAPS:
        rebuilt = reconstruct(network, x)
        if name == "rec-ssim":
            return [ssim_residual(a, b, clip[1] - clip[0]) for a, b in zip(x, rebuilt, strict=True)]
        kind = kind if name == "rec" else name.removeprefix("rec-")
        return [residual_map(a, b, kind) for a, b in zip(x, rebuilt, strict=True)]
    if name == "context":
        patches = settings.context or ContextSettings.of_grid(*x.shape[-2:])
        return [
            context_map(one.x, one.mask, kind, patches, lambda many: reconstruct(network, many))
            for one in batch
        ]
    if name == "mc-rec":
        if not isinstance(network, Autoencoder):
            raise ValueError("mc-rec needs a network with a code")
        latent, coder = network.mu.out_features, network
        return [
            monte_carlo_map(
                one.x, latent, kind, settings.monte_carlo, lambda x, noise: sample(coder, x, noise)
            )
            for one in batch
        ]
    if name == "smoothgrad":
        slope = gradient_of(network, model.elbo())
        return [smooth_gradient_map(one, clip[1] - clip[0], settings.smooth_gradient, slope) for one in x]
    if name == "restoration":
        rounding = settings.restoration.rounding * (clip[1] - clip[0])
        slope = gradient_of(network, model.elbo(rounding))
        return restoration_maps(x, clip, kind, settings.restoration, slope)
    if name.startswith("grad-"):
        of, _, squared = name.removeprefix("grad-").partition("-")
        loss = kl_loss if of == "kl" else model.rec() if of == "rec" else model.elbo()
        slopes = gradient_of(network, loss)(x)
        return [gradient_map(one, squared or settings.gradient) for one in slopes]
    raise ValueError(f"no map of one network is called {name}")


def reconstruct(network: Network, x: Batch) -> Batch:
    """Reconstructions with z = mu of images [batch, channels, height, width]."""
    with torch.no_grad():
        return np.concatenate([network(torch.from_numpy(part))[0].numpy() for part in chunks(x)])


def sample(network: Autoencoder, x: Batch, noise: Batch) -> Batch:
    """Reconstructions [samples, ...] of mu + sigma * noise [samples, latent] of one image."""
    with torch.no_grad():
        mu, log_var = network.encode(torch.from_numpy(x[None]))
        codes = mu + (0.5 * log_var).exp() * torch.from_numpy(noise)
        return np.concatenate([network.decode(part).numpy() for part in torch.split(codes, CHUNK)])


def gradient_of(network: Network, loss: Loss) -> Callable[[Batch], Batch]:
    """The function that gives d loss/dx of images; x is network input and target."""

    def slope(x: Batch) -> Batch:
        found = []
        for part in chunks(x):
            image = torch.from_numpy(part).requires_grad_(True)
            (gradient,) = torch.autograd.grad(loss(image, *network(image)).sum(), image)
            found.append(gradient.numpy())
        return np.concatenate(found)

    return slope


def chunks(x: Batch) -> list[Batch]:
    """A batch in parts of at most 64."""
    return [x[first : first + CHUNK] for first in range(0, len(x), CHUNK)]
