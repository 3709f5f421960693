"""Tables of the README: filled between markers, from the manifests that are shipped."""

import pytest

from nidus_training.data import REPOSITORY
from nidus_training.manifest import read_manifest
from nidus_training.readme_tables import fill_tables, maps_to_show, readme_tables


def test_tables_stand_between_their_markers_and_can_be_filled_again() -> None:
    text = "a\n<!-- table: one -->\nold\n<!-- end -->\nb <!-- end -->\n"
    once = fill_tables(text, {"one": ["| 1 |", "| \\1 |"]})
    assert once == "a\n<!-- table: one -->\n\n| 1 |\n| \\1 |\n\n<!-- end -->\nb <!-- end -->\n"
    assert fill_tables(once, {"one": ["| 1 |", "| \\1 |"]}) == once
    with pytest.raises(ValueError, match="table: two"):
        fill_tables(text, {"two": []})


def test_the_map_that_calibration_patients_favour_stands_beside_the_default() -> None:
    measured = {"rec": 0.5, "restoration": 0.6, "context": 0.4, "ensemble": 0.9}
    maps = {name: {"ap": {"value": value}} for name, value in measured.items()}
    metrics = {"brainFlairCalibration": {"maps": maps}}
    assert maps_to_show({"maps": {"default": "rec"}, "metrics": metrics}) == ["rec", "restoration"]
    assert maps_to_show({"maps": {"default": "restoration"}, "metrics": metrics}) == ["restoration"]


def test_the_readme_states_the_figures_of_the_manifests() -> None:
    models = REPOSITORY / "models"
    manifests = [read_manifest(path.parent) for path in sorted(models.glob("*/model.json"))]
    text = (models / "README.md").read_text(encoding="utf-8")
    assert fill_tables(text, readme_tables({one["id"]: one for one in manifests})) == text
