"""Small Argos packages for tests: random weights, real tokenizers; all of the machinery runs in milliseconds."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
from ctranslate2.specs import common_spec, transformer_spec

TEXT = (
    "the cat sat on the mat and saw a snake_case dog near the river",
    "a second sentence, with commas, and a number 42 in it",
    "el gato negro come pan y bebe agua del río",
    "这是一个句子，里面有数字和标点。",
)


def sentencepiece_model() -> bytes:
    """A SentencePiece model of a few dozen pieces."""
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT * 20),
        model_writer=out,
        vocab_size=90,
        character_coverage=1.0,
        hard_vocab_limit=False,
        minloglevel=2,
        num_threads=1,
    )
    return out.getvalue()


BPE = "#version: 0.2\nt h\nth e</w>\nc a\nca t</w>\no n</w>\n"


def _model(folder: Path, vocabulary: list[str], seed: int) -> None:
    width, hidden = 16, 32
    random = np.random.default_rng(seed)

    def weights(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return random.normal(0, 0.8, shape).astype(np.float32)

    spec = transformer_spec.TransformerSpec.from_config(
        (1, 1), 2, pre_norm=True, activation=common_spec.Activation.RELU
    )
    table = weights(len(vocabulary), width)
    spec.encoder.embeddings[0].weight = table
    spec.decoder.embeddings.weight = table
    spec.decoder.projection.weight = table
    spec.decoder.projection.bias = weights(len(vocabulary))
    spec.decoder.projection.bias[vocabulary.index("</s>")] += 4  # so that it comes to an end
    norms = [spec.encoder.layer_norm, spec.decoder.layer_norm]
    for layer in spec.encoder.layer:
        _attention(layer.self_attention, weights, width, norms)
        _feed(layer.ffn, weights, width, hidden, norms)
    for layer in spec.decoder.layer:
        _attention(layer.self_attention, weights, width, norms)
        _attention(layer.attention, weights, width, norms, cross=True)
        _feed(layer.ffn, weights, width, hidden, norms)
    for norm in norms:
        norm.gamma, norm.beta = np.ones(width, np.float32), np.zeros(width, np.float32)
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True)
    spec.save(str(folder))


def _attention(spec: Any, weights: Any, width: int, norms: list[Any], *, cross: bool = False) -> None:
    sizes = (width, 2 * width, width) if cross else (3 * width, width)
    for linear, size in zip(spec.linear, sizes, strict=True):
        linear.weight, linear.bias = weights(size, width), weights(size)
    norms.append(spec.layer_norm)


def _feed(spec: Any, weights: Any, width: int, hidden: int, norms: list[Any]) -> None:
    spec.linear_0.weight, spec.linear_0.bias = weights(hidden, width), weights(hidden)
    spec.linear_1.weight, spec.linear_1.bias = weights(width, hidden), weights(width)
    norms.append(spec.layer_norm)


def package(
    folder: Path,
    source: str = "en",
    target: str = "zh",
    version: str = "1.0",
    *,
    prefix: str = "",
    bpe: bool = False,
    seed: int = 1,
    metadata: Mapping[str, object] | None = None,
) -> Path:
    """The unpacked package `folder`/translate-…, ready for use."""
    home = folder / f"translate-{source}_{target}-{version.replace('.', '_')}"
    if bpe:
        letters = sorted(set("".join(TEXT)) - {" "})
        pieces = [*letters, *(f"{letter}@@" for letter in letters), "the", "cat", "on", "th@@", "ca@@"]
        home.mkdir(parents=True)
        (home / "bpe.model").write_text(BPE, "utf-8")
    else:
        model = sentencepiece_model()
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        pieces = [processor.id_to_piece(number) for number in range(3, processor.get_piece_size())]
        home.mkdir(parents=True)
        (home / "sentencepiece.model").write_bytes(model)
    special = ["<unk>", "<s>", "</s>", *([prefix] if prefix else [])]
    _model(home / "model", [*special, *pieces], seed)
    told = {
        "package_version": version,
        "argos_version": "1.9",
        "from_code": source,
        "from_name": source.upper(),
        "to_code": target,
        "to_name": target.upper(),
        "type": "translate",
        **({"target_prefix": prefix} if prefix else {}),
        **(metadata or {}),
    }
    (home / "metadata.json").write_text(json.dumps(told), "utf-8")
    (home / "README.md").write_text("# A test\n\nLicense: CC0-1.0\n", "utf-8")
    return home


def packed(home: Path, file: Path | None = None) -> Path:
    """The package folder as an `.argosmodel` file beside it, or at `file`."""
    file = file or home.with_name(f"{home.name}.argosmodel")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(home.rglob("*")):
            if path.is_file():
                archive.write(path, f"{home.name}/{path.relative_to(home).as_posix()}")
    return file
