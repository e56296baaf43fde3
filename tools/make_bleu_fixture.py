# Makes test/fixtures/bleu.json: what sacrebleu says of some translations, for src/evaluate/bleu.ts.
#
#   pip install sacrebleu && python tools/make_bleu_fixture.py

import json
import random
from pathlib import Path

import sacrebleu
from sacrebleu.metrics import BLEU
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

sentences = [
    "Two young, white males are outside near many bushes.",
    "Zwei junge weiße Männer sind im Freien, in der Nähe vieler Büsche.",
    "It costs 3,141.59 dollars (or 2.5 % less) in 1990-1995.",
    'He said: "well-known & loved"... <really>!',
    "A man's hat; a woman's coat/jacket @ home, e.g. here.",
    "Der 3. Oktober ist – wie jedes Jahr – ein Feiertag.",
    "&quot;Tom &amp; Jerry&quot; &lt;3",
    "naïve café, déjà-vu 10,000,000 [sic] {x} ~ `y` ^z_",
    "word",
    "",
    " spaces   everywhere\tand tabs ",
    "日本語の文 です。 1,2 .5 5. ,x x,",
    "🎉 party🎉, 3🎉.",
]
random.seed(0)


def changed(sentence):
    words = sentence.split()
    return " ".join(word for word in words if random.random() > 0.15)


corpora = {
    "alike": (sentences, sentences),
    "changed": ([changed(s) for s in sentences], sentences),
    "longer": ([s + " and more, and more" for s in sentences], sentences),
    "short": (["Two young males"], ["Two young, white males are outside near many bushes."]),
    "no runs of three": (["a b x c d y"], ["a b c d e f"]),
    "two words": (["a b"], ["a b"]),
    "nothing in common": (["x y z w v"], ["a b c d e"]),
    "empty": ([""], ["a b c d"]),
}

metric = BLEU()
out = {"sacrebleu": sacrebleu.__version__, "words": [], "corpora": {}}
tokenize = Tokenizer13a()
for sentence in sentences:
    out["words"].append({"text": sentence, "words": tokenize(sentence).split()})
for name, (translations, references) in corpora.items():
    score = metric.corpus_score(translations, [references])
    out["corpora"][name] = {
        "translations": translations,
        "references": references,
        "score": score.score,
        "precisions": score.precisions,
        "brevityPenalty": score.bp,
        "length": score.sys_len,
        "referenceLength": score.ref_len,
    }
print(metric.get_signature())
path = Path(__file__).parent.parent / "test" / "fixtures" / "bleu.json"
path.write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n")
