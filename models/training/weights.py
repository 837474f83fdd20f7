"""Weights on disk: each matrix as int8 rows with one scale a row (CTranslate2's own scheme), vectors as float32."""

from pathlib import Path

import numpy as np


def save(arrays: dict[str, np.ndarray], directory: Path, limit: int = 15 * 2**20) -> None:
    """Write `arrays` (name to float32 array) as directory/weights-K.npz, each file of at most `limit` bytes."""
    part: dict[str, np.ndarray] = {}
    size, number = 0, 0
    for name, array in arrays.items():
        if array.ndim == 2:
            scale = 127.0 / np.maximum(np.abs(array).max(1), 1e-9)
            items = {name: np.round(array * scale[:, None]).astype(np.int8), name + ":scale": scale.astype(np.float32)}
        else:
            items = {name: array.astype(np.float32)}
        weight = sum(item.nbytes for item in items.values())
        if part and size + weight > limit:
            np.savez(directory / f"weights-{number}.npz", **part)  # type: ignore[arg-type]
            part, size, number = {}, 0, number + 1
        part.update(items)
        size += weight
    np.savez(directory / f"weights-{number}.npz", **part)  # type: ignore[arg-type]


def load(directory: Path) -> dict[str, np.ndarray]:
    """The arrays that `save` wrote, as float32."""
    stored: dict[str, np.ndarray] = {}
    for path in sorted(directory.glob("weights-*.npz")):
        stored.update(np.load(path))
    return {
        name: array.astype(np.float32) / stored[name + ":scale"][:, None] if array.dtype == np.int8 else array
        for name, array in stored.items()
        if not name.endswith(":scale")
    }
