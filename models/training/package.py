"""Turn train.py's weights into an installable Argos package: a CTranslate2 int8 model in a zip.

    python package.py DATA WEIGHTS OUT --pair en zh --version 0.2 --heads 4 --readme CARD.md

DATA has sentencepiece.model and vocab.json (prepare.py), WEIGHTS has weights-K.npz (train.py). The same weights give
the same bytes: files are packed in order, with one date.
"""

import argparse
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import weights
from babel import Locale
from ctranslate2.specs import common_spec, transformer_spec

Arrays = dict[str, np.ndarray]
DATE = (2026, 1, 1, 0, 0, 0)


def set_linear(spec: Any, arrays: Arrays, *names: str) -> None:
    """Put the layers `names` of `arrays`, one below the other, into `spec`."""
    spec.weight = np.concatenate([arrays[name + ".weight"] for name in names])
    spec.bias = np.concatenate([arrays[name + ".bias"] for name in names])


def set_norm(spec: Any, arrays: Arrays, name: str) -> None:
    """Put a layer norm into `spec`."""
    spec.gamma, spec.beta = arrays[name + ".weight"], arrays[name + ".bias"]


def set_attention(spec: Any, arrays: Arrays, name: str, *, cross: bool = False) -> None:
    """Put an attention layer into `spec`, which wants query, key and value in one where they read the same."""
    set_norm(spec.layer_norm, arrays, name + ".norm")
    if cross:
        set_linear(spec.linear[0], arrays, name + ".query")
        set_linear(spec.linear[1], arrays, name + ".key", name + ".value")
    else:
        set_linear(spec.linear[0], arrays, name + ".query", name + ".key", name + ".value")
    set_linear(spec.linear[-1], arrays, name + ".out")


def set_feed(spec: Any, arrays: Arrays, name: str) -> None:
    """Put a feed-forward layer into `spec`."""
    set_norm(spec.layer_norm, arrays, name + ".norm")
    set_linear(spec.linear_0, arrays, name + ".up")
    set_linear(spec.linear_1, arrays, name + ".down")


def layers(arrays: Arrays, side: str) -> int:
    """How many layers the encoder or the decoder has."""
    return 1 + max(int(name.split(".")[1]) for name in arrays if name.startswith(f"{side}."))


def built(arrays: Arrays, heads: int, vocab: list[str]) -> transformer_spec.TransformerSpec:
    """The model as CTranslate2 describes one."""
    spec = transformer_spec.TransformerSpec.from_config(
        (layers(arrays, "encoder"), layers(arrays, "decoder")),
        heads,
        pre_norm=True,
        activation=common_spec.Activation.RELU,
    )
    spec.encoder.embeddings[0].weight = arrays["embedding.weight"]
    spec.decoder.embeddings.weight = arrays["embedding.weight"]
    spec.decoder.projection.weight = arrays["embedding.weight"]
    spec.decoder.projection.bias = arrays["bias"]
    set_norm(spec.encoder.layer_norm, arrays, "encoder_norm")
    set_norm(spec.decoder.layer_norm, arrays, "decoder_norm")
    for i, layer in enumerate(spec.encoder.layer):
        set_attention(layer.self_attention, arrays, f"encoder.{i}.attention")
        set_feed(layer.ffn, arrays, f"encoder.{i}.feed")
    for i, layer in enumerate(spec.decoder.layer):
        set_attention(layer.self_attention, arrays, f"decoder.{i}.attention")
        set_attention(layer.attention, arrays, f"decoder.{i}.cross", cross=True)
        set_feed(layer.ffn, arrays, f"decoder.{i}.feed")
    spec.register_source_vocabulary(vocab)
    spec.register_target_vocabulary(vocab)
    return spec


def metadata(source: str, target: str, version: str, vocab: list[str]) -> dict[str, str]:
    """What metadata.json of an Argos package says."""
    prefix = f"__{target}__"
    return {
        "package_version": version,
        "argos_version": "1.9",
        "from_code": source,
        "from_name": str(Locale.parse(source).english_name),
        "to_code": target,
        "to_name": str(Locale.parse(target).english_name),
        "type": "translate",
        **({"target_prefix": prefix} if prefix in vocab else {}),
    }


def main() -> None:
    """Package as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pair", nargs=2, required=True, metavar=("FROM", "TO"))
    parser.add_argument("--version", default="0.1")
    parser.add_argument("--heads", type=int, default=8)
    parser.add_argument("--readme", type=Path, help="the model card, stored as README.md in the package")
    args = parser.parse_args()
    source, target = args.pair
    name = f"translate-{source}_{target}-{args.version.replace('.', '_')}"
    folder = args.out / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "model").mkdir(parents=True)
    vocab = json.loads((args.data / "vocab.json").read_text(encoding="utf-8"))
    spec = built(weights.load(args.weights), args.heads, vocab)
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder / "model"))
    shutil.copy(args.data / "sentencepiece.model", folder / "sentencepiece.model")
    said = json.dumps(metadata(source, target, args.version, vocab), indent=2)
    (folder / "metadata.json").write_text(said + "\n", encoding="utf-8")
    if args.readme:
        shutil.copy(args.readme, folder / "README.md")
    archive = args.out / f"{name}.argosmodel"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(args.out).as_posix(), DATE)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                packed.writestr(entry, path.read_bytes())
    shutil.rmtree(folder)
    print(archive, archive.stat().st_size, "bytes; ctranslate2", ctranslate2.__version__)


if __name__ == "__main__":
    main()
