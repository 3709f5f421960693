"""Refuses data that would let a model see what it is tested on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from nidus_training.data import Slice


class LeakError(ValueError):
    """Two splits share a patient or the very same pixels."""


def check_leaks(*groups: Sequence[Slice]) -> None:
    """Checks that slices of different splits share neither patients nor pixels.

    Args:
        *groups: Slices; every group holds one split, groups of the same split may overlap.

    Raises:
        LeakError: Two different splits share a patient, or the same pixels appear in both.
    """
    patients: dict[str, set[str]] = {}
    pixels: dict[str, dict[str, str]] = {}
    for one in (item for group in groups for item in group):
        patients.setdefault(one.split, set()).add(one.patient)
        pixels.setdefault(one.split, {})[fingerprint(one)] = one.name
    for a, b in combinations(sorted(patients), 2):
        shared = patients[a] & patients[b]
        if shared:
            raise LeakError(f"splits {a} and {b} share {len(shared)} patients")
        twins = pixels[a].keys() & pixels[b].keys()
        if twins:
            raise LeakError(f"splits {a} and {b} share the pixels of {len(twins)} slices")


def fingerprint(one: Slice) -> str:
    """Hash of the pixels and their shape, whatever number type they are stored in."""
    values = np.ascontiguousarray(one.values, dtype=np.float64)
    return hashlib.sha256(str(values.shape).encode() + values.tobytes()).hexdigest()
