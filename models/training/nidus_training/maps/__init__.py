"""Anomaly maps, one a file: tensors of the model grid to planes, smoothed, standardised, on the source grid.

Every map here has its twin in `src-main/maps` of the application; both agree to 1e-5 on
`test/fixtures/maps`. `nidus_training.maps.make` makes any of them for a batch of slices.
"""

from nidus_training.maps.combi import combine_maps
from nidus_training.maps.gradient import gradient_map
from nidus_training.maps.residual import residual_map
from nidus_training.maps.smoothing import gaussian_blur, smooth_inside
from nidus_training.maps.source_grid import floor_score, to_source_grid

__all__ = [
    "combine_maps",
    "floor_score",
    "gaussian_blur",
    "gradient_map",
    "residual_map",
    "smooth_inside",
    "to_source_grid",
]
