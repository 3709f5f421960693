"""What the maps that run the network many times ask of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Batch = NDArray[np.float32]

Reconstruct = Callable[[Batch], Batch]
"""Images [batch, channels, height, width] to their reconstructions with z = mu."""

Differentiate = Callable[[Batch], Batch]
"""Images [batch, channels, height, width] to the gradients of a loss, same shape."""

Sample = Callable[[Batch, Batch], Batch]
"""One image [channels, height, width] and noise [samples, latent] to D(mu + sigma * noise)."""
