"""gensim's skip-gram on a text: seconds of training and rank correlations. A line of JSON."""

import json
import re
import resource
import sys
import time

import gensim
from gensim.models import Word2Vec
from scipy.stats import spearmanr

work = json.loads(sys.argv[1])
word = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
with open(work["text"], encoding="utf-8") as file:
    paragraphs = [word.findall(each.lower()) for each in re.split(r"\n\s*\n", file.read())]
paragraphs = [each for each in paragraphs if each]
words = sum(len(each) for each in paragraphs)
model = Word2Vec(
    vector_size=100, window=5, negative=5, sample=1e-3, min_count=5, sg=1,
    workers=work["threads"], epochs=work["epochs"], seed=1,
)
model.build_vocab(paragraphs)
began, busy = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
model.train(paragraphs, total_examples=model.corpus_count, epochs=work["epochs"])
ms = 1000 * (time.perf_counter() - began)
busy = 1000 * (resource.getrusage(resource.RUSAGE_SELF).ru_utime - busy)
found = {}
for name, rows in work["similarity"].items():
    known = [row for row in rows if row[0] in model.wv and row[1] in model.wv]
    ours = [float(model.wv.similarity(a, b)) for a, b, _ in known]
    # Of few pairs there is nothing to say.
    if len(known) >= 20:
        found[name] = float(spearmanr(ours, [score for _, _, score in known])[0])
print(json.dumps({"name": f"gensim {gensim.__version__}", "ms": ms, "busy": busy, "words": words, "found": found}))
