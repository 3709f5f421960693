"""ONNX nodes of the networks, one operator at a time: all of them known to the gradients."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper
from torch import nn

from nidus_training.networks import Autoencoder, Denoiser
from nidus_training.networks.denoiser import Block


class GraphParts:
    """Nodes and constants of a graph in the making."""

    def __init__(self) -> None:
        """Starts without nodes."""
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def add(
        self, kind: str, inputs: list[str], name: str, output: str | None = None, **attributes: object
    ) -> str:
        """Appends a node and returns the name of its output."""
        target = output or f"{name}.out"
        self.nodes.append(helper.make_node(kind, inputs, [target], name=name, **attributes))
        return target

    def constant(self, name: str, array: np.ndarray) -> str:
        """Adds a constant that is no weight and returns its name."""
        self.constants.setdefault(name, numpy_helper.from_array(array, name))
        return name


def append_layers(
    parts: GraphParts, layers: nn.Sequential, prefix: str, source: str, end: str | None = None
) -> str:
    """Appends a folded sequence of layers to a graph and returns the name of its output."""
    for index, layer in enumerate(layers):
        target = end if index == len(layers) - 1 else None
        source = append_layer(parts, layer, f"{prefix}.{index}", source, target)
    return source


def append_layer(parts: GraphParts, layer: nn.Module, name: str, source: str, end: str | None = None) -> str:
    """Appends one layer and returns the name of its output.

    Raises:
        TypeError: No ONNX operator is known for the layer.
    """
    weights = [f"{name}.weight", f"{name}.bias"]
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        kind = "ConvTranspose" if isinstance(layer, nn.ConvTranspose2d) else "Conv"
        top, left = (int(p) for p in layer.padding)
        return parts.add(
            kind,
            [source, *weights],
            name,
            end,
            kernel_shape=list(layer.kernel_size),
            strides=list(layer.stride),
            pads=[top, left, top, left],
        )
    if isinstance(layer, nn.LeakyReLU):
        return parts.add("LeakyRelu", [source], name, end, alpha=layer.negative_slope)
    if isinstance(layer, nn.Sigmoid):
        return parts.add("Sigmoid", [source], name, end)
    if isinstance(layer, nn.GroupNorm):
        return append_group_norm(parts, layer, name, source, end)
    if isinstance(layer, nn.Dropout2d):
        return source
    raise TypeError(f"no ONNX operator is known for {type(layer).__name__}")


def append_group_norm(parts: GraphParts, layer: nn.GroupNorm, name: str, source: str, end: str | None) -> str:
    """Group normalisation in operators of opset 17: groups become channels of an instance normalisation."""
    groups = parts.constant(f"groups{layer.num_groups}", np.array([0, layer.num_groups, -1], dtype=np.int64))
    ones = parts.constant(f"ones{layer.num_groups}", np.ones(layer.num_groups, dtype=np.float32))
    zeros = parts.constant(f"zeros{layer.num_groups}", np.zeros(layer.num_groups, dtype=np.float32))
    axes = parts.constant("pixel_axes", np.array([1, 2], dtype=np.int64))
    grouped = parts.add("Reshape", [source, groups], f"{name}.group")
    normal = parts.add("InstanceNormalization", [grouped, ones, zeros], f"{name}.normal", epsilon=layer.eps)
    shape = parts.add("Shape", [source], f"{name}.shape")
    back = parts.add("Reshape", [normal, shape], f"{name}.ungroup")
    weight = parts.add("Unsqueeze", [f"{name}.weight", axes], f"{name}.column")
    bias = parts.add("Unsqueeze", [f"{name}.bias", axes], f"{name}.shift")
    scaled = parts.add("Mul", [back, weight], f"{name}.scale")
    return parts.add("Add", [scaled, bias], f"{name}.add", end)


def append_autoencoder(
    parts: GraphParts, network: Autoencoder, prefix: str, source: str, ends: tuple[str, str, str]
) -> None:
    """Appends a folded autoencoder; `ends` name reconstruction, mu and log_var."""
    reconstruction, mu, log_var = ends
    last = append_layers(parts, network.encoder, f"{prefix}encoder", source)
    flat = parts.add("Flatten", [last], f"{prefix}flatten", axis=1)
    for head, seen, end in (
        ("mu", flat, mu),
        ("log_var", flat, log_var),
        ("expand", mu, f"{prefix}expanded"),
    ):
        weights = [f"{prefix}{head}.weight", f"{prefix}{head}.bias"]
        parts.add("Gemm", [seen, *weights], f"{prefix}{head}", end, transB=1)
    shape = parts.constant(f"{prefix}low_shape", np.array([-1, *network.low], dtype=np.int64))
    low = parts.add("Reshape", [f"{prefix}expanded", shape], f"{prefix}reshape")
    append_layers(parts, network.decoder, f"{prefix}decoder", low, reconstruction)


def append_denoiser(parts: GraphParts, network: Denoiser, prefix: str, source: str, end: str) -> None:
    """Appends a denoiser, see `Denoiser.rebuild`."""
    y = parts.add("SpaceToDepth", [source], f"{prefix}unshuffle", blocksize=2)
    skips = []
    for index, block in enumerate(network.down):
        if index:
            name = f"{prefix}pool.{index}"
            y = parts.add("AveragePool", [y], name, kernel_shape=[2, 2], strides=[2, 2])
        assert isinstance(block, Block)
        y = append_layers(parts, block.layers, f"{prefix}down.{index}.layers", y)
        skips.append(y)
    for index, (block, skip) in enumerate(zip(network.up, skips[-2::-1], strict=True)):
        assert isinstance(block, Block)
        enlarged = append_resize(parts, y, f"{prefix}enlarge.{index}", 2)
        joined = parts.add("Concat", [enlarged, skip], f"{prefix}join.{index}", axis=1)
        y = append_layers(parts, block.layers, f"{prefix}up.{index}.layers", joined)
    last = append_layer(parts, network.last, f"{prefix}last", y)
    gate = network.config.gate
    drawn = parts.add(
        "DepthToSpace", [last], f"{prefix}shuffle", None if gate else end, blocksize=2, mode="CRD"
    )
    if gate:
        # 1 - sigmoid(y) = sigmoid(-y)
        kept = parts.add("Sigmoid", [parts.add("Neg", [drawn], f"{prefix}negative")], f"{prefix}kept")
        parts.add("Mul", [source, kept], f"{prefix}cut", end)


def append_resize(parts: GraphParts, source: str, name: str, factor: int) -> str:
    """Bilinear enlargement by a whole number, pixel centres kept (align_corners false)."""
    scales = parts.constant(f"scales{factor}", np.array([1, 1, factor, factor], dtype=np.float32))
    return parts.add(
        "Resize",
        [source, "", scales],
        name,
        mode="linear",
        coordinate_transformation_mode="half_pixel",
    )
