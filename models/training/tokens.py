"""The SentencePiece model of a package: trained anew, or an earlier one with pieces added.

A package's text is normalised by these rules and no others: blanks of every kind are one blank, invisible characters
go. SentencePiece's usual NFKC would also make `,` and `:` of the full-width marks of a Chinese text, for good.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as messages

SPECIALS = ["<blank>", "<unk>", "<s>", "</s>"]  # in CTranslate2's order
BLANKS = [0x09, 0x0A, 0x0D, 0xA0, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
INVISIBLE = [0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF]
RULES = "".join([f"{code:X}\t20\n" for code in BLANKS] + [f"{code:X}\t\n" for code in INVISIBLE])


def train(lines: Iterable[str], *, size: int, prefixes: Sequence[str] = ()) -> bytes:
    """A unigram model of at most `size` pieces, one a digit, bytes for what it does not know."""
    with tempfile.TemporaryDirectory() as folder:
        rules, sample = Path(folder) / "rules.tsv", Path(folder) / "sample.txt"
        rules.write_text(RULES, encoding="utf-8")
        sample.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(sample),
            model_prefix=str(Path(folder) / "made"),
            vocab_size=size,
            hard_vocab_limit=False,
            character_coverage=0.9995,
            byte_fallback=True,
            model_type="unigram",
            num_threads=2,
            max_sentence_length=2000,
            split_digits=True,
            user_defined_symbols=list(prefixes),
            unk_id=0,
            bos_id=1,
            eos_id=2,
            pad_id=-1,
            normalization_rule_tsv=str(rules),
            minloglevel=2,
        )
        return (Path(folder) / "made.model").read_bytes()


def extended(model: bytes, lines: Iterable[str], *, more: int) -> bytes:
    """`model` with our normalisation and at most `more` single characters of `lines` added that it spells in bytes.

    Its own pieces keep their ids, so weights trained with it still fit.
    """
    old, rules = messages.ModelProto(), messages.ModelProto()
    old.ParseFromString(model)
    rules.ParseFromString(train((chr(code) * 3 for code in range(0x61, 0x7B)), size=300))
    old.normalizer_spec.CopyFrom(rules.normalizer_spec)
    known = {piece.piece for piece in old.pieces}
    counts = Counter(character for line in lines for character in line if not character.isspace())
    unknown = [(character, count) for character, count in counts.most_common() if character not in known]
    total = sum(counts.values())
    for character, count in unknown[:more]:
        score = -2.0 - 1.2 * (len(str(total)) - len(str(count)))
        old.pieces.append(messages.ModelProto.SentencePiece(piece=character, score=score))
    old.trainer_spec.vocab_size = len(old.pieces)
    return bytes(old.SerializeToString())


def vocabulary(model: bytes) -> list[str]:
    """The pieces in the order of CTranslate2's ids: SentencePiece's, with one more in front."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    return SPECIALS + [processor.id_to_piece(i) for i in range(3, processor.get_piece_size())]
