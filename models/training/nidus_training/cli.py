"""The command line: `nidus-train fit|export|calibrate|describe|evaluate|report|adapt|compare|golden`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from nidus_training import steps
from nidus_training.data import REPOSITORY
from nidus_training.golden import write_golden
from nidus_training.golden_maps import write_golden_maps


def build_parser() -> argparse.ArgumentParser:
    """Builds the parser of all commands."""
    parser = argparse.ArgumentParser(prog="nidus-train", description=__doc__)
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    commands = parser.add_subparsers(dest="command", required=True)
    helps = {
        "fit": "train from a configuration; continues where a checkpoint stands",
        "export": "write model.onnx of a finished training",
        "calibrate": "fit statistics and thresholds on calibration normals, write model.json",
        "describe": "fit what training images look like, write that part of model.json alone",
        "evaluate": "measure every map and the baselines on slices with lesions, add them to model.json",
        "report": "write card.md from model.json",
        "adapt": "fine-tune a shipped model on a site's normals; refuses when the new one is worse",
    }
    for name, text in helps.items():
        command = commands.add_parser(name, help=text)
        command.add_argument("config", type=Path, help="models/training/configs/<id>.toml")
        command.add_argument("--data", help="folder of the development data (default: NIDUS_CORPUS)")
        command.add_argument(
            "--phantoms", type=Path, help="folder with train/ and calibration/ phantom slices"
        )
        command.add_argument("--runs", type=Path, default=REPOSITORY / "models" / "training" / "runs")
        command.add_argument("--models", type=Path, default=REPOSITORY / "models", help="folder of models")
        if name == "fit":
            command.add_argument("--device", default="cpu", help="cpu or cuda")
            command.add_argument("--precision", choices=["bf16", "fp32"], help="default: the configuration's")
            command.add_argument("--seed", type=int, help="one of several seeds alone; default: all in turn")
        if name == "evaluate":
            command.add_argument("--split", default="test", choices=["train", "calibration", "test"])
            command.add_argument("--repeats", type=int, default=1000, help="bootstrap draws")
        if name == "report":
            command.add_argument("--figures", type=Path, help="also write figures of test patients here")
        if name == "adapt":
            command.add_argument("--normals", type=Path, required=True, help="folder of confirmed normals")
            command.add_argument("--samples", type=int, default=8000, help="samples to train on")
            command.add_argument("--name", help="identifier of the new model, default <id>-adapted")
    compared = commands.add_parser("compare", help="print one table of all models")
    compared.add_argument("--models", type=Path, default=REPOSITORY / "models", help="folder of models")
    compared.add_argument("--readme", type=Path, help="write the tables of this file between its markers")
    compared.add_argument("--short", action="store_true", help="default maps alone")
    golden = commands.add_parser("golden", help="write the golden arrays of preprocessing and maps")
    golden.add_argument("--out", type=Path, default=REPOSITORY / "test" / "fixtures")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    given = build_parser().parse_args(arguments)
    torch.set_num_threads(given.threads)
    if given.command == "golden":
        print(f"{len(write_golden(given.out / 'preprocess'))} cases in {given.out / 'preprocess'}")
        print(f"{len(write_golden_maps(given.out / 'maps'))} maps in {given.out / 'maps'}")
        return 0
    if given.command == "compare":
        steps.compare(given.models, given.short, given.readme)
        return 0
    try:
        run_task(given)
    except (OSError, ValueError, RuntimeError) as error:
        print(f"nidus-train {given.command}: {error}", file=sys.stderr)
        return 1
    return 0


def run_task(given: argparse.Namespace) -> None:
    """Runs a command on one model."""
    task = steps.Task.of(given.config, given.data, given.phantoms, given.runs, given.models)
    if given.command == "evaluate":
        steps.evaluate(task, given.split, given.repeats)
    elif given.command == "fit":
        steps.fit(task, given.device, given.precision, given.seed)
    elif given.command == "report":
        steps.report(task, given.figures)
    elif given.command == "adapt":
        steps.adapt(task, given.normals, given.samples, given.name or f"{task.config.id}-adapted")
    else:
        getattr(steps, given.command)(task)
