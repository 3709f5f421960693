"""Principal components: the linear autoencoder that a network has to beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA

from nidus_training.foreground import Values


@dataclass(frozen=True)
class LinearAutoencoder:
    """Mean image and orthonormal components of normal images.

    Attributes:
        mean: [height, width].
        components: [components, height * width].
        variances: Of the coefficients, [components].
    """

    mean: Values
    components: Values
    variances: Values

    def encode(self, x: Values) -> Values:
        """Coefficients [components] of an image [height, width]."""
        code: Values = self.components @ (x - self.mean).ravel()
        return code

    def rebuild(self, x: Values) -> Values:
        """Reconstruction of an image, [height, width]."""
        rebuilt: Values = self.mean + (self.encode(x) @ self.components).reshape(x.shape)
        return rebuilt

    def shortened(self, components: int) -> LinearAutoencoder:
        """The same with its first components alone, those of the largest variance."""
        return LinearAutoencoder(self.mean, self.components[:components], self.variances[:components])


def fit_linear(images: Values, components: int, seed: int) -> LinearAutoencoder:
    """Fits principal components (randomised SVD of Halko et al. 2011).

    Args:
        images: [images, height, width].
        components: At most the number of images.
        seed: Of the randomised decomposition.
    """
    flat = images.reshape(len(images), -1)
    pca = PCA(components, svd_solver="randomized", random_state=seed).fit(flat)
    return LinearAutoencoder(
        flat.mean(axis=0).reshape(images.shape[1:]),
        np.asarray(pca.components_),
        np.asarray(pca.explained_variance_),
    )
