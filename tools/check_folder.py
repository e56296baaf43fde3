"""Opens a folder that Cutaway has saved with Hugging Face's transformers, and compares: of any architecture, in one file or in
shards, F32 or BF16.

    somewhere/bin/python tools/check_folder.py FOLDER [--expect FILE]         (pip install torch transformers)
    somewhere/bin/python tools/check_folder.py FOLDER --write FILE --text TEXT

FILE is JSON that Cutaway wrote: {"text": the text, "ids": its token ids, "logits": (position, vocab) nested lists}.
Without it the folder is only opened. Prints a line per check and exits with 1 if any has failed. With --write it is the
other way round: FILE gets what transformers makes of the text, for Cutaway's own tests (test/fixtures/trained).
"""

import argparse
import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors import safe_open
from transformers import AutoConfig, AutoTokenizer

TOLERANCE = 1e-4


def open_model(folder):
    """The model as the folder keeps it, and what transformers found missing or left over."""
    architecture = AutoConfig.from_pretrained(folder, local_files_only=True).architectures[0]
    model, report = getattr(transformers, architecture).from_pretrained(
        folder, local_files_only=True, output_loading_info=True, dtype="auto"
    )
    troubles = {kind: sorted(names) for kind, names in report.items() if names}
    return model.eval(), troubles


def check_shards(folder):
    """The index against the shards: every tensor where it says, the total that it says."""
    path = Path(folder) / "model.safetensors.index.json"
    if not path.exists():
        return True, "one file"
    index = json.loads(path.read_text(encoding="utf-8"))
    total, found = 0, {}
    for shard in sorted(set(index["weight_map"].values())):
        with safe_open(Path(folder) / shard, framework="pt") as file:
            for name in file.keys():
                found[name] = shard
                total += file.get_tensor(name).nbytes
    shards = len(set(found.values()))
    if found != index["weight_map"]:
        return False, "the index does not name what the shards hold"
    if total != index["metadata"]["total_size"]:
        return False, f"the index says {index['metadata']['total_size']} bytes, the tensors have {total}"
    return True, f"{len(found)} tensors of {total} bytes in {shards} shards"


def check_tokenizer(folder, expected):
    if not (Path(folder) / "tokenizer.json").exists():
        return False, "there is no tokenizer.json"  # transformers would make up an empty one
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    if expected is None:
        return True, f"{len(tokenizer)} tokens"
    ids = tokenizer(expected["text"])["input_ids"]
    if ids != expected["ids"]:
        pairs = list(zip(ids, expected["ids"]))
        first = next((place for place, (here, there) in enumerate(pairs) if here != there), len(pairs))
        here, there = ids[first:first + 8], expected["ids"][first:first + 8]
        return False, f"ids differ from place {first}: {here} here, {there} in the file"
    return True, f"{len(ids)} ids are the same"


def check_decoding(folder, expected):
    text = AutoTokenizer.from_pretrained(folder, local_files_only=True).decode(expected["ids"])
    return text == expected["text"], f"the ids read {text[:60]!r}"


def check_logits(model, expected):
    if model is None:
        return False, "there is no model to ask"
    with torch.no_grad():
        logits = model.float()(torch.tensor([expected["ids"]])).logits[0]
    theirs = torch.tensor(expected["logits"])
    if logits.shape != theirs.shape:
        return False, f"logits have shape {tuple(logits.shape)} here, {tuple(theirs.shape)} in the file"
    difference = (logits - theirs).abs().max().item()
    return difference <= TOLERANCE, f"largest difference {difference:.2g}, allowed {TOLERANCE:g}"


def write(folder, text, file):
    ids = AutoTokenizer.from_pretrained(folder, local_files_only=True)(text)["input_ids"]
    with torch.no_grad():
        logits = open_model(folder)[0].float()(torch.tensor([ids])).logits[0]
    rounded = [[round(number, 6) for number in row] for row in logits.tolist()]
    with open(file, "w", encoding="utf-8") as out:
        json.dump({"text": text, "ids": ids, "logits": rounded}, out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--expect", metavar="FILE")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("--text", default="")
    options = parser.parse_args()
    if options.write:
        write(options.folder, options.text, options.write)
        return
    expected = None
    if options.expect:
        with open(options.expect, encoding="utf-8") as file:
            expected = json.load(file)

    has_passed = True

    def report(name, check):
        nonlocal has_passed
        try:
            passed, detail = check()
        except Exception as error:  # whatever transformers throws is a finding, not the end of the checks
            passed, detail = False, f"{type(error).__name__}: {error}"
        has_passed = has_passed and passed
        print(f"{'PASS' if passed else 'FAIL'} {name}: {detail}")

    model = None

    def weights():
        nonlocal model
        model, troubles = open_model(options.folder)
        count = sum(weight.numel() for weight in model.parameters())
        if troubles:
            return False, str(troubles)
        return True, f"{count} weights of {type(model).__name__} in {model.dtype}, none missing or left over"


    report("files", lambda: check_shards(options.folder))
    report("weights", weights)
    report("tokenizer", lambda: check_tokenizer(options.folder, expected))
    if expected is not None:
        report("decoding", lambda: check_decoding(options.folder, expected))
        report("logits", lambda: check_logits(model, expected))
    sys.exit(0 if has_passed else 1)


if __name__ == "__main__":
    main()
