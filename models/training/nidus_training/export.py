"""Writes a trained network as a forward ONNX graph, and reads such a graph back into PyTorch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from nidus_training.config import NetworkConfig, settings
from nidus_training.networks import Autoencoder, fold_batch_norm

OPSET = 17
IR_VERSION = 8
NETWORK_KEY = "nidus.network"
PARITY = 1e-4


class ParityError(RuntimeError):
    """ONNX Runtime and PyTorch disagree on the same weights."""


def build_graph(network: Autoencoder) -> onnx.ModelProto:
    """Builds the forward graph x -> (reconstruction, mu, log_var), batch dynamic.

    The graph is written node by node rather than traced: its initialisers keep the names of the parameters,
    and it holds nothing but Conv, LeakyRelu, Flatten, Gemm, Reshape, ConvTranspose and Sigmoid.

    Args:
        network: Folded by `fold_batch_norm`.
    """
    height, width = network.size
    latent = network.config.latent
    nodes: list[onnx.NodeProto] = []
    last = append_layers(nodes, network.encoder, "encoder", "x")
    nodes.append(helper.make_node("Flatten", [last], ["flat"], name="flatten", axis=1))
    for name, head in (("mu", "mu"), ("log_var", "log_var"), ("expanded", "expand")):
        source = "mu" if head == "expand" else "flat"
        weights = [f"{head}.weight", f"{head}.bias"]
        nodes.append(helper.make_node("Gemm", [source, *weights], [name], name=head, transB=1))
    nodes.append(helper.make_node("Reshape", ["expanded", "low_shape"], ["low"], name="reshape"))
    append_layers(nodes, network.decoder, "decoder", "low", "reconstruction")
    initialisers = [
        numpy_helper.from_array(tensor.detach().contiguous().numpy().astype(np.float32), name)
        for name, tensor in network.state_dict().items()
    ]
    initialisers.append(numpy_helper.from_array(np.array([-1, *network.low], dtype=np.int64), "low_shape"))
    image = ["batch", 1, height, width]
    code = ["batch", latent]
    graph = helper.make_graph(
        nodes,
        "nidus-autoencoder",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, image)],
        [
            helper.make_tensor_value_info("reconstruction", TensorProto.FLOAT, image),
            helper.make_tensor_value_info("mu", TensorProto.FLOAT, code),
            helper.make_tensor_value_info("log_var", TensorProto.FLOAT, code),
        ],
        initialisers,
    )
    model = helper.make_model(
        graph,
        producer_name="nidus-training",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    written = json.dumps(asdict(network.config) | {"height": height, "width": width})
    helper.set_model_props(model, {NETWORK_KEY: written})
    onnx.checker.check_model(model, full_check=True)
    return model


def append_layers(
    nodes: list[onnx.NodeProto], layers: nn.Sequential, prefix: str, source: str, end: str | None = None
) -> str:
    """Appends a folded sequence of layers to a graph and returns the name of its output."""
    for index, layer in enumerate(layers):
        name = f"{prefix}.{index}"
        target = end if end and index == len(layers) - 1 else f"{name}.out"
        weights = [f"{name}.weight", f"{name}.bias"]
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            kind = "ConvTranspose" if isinstance(layer, nn.ConvTranspose2d) else "Conv"
            top, left = (int(p) for p in layer.padding)
            attributes = {
                "kernel_shape": list(layer.kernel_size),
                "strides": list(layer.stride),
                "pads": [top, left, top, left],
            }
            nodes.append(helper.make_node(kind, [source, *weights], [target], name=name, **attributes))
        elif isinstance(layer, nn.LeakyReLU):
            nodes.append(
                helper.make_node("LeakyRelu", [source], [target], name=name, alpha=layer.negative_slope)
            )
        elif isinstance(layer, nn.Sigmoid):
            nodes.append(helper.make_node("Sigmoid", [source], [target], name=name))
        else:
            raise TypeError(f"no ONNX operator is known for {type(layer).__name__}")
        source = target
    return source


def export_onnx(network: Autoencoder, path: Path) -> str:
    """Writes a network as ONNX, after comparing both on random input.

    Args:
        network: Trained; batch normalisation is folded here.
        path: The .onnx file.

    Returns:
        The file's SHA-256.

    Raises:
        ParityError: An output differs by more than 1e-4 of its largest value.
    """
    folded = fold_batch_norm(network)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(build_graph(folded), path)
    difference = parity(folded, path)
    if difference > PARITY:
        raise ParityError(f"ONNX Runtime and PyTorch differ by {difference:.2e}")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def parity(network: Autoencoder, path: Path) -> float:
    """Largest difference between PyTorch and ONNX Runtime, relative to the largest value of each output."""
    rng = np.random.default_rng(0)
    x = rng.random((3, 1, *network.size), dtype=np.float32)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    theirs = session.run(["reconstruction", "mu", "log_var"], {"x": x})
    with torch.no_grad():
        ours = [tensor.numpy() for tensor in network(torch.from_numpy(x))]
    return max(float(np.abs(a - b).max() / np.abs(a).max()) for a, b in zip(ours, theirs, strict=True))


def load_onnx(path: Path) -> Autoencoder:
    """Reads a network that `export_onnx` wrote, ready for inference.

    Raises:
        ValueError: The file was not written by this package.
    """
    model = onnx.load(path)
    written = next((p.value for p in model.metadata_props if p.key == NETWORK_KEY), None)
    if written is None:
        raise ValueError(f"{path.name} was not written by nidus-train")
    table = json.loads(written)
    height, width = table.pop("height"), table.pop("width")
    network = fold_batch_norm(Autoencoder(settings(NetworkConfig, table), height, width))
    arrays = {one.name: numpy_helper.to_array(one).copy() for one in model.graph.initializer}
    network.load_state_dict({name: torch.from_numpy(a) for name, a in arrays.items() if name != "low_shape"})
    return network
