"""Makes test/fixtures/wordVectors.json: what gensim, numpy and scipy make of small tables of vectors.

    python3 -m venv venv && venv/bin/pip install gensim==4.4.0 scipy numpy
    venv/bin/python tools/make_word_vector_fixtures.py

The vectors are drawn, with a few directions in common, so that neighbours and analogies are not chance alone.
"""

import json
import tempfile
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors
from scipy.stats import pearsonr, spearmanr

rng = np.random.default_rng(11)
words = "king queen man woman prince princess boy girl dog cat puppy kitten Paris France Rome Italy".split()
width = 6
royal, male, young, pet, capital, country = rng.normal(size=(6, width))
meaning = {
    "king": [royal, male], "queen": [royal, -male], "man": [male], "woman": [-male],
    "prince": [royal, male, young], "princess": [royal, -male, young], "boy": [male, young], "girl": [-male, young],
    "dog": [pet, 0.5 * male], "cat": [pet, -0.5 * male], "puppy": [pet, young, 0.5 * male],
    "kitten": [pet, young, -0.5 * male], "Paris": [capital, 0.5 * royal], "France": [country, 0.5 * royal],
    "Rome": [capital, -0.5 * royal], "Italy": [country, -0.5 * royal],
}
table = np.stack([np.sum(meaning[w], axis=0) + 0.2 * rng.normal(size=width) for w in words]).astype(np.float32)
vectors = KeyedVectors(width)
vectors.add_vectors(words, table)

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "vectors.txt"
    vectors.save_word2vec_format(str(path), binary=False)
    text = path.read_text()
    read = KeyedVectors.load_word2vec_format(str(path))
    pairs = [
        ("king", "queen", 8.5), ("king", "MAN", 5.0), ("dog", "puppy", 9.0), ("cat", "kitten", 9.0), ("dog", "cat", 7.0),
        ("boy", "girl", 7.0), ("Paris", "France", 6.5), ("paris", "Rome", 5.0), ("king", "cat", 1.0), ("dog", "Italy", 0.5),
        ("unknown", "king", 3.0),
    ]
    sets = Path(folder) / "pairs.tsv"
    sets.write_text("".join(f"{a}\t{b}\t{s}\n" for a, b, s in pairs))
    correlation = read.evaluate_word_pairs(str(sets))

    # Files of others, and whether and how gensim reads them.
    files = {
        "returns": "2 2\r\nthe 0.25 -1.5\r\na 1e-3 2\r\n",
        "noEnd": "2 2\nthe 0.25 -1.5\na 1e-3 2",
        "trailing": "2 2\nthe 0.25 -1.5 \na 1e-3 2 \n",
        "twice": "3 2\nthe 0.25 -1.5\nthe 9 9\na 1 2\n",
        "glove": "the 0.25 -1.5\na 1 2\n",
        "digits": "2 2\n12 0.5 1.5\n7 1 2\n",
    }
    gensim_files = []
    for name, content in files.items():
        file = Path(folder) / name
        file.write_bytes(content.encode())
        found = KeyedVectors.load_word2vec_format(str(file), no_header=name == "glove")
        # Where a word stands there twice, gensim leaves a row without a word at the end.
        kept = [w for w in found.index_to_key if w is not None]
        data = np.stack([found[w] for w in kept])
        gensim_files.append({"name": name, "text": content, "words": kept, "data": data.ravel().tolist()})

centred = table.astype(np.float64) - table.astype(np.float64).mean(axis=0)
_, singular, directions = np.linalg.svd(centred, full_matrices=False)
signs = np.sign(directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)])
directions = directions * signs[:, None]
variances = singular**2 / (len(words) - 1)

ties = {"x": [1, 2, 2, 3, 5, 5, 5, 8, 0, -1], "y": [2, 1, 4, 4, 4, 9, 7, 7, -3, 0]}
near = lambda found: [[words.index(w), float(s)] for w, s in found]

out = {
    "words": words, "width": width, "text": text, "data": table.ravel().tolist(),
    "nearest": {w: near(read.most_similar(w, topn=4)) for w in ["king", "dog", "Paris"]},
    "analogies": [
        {
            "plus": [words.index(w) for w in plus], "minus": [words.index(w) for w in minus],
            "sum": near(read.most_similar(positive=plus, negative=minus, topn=4)),
            "product": near(read.most_similar_cosmul(positive=plus, negative=minus, topn=4)),
        }
        for plus, minus in [(["king", "woman"], ["man"]), (["Paris", "Italy"], ["Rome"]), (["puppy", "cat"], ["dog"]), (["dog", "cat"], [])]
    ],
    "components": {
        "directions": directions[:3].tolist(), "variances": variances.tolist(),
        "shares": (variances / variances.sum()).tolist(), "coordinates": (centred @ directions[:3].T).tolist(),
    },
    "pairs": [list(p) for p in pairs],
    "similarity": {"spearman": float(correlation[1].statistic), "pearson": float(correlation[0].statistic), "missing": correlation[2]},
    "ties": {**ties, "spearman": float(spearmanr(ties["x"], ties["y"]).statistic), "pearson": float(pearsonr(ties["x"], ties["y"]).statistic)},
    "files": gensim_files,
}
# Fewer vectors than numbers in each: the components come from the smaller matrix.
few = centred[:4] - centred[:4].mean(axis=0)
_, singular, directions = np.linalg.svd(few, full_matrices=False)
signs = np.sign(directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)])
directions = directions * signs[:, None]
out["few"] = {"shares": (singular**2 / (singular**2).sum())[:3].tolist(), "coordinates": (few @ directions[:2].T).tolist()}

Path("test/fixtures/wordVectors.json").write_text(json.dumps(out) + "\n")
