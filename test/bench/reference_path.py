"""Reference timings for the benchmarks: eager torch and pydicom.

Reads one JSON request a line from stdin and answers one JSON object a line on stdout:
``{"do": "facts"}``, ``{"do": "cevae", "size": 64, "batch": 1, "latent": 32, "repeats": 3}`` and
``{"do": "decode", "path": "..."}``.
"""

import json
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    torch = None
try:
    import pydicom
except ImportError:
    pydicom = None

WIDTHS = (16, 32, 64, 256)
models = {}


def make_model(size, latent):
    """Builds the small ceVAE: strided 4x4 convolutions of 16-32-64-256 maps and their mirror image."""
    encoder, decoder, before = [], [], 1
    for width in WIDTHS:
        encoder += [nn.Conv2d(before, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.01)]
        before = width
    rest = size // 16
    encoder += [nn.Conv2d(before, 2 * latent, rest, bias=False)]
    decoder += [nn.ConvTranspose2d(latent, WIDTHS[-1], rest, bias=False), nn.LeakyReLU(0.01)]
    before = WIDTHS[-1]
    for width in (*reversed(WIDTHS[:-1]), 1):
        decoder += [nn.ConvTranspose2d(before, width, 4, 2, 1, bias=False)]
        decoder += [nn.LeakyReLU(0.01)] if width > 1 else []
        before = width
    return nn.Sequential(*encoder), nn.Sequential(*decoder)


def three_passes(model, images):
    """One eager forward and backward each for rec, KL and their sum, as the published ceVAE code does.

    Args:
        model: encoder and decoder.
        images: float32 tensor [batch, 1, size, size].
    """
    encoder, decoder = model
    for use_rec, use_kl in ((True, False), (False, True), (True, True)):
        encoder.zero_grad()
        decoder.zero_grad()
        x = images.clone().requires_grad_()
        mu, log_std = encoder(x).chunk(2, dim=1)
        z = mu + torch.randn_like(mu) * log_std.exp()
        x_hat = decoder(z)
        loss = 0.0
        if use_rec:
            loss = loss + (x - x_hat).abs().sum()
        if use_kl:
            loss = loss + 0.5 * (mu**2 + (2 * log_std).exp() - 2 * log_std - 1).sum()
        loss.backward()
        x.grad.abs().numpy()


def answer(request):
    """Answers one request; times are milliseconds, the fastest of the repeats."""
    if request["do"] == "facts":
        return {
            "torch": torch.__version__ if torch else None,
            "torchThreads": torch.get_num_threads() if torch else None,
            "pydicom": pydicom.__version__ if pydicom else None,
        }
    if request["do"] == "cevae":
        key = (request["size"], request["latent"])
        if key not in models:
            torch.manual_seed(0)
            models[key] = make_model(*key)
        images = torch.rand(request["batch"], 1, request["size"], request["size"])
        times = []
        for _ in range(request["repeats"]):
            started = time.perf_counter()
            three_passes(models[key], images)
            times.append(1000 * (time.perf_counter() - started))
        return {"ms": min(times)}
    started = time.perf_counter()
    try:
        pixels = pydicom.dcmread(request["path"]).pixel_array
    except Exception as error:  # a file that pydicom cannot read has no reference time
        return {"ms": None, "reason": type(error).__name__}
    return {"ms": 1000 * (time.perf_counter() - started), "values": int(pixels.size)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
