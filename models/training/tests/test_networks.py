"""Networks: folding, export and losses keep what the trained network computes."""

from pathlib import Path

import numpy as np
import onnx
import torch
from torch.distributions import Normal
from torch.distributions import kl_divergence as torch_kl

from nidus_training.config import NetworkConfig
from nidus_training.export import export_onnx, load_onnx, parity, prepare
from nidus_training.losses import absolute_error, kl_divergence
from nidus_training.networks import Autoencoder, Denoiser, Ensemble, fold_batch_norm


def trained_like(**options: object) -> Autoencoder:
    """A network whose normalisation statistics are not the fresh ones."""
    torch.manual_seed(4)
    network = Autoencoder(NetworkConfig(channels=(4, 8), latent=5, **options), 16, 24)  # type: ignore[arg-type]
    network.train()
    for _ in range(3):
        network(torch.rand(6, 1, 16, 24) * 3 - 1)
    return network.eval()


def test_folding_changes_nothing() -> None:
    network = trained_like(extra_convolutions=1, dropout=0.2)
    x = torch.rand(3, 1, 16, 24)
    for ours, folded in zip(network(x), fold_batch_norm(network)(x), strict=True):
        torch.testing.assert_close(ours, folded, atol=1e-5, rtol=1e-5)


def test_onnx_agrees_with_torch_and_reads_back(tmp_path: Path) -> None:
    network = trained_like(sigmoid=True)
    path = tmp_path / "model.onnx"
    export_onnx(network, path)
    assert parity(fold_batch_norm(network), path) < 1e-5
    again = load_onnx(path)
    x = torch.rand(2, 1, 16, 24)
    for ours, theirs in zip(fold_batch_norm(network)(x), again(x), strict=True):
        assert torch.equal(ours, theirs)


def test_the_graph_is_forward_only_with_dynamic_batch(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    export_onnx(trained_like(), path)
    graph = onnx.load(path).graph
    assert {node.op_type for node in graph.node} == {
        "Conv", "ConvTranspose", "LeakyRelu", "Flatten", "Gemm", "Reshape",
    }  # fmt: skip
    assert [one.name for one in graph.output] == ["reconstruction", "mu", "log_var"]
    for one in [*graph.input, *graph.output]:
        assert one.type.tensor_type.shape.dim[0].dim_param == "batch"


def test_losses_are_sums_per_sample() -> None:
    g = torch.Generator().manual_seed(0)
    mu, log_var = torch.randn(3, 7, generator=g), torch.randn(3, 7, generator=g)
    expected = torch_kl(Normal(mu, (0.5 * log_var).exp()), Normal(0.0, 1.0)).sum(dim=1)
    torch.testing.assert_close(kl_divergence(mu, log_var), expected)
    x, y = torch.rand(3, 1, 4, 5, generator=g), torch.rand(3, 1, 4, 5, generator=g)
    expected_error = np.abs(x.numpy() - y.numpy()).reshape(3, -1).sum(axis=1)
    np.testing.assert_allclose(absolute_error(x, y).numpy(), expected_error, rtol=1e-6)


def test_a_denoiser_and_a_mean_of_networks_agree_with_torch_and_read_back(tmp_path: Path) -> None:
    torch.manual_seed(5)
    denoiser = Denoiser(NetworkConfig(kind="denoiser", channels=(4, 8)), 32, 48)
    gated = Denoiser(NetworkConfig(kind="denoiser", channels=(4, 8), gate=True), 32, 48)
    mean = Ensemble([denoiser, trained_like()], 32, 48)
    x = torch.rand(3, 1, 32, 48)
    for network in (denoiser, gated, mean):
        path = tmp_path / "model.onnx"
        export_onnx(network, path)
        again, ours = load_onnx(path), prepare(network)
        assert parity(again, path) < 1e-5
        assert torch.equal(again(x)[0], ours(x)[0])
        assert [one.name for one in onnx.load(path).graph.output] == ["reconstruction"]
    # The mean is that of its members, each on its own grid.
    small = torch.nn.functional.interpolate(
        fold_batch_norm(trained_like())(torch.nn.functional.avg_pool2d(x, 2))[0],
        scale_factor=2.0,
        mode="bilinear",
        align_corners=False,
    )
    torch.testing.assert_close(prepare(mean)(x)[0], (denoiser.eval()(x)[0] + small) / 2)
