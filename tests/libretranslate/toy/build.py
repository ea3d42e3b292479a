"""Writes translation packages by hand: `python build.py DIRECTORY`, in the server's own environment.

Each package is a real Transformer of one layer. Its decoder looks, at step t, at token t of the source and
maps that token through glossary.tsv; what the glossary does not know is copied letter by letter. The result
is a test double with a real engine around it, not a translator.
"""

import csv
import io
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx  # type: ignore[import-not-found]
import sentencepiece  # type: ignore[import-not-found]
from ctranslate2.specs import TransformerSpec  # type: ignore[import-not-found]
from onnx import helper, numpy_helper

GLOSSARY = Path(__file__).with_name("glossary.tsv")
PIVOT = "en"
NAMES = {
    "en": "English",
    "nl": "Dutch",
    "pl": "Polish",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "ro": "Romanian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ar": "Arabic",
}
SPACE = "\u2581"
TOKEN_SIZE, PLACE_SIZE, MAX_TOKENS = 256, 128, 512
SIZE = TOKEN_SIZE + PLACE_SIZE
SPECIAL = ["<unk>", "<s>", "</s>"]
ALPHABET = sorted(
    {
        chr(code)
        for start, end in ((33, 127), (0xA1, 0x180), (0x400, 0x460), (0x600, 0x700))
        for code in range(start, end)
    }
    | set("șțȘȚґҐ\u2018\u2019\u201c\u201d\u2013…€")
)


def symbol(text: str) -> str:
    """The text as one token."""
    return SPACE + text.replace(" ", SPACE)


def glossary() -> Iterator[tuple[str, str, dict[str, str]]]:
    """For each pair with the pivot, its token-to-token map."""
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for other in NAMES:
        for source, target in ((other, PIVOT), (PIVOT, other)):
            if other != PIVOT:
                tokens: dict[str, str] = {}
                for row in rows:
                    first, second = row[source], row[target]
                    tokens.setdefault(symbol(first), symbol(second))
                    tokens.setdefault(
                        symbol(first[:1].upper() + first[1:]), symbol(second[:1].upper() + second[1:])
                    )
                yield source, target, tokens


def train_tokens(words: set[str], path: Path) -> list[str]:
    """The model at the path cuts a text into the words given, and everything else into letters."""
    model = io.BytesIO()
    lines = [" ".join(ALPHABET[start : start + 40]) for start in range(0, len(ALPHABET), 40)] * 3
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=model,
        model_type="char",
        vocab_size=100_000,
        hard_vocab_limit=False,
        character_coverage=1.0,
        user_defined_symbols=sorted(words, key=lambda word: (-len(word), word)),
        normalization_rule_name="identity",
        minloglevel=2,
    )
    path.write_bytes(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [processor.id_to_piece(index) for index in range(processor.get_piece_size())]


def write_model(pieces: list[str], tokens: dict[str, str], path: Path) -> None:
    """The model at the path copies token t of the source, through `tokens`, to place t of the target."""
    source = SPECIAL + [piece for piece in pieces if piece not in SPECIAL]
    target = SPECIAL + list(dict.fromkeys(tokens.get(piece, piece) for piece in source[len(SPECIAL) :]))
    random = np.random.default_rng(1)
    token_codes = random.choice((np.float32(-1), np.float32(1)), (len(source), TOKEN_SIZE))
    places = zeros(MAX_TOKENS, SIZE)
    places[:, TOKEN_SIZE:] = random.choice((np.float32(-1), np.float32(1)), (MAX_TOKENS, PLACE_SIZE))
    embeddings = zeros(len(source), SIZE)
    embeddings[:, :TOKEN_SIZE] = token_codes
    projection = zeros(len(target), SIZE)
    index = {piece: number for number, piece in enumerate(target)}
    for number, piece in enumerate(source):
        projection[index[tokens.get(piece, piece)], :TOKEN_SIZE] += token_codes[number] * 0.15

    spec = TransformerSpec.from_config((1, 1), num_heads=1, pre_norm=True)
    spec.encoder.scale_embeddings = spec.decoder.scale_embeddings = False
    spec.encoder.embeddings[0].weight = embeddings
    spec.decoder.embeddings.weight = zeros(len(target), SIZE)
    for half in (spec.encoder, spec.decoder):
        half.position_encodings.encodings = places.copy()
        silence(half)
    attend(spec.decoder.layer[0].attention)
    linear(spec.decoder.projection, projection)
    spec.register_source_vocabulary(source)
    spec.register_target_vocabulary(target)
    spec.config.add_source_bos, spec.config.add_source_eos = False, True
    spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = SPECIAL
    spec.config.decoder_start_token = "<s>"
    spec.validate()
    spec.optimize(quantization="int8")
    path.mkdir()
    spec.save(str(path))


def zeros(*shape: int) -> Any:
    """Weights that do nothing."""
    return np.zeros(shape, np.float32)


def linear(layer: Any, weight: Any) -> None:
    """The layer multiplies by this weight and adds nothing."""
    layer.weight, layer.bias = weight.astype(np.float32), zeros(weight.shape[0])


def plain_norm(layer: Any) -> None:
    """The layer only brings its input to one size."""
    layer.gamma, layer.beta = np.ones(SIZE, np.float32), zeros(SIZE)


def silence(half: Any) -> None:
    """Self-attention and the feed-forward part of this half add nothing."""
    layer = half.layer[0]
    for norm in (half.layer_norm, layer.self_attention.layer_norm, layer.ffn.layer_norm):
        plain_norm(norm)
    linear(layer.self_attention.linear[0], zeros(3 * SIZE, SIZE))
    linear(layer.self_attention.linear[1], zeros(SIZE, SIZE))
    linear(layer.ffn.linear_0, zeros(8, SIZE))
    linear(layer.ffn.linear_1, zeros(SIZE, 8))


def attend(attention: Any) -> None:
    """The decoder asks by place, is answered by the same place, and receives the token that stands there."""
    place, token = zeros(SIZE, SIZE), zeros(SIZE, SIZE)
    place[TOKEN_SIZE:, TOKEN_SIZE:] = np.eye(PLACE_SIZE)
    token[:TOKEN_SIZE, :TOKEN_SIZE] = np.eye(TOKEN_SIZE)
    plain_norm(attention.layer_norm)
    linear(attention.linear[0], place * 8.0)
    linear(attention.linear[1], np.concatenate([place, token]))
    linear(attention.linear[2], token)


def write_splitter(path: Path) -> None:
    """The file at the path ends a sentence at . ! ? … ؟ before a space or the end of the text."""
    units = ["<PAD>", "<UNK>", " ", *".!?…؟"]
    ends, spaces = zeros(len(units)), zeros(len(units))
    ends[3:], spaces[[0, 2]] = 1, 1
    values = {
        "ends": ends,
        "spaces": spaces,
        "from": np.array([1]),
        "to": np.array([2**31]),
        "along": np.array([1]),
        "last": np.array([2]),
        "padding": np.array([0, 0, 0, 1]),
        "one": np.float32(1),
        "half": np.float32(0.5),
        "zero": np.float32(0),
    }
    steps = [
        ("Gather", ["ends", "units"], "is_end"),
        ("Gather", ["spaces", "units"], "is_space"),
        ("Slice", ["is_space", "from", "to", "along"], "next"),
        ("Pad", ["next", "padding", "one"], "next_or_stop"),
        ("Mul", ["is_end", "next_or_stop"], "found"),
        ("Mul", ["found", "zero"], "never"),
        ("Add", ["never", "half"], "threshold"),
        *(("Unsqueeze", [name, "last"], f"{name}_column") for name in ("threshold", "never", "found")),
    ]
    nodes = [helper.make_node(kind, inputs, [output]) for kind, inputs, output in steps]
    columns = ["threshold_column", "never_column", "found_column"]
    nodes.append(helper.make_node("Concat", columns, ["out"], axis=2))
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "splitter",
        [
            tensor("units", onnx.TensorProto.INT64, ["B", "N"]),
            tensor("features", onnx.TensorProto.FLOAT, ["B", "N", "F"]),
        ],
        [tensor("out", onnx.TensorProto.FLOAT, ["B", "N", 3])],
        [numpy_helper.from_array(value, name) for name, value in values.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    config = {"skip_newline": False, "max_seqlen": 1000, "batch_size": 8, "feat_funcs": ["space_before"]}
    numbers = {unit: number for number, unit in enumerate(units)}
    vocabulary = {"lang": "xx", "idx": 0, "cutoff": 0, "lower": False, "_id2unit": units, "_unit2id": numbers}
    notes = {"lang_code": "toy", "config": config, "vocab": vocabulary, "lexicon": None}
    for key, value in notes.items():
        note = model.metadata_props.add()
        note.key, note.value = key, value if isinstance(value, str) else json.dumps(value)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def build(directory: Path) -> None:
    """The directory holds one package for each pair with the pivot, and nothing else."""
    shutil.rmtree(directory, ignore_errors=True)
    for source, target, tokens in glossary():
        package = directory / f"translate-{source}_{target}-1_0"
        (package / "minisbd").mkdir(parents=True)
        write_splitter(package / "minisbd" / "splitter.onnx")
        pieces = train_tokens(set(tokens), package / "sentencepiece.model")
        write_model(pieces, tokens, package / "model")
        about = {
            "package_version": "1.0",
            "argos_version": "1.9",
            "from_code": source,
            "from_name": NAMES[source],
            "to_code": target,
            "to_name": NAMES[target],
            "links": [],
            "type": "translate",
        }
        (package / "metadata.json").write_text(json.dumps(about), encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
