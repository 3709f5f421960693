"""The tables of models/README.md, written from the manifests between their markers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nidus_training.card import figure, paired_lines, threshold_table

FIGURES = {
    "auroc": "AUROC",
    "ap": "AP",
    "best_dice": "best Dice (oracle)",
    "dice": "Dice at threshold",
}
BEST, OTHERS = "brain-flair-best", ("brain-flair-cevae", "brain-flair-vae")
CHEST = ("chest-xray-cevae", "chest-xray-vae")
OF_OTHERS = ("ensemble", "disagreement")
"""Maps that need a second model."""
IMAGE_SCORES = ("95 % quantile of rec", "ELBO")

Manifests = Mapping[str, dict[str, Any]]


def row_of(cells: Sequence[str]) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(one.replace("|", "&#124;") for one in cells) + " |"


def head_of(names: Sequence[str]) -> list[str]:
    """Names and rule of a Markdown table."""
    return [row_of(names), row_of(["---"] * len(names))]


def maps_to_show(manifest: dict[str, Any]) -> list[str]:
    """The default map and, where it is another, the model's own map of highest AP on calibration patients."""
    measured = manifest["metrics"]["brainFlairCalibration"]["maps"]
    own = [one for one in measured if one not in OF_OTHERS]
    best = max(own, key=lambda one: float(measured[one]["ap"]["value"]))
    return list(dict.fromkeys([manifest["maps"]["default"], best]))


def lesion_table(models: Manifests, key: str) -> list[str]:
    """Default and best maps of the brain models on one set of lesions, then the baselines beside them."""
    lines = head_of(["score", *FIGURES.values(), "threshold"])
    for name in (BEST, *OTHERS):
        for shown in maps_to_show(models[name]):
            row = models[name]["metrics"][key]["maps"][shown]
            cells = [figure(row[one]) for one in FIGURES]
            lines.append(row_of([f"{name} `{shown}`", *cells, row["threshold"]]))
    for words, name in (("best", BEST), ("ceVAE and VAE", OTHERS[0])):
        for label, row in models[name]["metrics"][key]["baselines"].items():
            cells = [figure(row[one]) for one in FIGURES]
            lines.append(row_of([f"baseline, beside {words}: {label}", *cells, row["threshold"]]))
    return lines


def image_table(models: Manifests) -> list[str]:
    """Scores of the chest models and the baselines on labelled images."""
    lines = head_of(["score of an image", "AUROC, all", "AUROC, patients on whom nothing was chosen"])
    for name in CHEST:
        images = models[name]["metrics"]["images"]
        chosen = [(f"{name}, {one}", one) for one in IMAGE_SCORES]
        if name == CHEST[-1]:
            chosen += [(one, one) for one in images["all"]["scores"] if one.startswith("baseline")]
        for label, one in chosen:
            pair = (images[group]["scores"][one]["image_auroc"] for group in ("all", "held-out"))
            lines.append(row_of([label, *map(figure, pair)]))
    return lines


def readme_tables(models: Manifests) -> dict[str, list[str]]:
    """All tables by the name in their marker.

    Args:
        models: Manifests of the five shipped models by identifier, evaluated on both splits.
    """
    best = models[BEST]
    paired = paired_lines(best["metrics"]["brainFlairTest"], best["maps"]["default"])
    return {
        "brain-test": lesion_table(models, "brainFlairTest"),
        "brain-paired": paired[2:-1],
        "brain-thresholds": threshold_table(best),
        "brain-calibration": lesion_table(models, "brainFlairCalibration"),
        "chest": image_table(models),
    }


def fill_tables(text: str, tables: Mapping[str, Sequence[str]]) -> str:
    """Replaces what stands between `<!-- table: NAME -->` and `<!-- end -->` by the tables.

    Raises:
        ValueError: A table has no marker in the text.
    """
    for name, lines in tables.items():
        start = f"<!-- table: {name} -->"
        between = re.compile(re.escape(start) + r".*?<!-- end -->", re.DOTALL)
        if not between.search(text):
            raise ValueError(f"the text has no marker {start}")
        made = "\n".join([start, "", *lines, "", "<!-- end -->"])
        text = between.sub(lambda _, made=made: made, text, count=1)  # type: ignore[misc]
    return text
