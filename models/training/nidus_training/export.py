"""Writes a trained network as a forward ONNX graph, and reads such a graph back into PyTorch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from nidus_training.config import NetworkConfig, settings
from nidus_training.graph_nodes import GraphParts, append_autoencoder, append_denoiser, append_resize
from nidus_training.networks import Autoencoder, Denoiser, Ensemble, Network, fold_batch_norm

OPSET = 17
IR_VERSION = 8
NETWORK_KEY = "nidus.network"
PARITY = 1e-4


class ParityError(RuntimeError):
    """ONNX Runtime and PyTorch disagree on the same weights."""


def build_graph(network: Network) -> onnx.ModelProto:
    """Builds the forward graph x -> reconstruction, and mu and log_var where there is a code, batch dynamic.

    The graph is written node by node rather than traced: its initialisers keep the names of the parameters.

    Args:
        network: Folded by `prepare`.
    """
    height, width = network.size
    parts = GraphParts()
    outputs = append_network(parts, network, "", "x", "")
    weights = [
        numpy_helper.from_array(tensor.detach().contiguous().numpy().astype(np.float32), name)
        for name, tensor in network.state_dict().items()
    ]
    image = ["batch", 1, height, width]
    shapes = {"reconstruction": image}
    if isinstance(network, Autoencoder):
        code = ["batch", network.config.latent]
        shapes |= {"mu": code, "log_var": code}
    graph = helper.make_graph(
        parts.nodes,
        "nidus-autoencoder",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, image)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shapes[name]) for name in outputs],
        weights + list(parts.constants.values()),
    )
    model = helper.make_model(
        graph,
        producer_name="nidus-training",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    helper.set_model_props(model, {NETWORK_KEY: json.dumps(describe(network))})
    onnx.checker.check_model(model, full_check=True)
    return model


def append_network(parts: GraphParts, network: Network, prefix: str, source: str, label: str) -> list[str]:
    """Appends a network to a graph; returns the names of its outputs, each behind `label`."""
    if isinstance(network, Autoencoder):
        ends = (f"{label}reconstruction", f"{label}mu", f"{label}log_var")
        append_autoencoder(parts, network, prefix, source, ends)
        return list(ends)
    end = f"{label}reconstruction"
    if isinstance(network, Denoiser):
        append_denoiser(parts, network, prefix, source, end)
        return [end]
    rebuilt = []
    for index, member in enumerate(network.members):
        assert isinstance(member, Autoencoder | Denoiser)
        name = f"{prefix}members.{index}."
        factor = network.size[0] // member.size[0]
        seen = source
        if factor > 1:
            sides = [factor, factor]
            seen = parts.add("AveragePool", [source], f"{name}shrink", kernel_shape=sides, strides=sides)
        out = append_network(parts, member, name, seen, name)[0]
        rebuilt.append(append_resize(parts, out, f"{name}enlarge", factor) if factor > 1 else out)
    total = parts.add("Sum", rebuilt, f"{prefix}total")
    count = parts.constant(f"{prefix}member_count", np.array(len(rebuilt), dtype=np.float32))
    parts.add("Div", [total, count], f"{prefix}mean", end)
    return [end]


def describe(network: Network) -> dict[str, Any]:
    """What rebuilding the network needs beside its weights; see `rebuild`."""
    height, width = network.size
    if isinstance(network, Ensemble):
        members = [describe(member) for member in network.members]  # type: ignore[arg-type]
        return {"members": members, "height": height, "width": width}
    return asdict(network.config) | {"height": height, "width": width}


def rebuild(table: dict[str, Any]) -> Network:
    """Builds the network that `describe` told of, without its weights, ready for inference."""
    height, width = table.pop("height"), table.pop("width")
    if "members" in table:
        return Ensemble([rebuild(one) for one in table["members"]], height, width)  # type: ignore[misc]
    config = settings(NetworkConfig, table)
    return prepare(
        Denoiser(config, height, width) if config.kind == "denoiser" else Autoencoder(config, height, width)
    )


def prepare(network: Network) -> Network:
    """A copy for inference: batch normalisation folded into the convolutions, dropout left out, frozen."""
    if isinstance(network, Autoencoder):
        return fold_batch_norm(network)
    if isinstance(network, Ensemble):
        members = [prepare(member) for member in network.members]  # type: ignore[arg-type]
        return Ensemble(members, *network.size).eval()  # type: ignore[arg-type]
    return network.eval().float().requires_grad_(False)


def export_onnx(network: Network, path: Path) -> str:
    """Writes a network as ONNX, after comparing both on random input.

    Args:
        network: Trained; batch normalisation is folded here.
        path: The .onnx file.

    Returns:
        The file's SHA-256.

    Raises:
        ParityError: An output differs by more than 1e-4 of its largest value.
    """
    folded = prepare(network)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(build_graph(folded), path)
    difference = parity(folded, path)
    if difference > PARITY:
        raise ParityError(f"ONNX Runtime and PyTorch differ by {difference:.2e}")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def parity(network: Network, path: Path) -> float:
    """Largest difference between PyTorch and ONNX Runtime, relative to the largest value of each output."""
    rng = np.random.default_rng(0)
    x = rng.random((3, 1, *network.size), dtype=np.float32)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    theirs = session.run(None, {"x": x})
    with torch.no_grad():
        ours = [tensor.numpy() for tensor in network(torch.from_numpy(x)) if tensor.shape[1]]
    return max(float(np.abs(a - b).max() / np.abs(a).max()) for a, b in zip(ours, theirs, strict=True))


def load_onnx(path: Path) -> Network:
    """Reads a network that `export_onnx` wrote, ready for inference.

    Raises:
        ValueError: The file was not written by this package.
    """
    model = onnx.load(path)
    written = next((p.value for p in model.metadata_props if p.key == NETWORK_KEY), None)
    if written is None:
        raise ValueError(f"{path.name} was not written by nidus-train")
    network = rebuild(json.loads(written))
    arrays = {one.name: numpy_helper.to_array(one).copy() for one in model.graph.initializer}
    network.load_state_dict({name: torch.from_numpy(arrays[name]) for name in network.state_dict()})
    return network
