"""Writes expected.json into a folder: what Hugging Face's transformers makes of a text there, for `cutaway check`.

    somewhere/bin/python tools/make_expected.py FOLDER "some text" [--target "what is written of it"]
    somewhere/bin/python tools/make_expected.py FOLDER --ids 3,1,4,1,5 [--source 9,2,6]        (pip install torch transformers)

The file has the ids, the logits (or the last stream, or the classes), the stream after every block, and every attention pattern, by
Cutaway's addresses and axes; --logits leaves the inside out, which is large for a large model. Computed in 64 bits where transformers can.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import torch
import transformers
from check_folder import open_model
from transformers import AutoTokenizer
from transformers_model import run

# Those that take their softmax in 32 bits whatever the rest has: a masked score of 64 bits would overflow there.
NARROW = ("rms_norm_eps", "reorder_and_upcast_attn")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("text", nargs="?")
    parser.add_argument("--target", default="")
    parser.add_argument("--ids")
    parser.add_argument("--source")
    parser.add_argument("--logits", action="store_true")
    args = parser.parse_args()
    model, troubles = open_model(args.folder)
    if troubles:
        sys.exit(f"make_expected: {args.folder}: transformers finds weights missing or left over: {troubles}")
    model.config._attn_implementation = "eager"
    is_narrow = any(getattr(model.config, name, None) for name in NARROW)
    model = model.to(torch.float32 if is_narrow else torch.float64)
    inputs = inputs_for(model, args)
    with torch.no_grad():
        values, _ = run(model, batch_of(inputs))
    if args.logits:
        values = {name: value for name, value in values.items() if name in ("logits", "decoder.logits", "states", "classes")}
    told = {address_of(name, model): written(axes, value[0], model) for name, (axes, value) in values.items()}
    made = {"made": f"transformers {transformers.__version__}", "inputs": inputs, "values": told}
    path = Path(args.folder) / "expected.json"
    part = path.with_suffix(".json.part")
    part.write_text(json.dumps(made), encoding="utf-8")
    os.replace(part, path)
    print(f"{path}: {len(told)} values of {len(inputs['ids'])} tokens, by {made['made']}")


def inputs_for(model, args):
    """The ids that the model reads, by the names of its inputs."""
    if args.ids:
        listed = {"ids": args.ids, **({"source": args.source} if args.source else {})}
        return {name: [int(each) for each in ids.split(",")] for name, ids in listed.items()}
    if args.text is None:
        sys.exit("make_expected: a text is needed, or --ids.")
    tokenizer = AutoTokenizer.from_pretrained(args.folder, local_files_only=True)
    ids = tokenizer(args.text)["input_ids"]
    if not model.config.is_encoder_decoder:
        return {"ids": ids}
    target = tokenizer(text_target=args.target, add_special_tokens=False)["input_ids"]
    return {"source": ids, "ids": [model.config.decoder_start_token_id, *target]}


def batch_of(inputs):
    """One example as transformers_model.py takes it: no padding, one kind of token, no targets."""
    ids, source = inputs["ids"], inputs.get("source", [0])
    return {
        "ids": torch.tensor([ids]),
        "padding": torch.tensor([0]),
        "lengths": torch.tensor([len(ids)]),
        "kinds": torch.zeros(1, len(ids), dtype=torch.long),
        "targets": torch.full((1, len(ids)), -1),
        "labels": torch.tensor([0]),
        "source": torch.tensor([source]),
        "sourceLengths": torch.tensor([len(source)]),
    }


def address_of(name, model):
    """Cutaway's address of a value: the stream of a whole encoder has that of its last block."""
    if name == "logits" and model.config.is_encoder_decoder:
        return "decoder.logits"
    if name == "states":
        return f"blocks.{model.config.num_hidden_layers - 1}.output"
    return name


def written(axes, value, model):
    """A value of one example, with the axes that Cutaway has: query heads lie in groups that share keys and values."""
    names, sizes = list(axes[1:]), list(value.shape)
    shared = getattr(model.config, "num_key_value_heads", None)
    if names[0] == "head" and shared:
        names, sizes = ["head", "group", *names[1:]], [shared, sizes[0] // shared, *sizes[1:]]
    return {
        "axes": [{"name": name, "size": size} for name, size in zip(names, sizes)],
        "data": [float(f"{each:.9g}") for each in value.flatten().tolist()],
    }


main()
