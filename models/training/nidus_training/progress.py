"""What a training says while it runs: a line with the time left, log.jsonl, TensorBoard events."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def format_left(seconds: float) -> str:
    """Seconds as `1 h 05 min`, `4 min` or `12 s`."""
    if seconds >= 3600:
        return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60):02d} min"
    return f"{int(seconds // 60)} min" if seconds >= 60 else f"{int(seconds)} s"


class Progress:
    """Log of one training; continuing cuts off what lies beyond the checkpoint, so that the curve is one."""

    def __init__(self, folder: Path, first: int, steps: int, say: Callable[[str], None]) -> None:
        """Opens the logs.

        Args:
            folder: Receives log.jsonl and, where the tensorboard package is there, tensorboard/.
            first: Step at which this run begins.
            steps: Steps of the whole training.
            say: Takes lines for people.
        """
        self.path, self.first, self.steps, self.say = folder / "log.jsonl", first, steps, say
        kept = [line for line in self.lines() if json.loads(line)["step"] <= first] if first else []
        self.path.write_text("".join(line + "\n" for line in kept), encoding="utf-8")
        self.began = time.monotonic()
        self.board: Any = None
        try:
            from torch.utils.tensorboard import SummaryWriter

            self.board = SummaryWriter(str(folder / "tensorboard"), purge_step=first)
        except ImportError:
            say("the tensorboard package is not installed: the curves are in log.jsonl alone")

    def lines(self) -> list[str]:
        """Lines of the log so far."""
        return self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []

    def log(self, step: int, figures: dict[str, float]) -> None:
        """Logs the figures of one step."""
        left = (time.monotonic() - self.began) / max(1, step - self.first) * (self.steps - step)
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"step": step} | figures) + "\n")
        if self.board is not None:
            for name, value in figures.items():
                self.board.add_scalar(name, value, step)
        done = step / self.steps
        bar = "#" * int(20 * done) + "." * (20 - int(20 * done))
        shown = " ".join(f"{name} {value:.4g}" for name, value in figures.items())
        self.say(f"[{bar}] {step}/{self.steps} {shown}, {format_left(left)} left")

    def close(self) -> None:
        """Closes the event file."""
        if self.board is not None:
            self.board.close()


def read_curve(run: Path, points: int = 10) -> list[dict[str, float]]:
    """Figures of a finished training at evenly spread steps; empty where no log is there."""
    path = run / "log.jsonl"
    if not path.exists():
        return []
    rows: list[dict[str, float]] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    chosen = {round(k * (len(rows) - 1) / (points - 1)) for k in range(points)} if rows else set()
    return [rows[k] for k in sorted(chosen)]
