"""The score of the ceVAE: |d KL/dx| times the residual (Zimmerer et al. 2018, arXiv 1812.05941)."""

from __future__ import annotations

from nidus_training.foreground import Mask, Values
from nidus_training.maps.smoothing import smooth_inside
from nidus_training.settings import MapSettings


def combine_maps(grad_kl: Values, rec: Values, mask: Mask, settings: MapSettings) -> Values:
    """The ceVAE score (Zimmerer et al. 2018, arXiv 1812.05941): |d KL/dx| times the residual.

    Args:
        grad_kl: Smoothed KL gradient map [height, width].
        rec: Smoothed residual map [height, width].
        mask: Eroded foreground on the model grid.
        settings: Gives the spreads that scale both factors, and the smoothing of the product.
    """
    product = (grad_kl / settings.statistics["grad-kl"].spread) * (rec / settings.statistics["rec"].spread)
    return smooth_inside(product, mask, settings.combi_smoothing_sigma_px)
