"""Makes test/fixtures/tokenizers: small tokenizers of every kind, and what Python's `tokenizers` makes of awkward texts.

    python -m venv somewhere && somewhere/bin/pip install tokenizers sentencepiece
    somewhere/bin/python tools/make_tokenizer_fixtures.py            (from the root of the repository)

    somewhere/bin/python tools/make_tokenizer_fixtures.py --live SEED    (prints what parityTokenizers.ts compares instead)

test/fixtures/tokenizers/texts.json      the texts, one list for all
test/fixtures/tokenizers/training.json   the texts that the vocabularies were learnt from; gpt2.json from two of each
test/fixtures/tokenizers/NAME.json       one for each of KINDS below
    madeWith       version
    tokenizer      a tokenizer.json
    results        for each text: [ids without the template, ids with it, what decode makes of the ids]; the last two are
                   null where they say nothing new (nothing is added; it decodes to the text itself)
    random         ids that no text has, and what decode makes of them: halves of characters, special tokens, anything

The vocabularies are learnt from TRAINING and so small that most words are cut into several pieces. Running it again may
give other vocabularies (the trainers break ties as it comes), with the results that belong to them.
"""

import base64
import json
import random
import sys
import tempfile
from pathlib import Path

import sentencepiece
import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

FIXTURES = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "tokenizers"
MADE_WITH = {"tokenizers": tokenizers.__version__}

TRAINING = [
    "Two young, White males are outside near many bushes. Several men in hard hats are operating a giant pulley system.",
    "Zwei junge weiße Männer sind im Freien in der Nähe vieler Büsche. Ein kleines Mädchen klettert in ein Spielhaus.",
    "Deux jeunes hommes blancs sont dehors près de buissons, l'été où l'on s'était déjà vu. Ça va? Oui, ça va bien!",
    "The quick brown fox jumps over the lazy dog; the lower, lowest and newest widest wildest dogs don't, can't, won't.",
    "it's we're they've I'm you'll he'd 1 12 123 1234 12345 3.14 2,000 $100 50% 1st 2nd (a) [b] {c} <d> a_b a-b a/b",
    "def f(x):\n    return x + 1\n\n\tif x == 2:\r\n        pass\n", "  two  spaces   three    four     ",
    "中文字符 日本語のテキスト 한국어 텍스트 Ελληνικά ΟΔΥΣΣΕΥΣ русский текст العربية עברית ภาษาไทย हिन्दी",
    "👍 👍🏽 👩‍👩‍👧 🇩🇪 😀😃😄 ❤️ é e\u0301 ñ n\u0303 ﬁ ﬂ ½ ² Ⅷ ① ａｂｃ ＡＢＣ １２３ … — – “quotes” ‘single’ «guillemets»",
]

AWKWARD = [
    "", " ", "  ", "a", " a", "a ", "  a  b  ", "\t", "\n", "\r\n", "\n\n\n", " \n ", "a\tb", "a\r\nb\rc\nd",
    "Hello, world!", "The quick brown fox", "lowest newest", "LOWEST Newest", "it's we're THEY'VE I'M you'Ll he'd",
    "don't. can't! won't? , a ,b ' s n't 's", "3.14159 12345678 1,000 ½ ² Ⅷ ① １２３ ٣ ४५ 𝟙𝟚", "$100 50% a+b=c x<y>z a^b `c` ~d |e|",
    "Zwei weiße Männer, STRAẞE, Straße", "l'été où Ça", "e\u0301 é n\u0303 a\u0323\u0302 ä", "İstanbul ISTANBUL ı",
    "ΟΔΥΣΣΕΥΣ Ελληνικά ΣΑΣ Σ", "中文字符", "中文 and English混合text", "𠮷野家 𠀀 㐀 豈", "日本語のテキスト カタカナ ｶﾀｶﾅ", "한국어 각",
    "العربية مُحَمَّد", "עברית שָׁלוֹם", "ภาษาไทยน้ำ", "हिन्दी क्षि", "русский Ёлка й",
    "👍", "👍🏽", "👩‍👩‍👧", "a👍b 👩‍👩‍👧 c", "🇩🇪🇫🇷", "❤️ ❤", "\u200b\u200c\u200d", "a\u200bb a\u00adb a\u2060b", "\ufeffa\ufeffb \ufeff",
    "a\u00a0b \u00a0c", "a\u2028b\u2029c\u0085d\u000be\u000cf", "a\u3000b\u2003c\u205fd\u1680e\u180ef", "\u0000a\u0001b\u007fc\u0090", "\ufffd a\ufffdb",
    "ﬁ ﬂ Å ℃ ㎏ ～ ~", "… — – “q” ‘s’ «g» ¿¡ § ¶ ·", "_a_ __b__ a_b", "don’t ‘tis", "https://example.org/a?b=c&d=%20#e", "{\"a\": [1, 2]}",
    "x" * 30, "ab" * 60, "word" * 30, "😀" * 9, "é" * 20, "\u0301", "a\u0301\u0301\u0301b", "\U0010ffff \ue000 \U000f0000", "\u0378 \U0001fae8",
    "[MASK]", "a [MASK] b", "a[MASK]b", " [MASK] ", "the [MASK], [SEP] [CLS]x[PAD]", "[mask] [ MASK ]", "<s>a</s>", "a <s> b </s> c", "a<mask>b <mask> c",
    "<unk> <pad>", "<|endoftext|>", "a<|endoftext|>b <|endoftext|> c", "<|endoftext|", "a <tool>b</tool> c", "hello NEWEST wordly", "▁ ▁a a▁b", "Ġ Ċ ĠaĊ",
    "##a # #a", "<0x41> <0xE2>", "@@ a@@ b</w>", "The  lazy\n\n  dog  ;\n", "def f(x):\n    return x\n\n\n\tpass", "Σ\nσς\n", "a\u2581b",
]

BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
CLIP = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def template(tokenizer, single, pair, names):
    return processors.TemplateProcessing(single=single, pair=pair,
                                         special_tokens=[(name, tokenizer.token_to_id(name)) for name in names])


def byte_level(size, *, special, normalizer=None, cut=None, use_regex=True, prefix=False, **options):
    tokenizer = Tokenizer(models.BPE(**options))
    level = pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=use_regex)
    tokenizer.pre_tokenizer = level if cut is None else pre_tokenizers.Sequence([cut, level])
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=special, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(TRAINING * 2, trainer)
    return tokenizer


def gpt2():
    tokenizer = byte_level(400, special=["<|endoftext|>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def roberta():
    mask = AddedToken("<mask>", lstrip=True, special=True)
    tokenizer = byte_level(380, special=["<s>", "<pad>", "</s>", "<unk>"], prefix=True)
    tokenizer.add_special_tokens([mask])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return tokenizer


def llama3():
    tokenizer = byte_level(400, special=["<|begin_of_text|>", "<|endoftext|>"], use_regex=False, ignore_merges=True,
                           cut=pre_tokenizers.Split(Regex(LLAMA3), "isolated"))
    begins = template(tokenizer, "<|begin_of_text|> $A", "<|begin_of_text|> $A <|begin_of_text|>:1 $B:1", ["<|begin_of_text|>"])
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), begins])
    return tokenizer


def qwen2():
    tokenizer = byte_level(380, special=["<|endoftext|>"], normalizer=normalizers.NFC(), use_regex=False,
                           cut=pre_tokenizers.Split(Regex(QWEN2), "isolated"))
    tokenizer.add_tokens([AddedToken("<tool>", special=False, normalized=False), AddedToken("</tool>", special=False, normalized=False)])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def o200k():
    return byte_level(360, special=["<|endoftext|>"], use_regex=False, cut=pre_tokenizers.Split(Regex(O200K), "removed", invert=True))


def smollm():
    return byte_level(360, special=["<|endoftext|>"], cut=pre_tokenizers.Digits(individual_digits=True))


def clip():
    normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer = Tokenizer(models.BPE(unk_token="<|endoftext|>", end_of_word_suffix="</w>", continuing_subword_prefix=""))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(CLIP), "removed", invert=True),
                                                       pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=640, special_tokens=["<|startoftext|>", "<|endoftext|>"], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), end_of_word_suffix="</w>")
    tokenizer.train_from_iterator(TRAINING * 2, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("<|endoftext|>", 1), ("<|startoftext|>", 0), trim_offsets=False)
    return tokenizer


def word_piece(size, **normalizer):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(**normalizer)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=BERT_SPECIAL, show_progress=False)
    tokenizer.train_from_iterator(TRAINING * 2, trainer)
    tokenizer.post_processor = template(tokenizer, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ["[CLS]", "[SEP]"])
    return tokenizer


def bert():
    return word_piece(500, lowercase=True)


def bert_cased():
    tokenizer = word_piece(500, lowercase=False)
    tokenizer.add_tokens([AddedToken("Newest", normalized=True), AddedToken("wordly", single_word=True, normalized=True)])
    return tokenizer


def bert_lower_accents():
    tokenizer = word_piece(420, lowercase=True, strip_accents=False, handle_chinese_chars=False)
    tokenizer.add_tokens([AddedToken("NEWEST", normalized=True), AddedToken("hello", rstrip=True)])
    return tokenizer


def unigram(size, *, special, **options):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(**options)
    tokenizer.decoder = decoders.Metaspace(**options)
    trainer = trainers.UnigramTrainer(vocab_size=size, special_tokens=special, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(TRAINING * 4, trainer)
    return tokenizer


def rounded(tokenizer):
    """Scores of a few digits: the training is not the same to the last bit every time."""
    content = json.loads(tokenizer.to_str())
    content["model"]["vocab"] = [[piece, round(score, 4)] for piece, score in content["model"]["vocab"]]
    return content


def xlm_roberta():
    tokenizer = unigram(420, special=["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.post_processor = template(tokenizer, "<s> $A </s>", "<s> $A </s> </s> $B </s>", ["<s>", "</s>"])
    return tokenizer


def field(message, wanted):
    """One field of bytes in a protocol buffer's message."""
    place = 0

    def varint():
        nonlocal place
        value, shift = 0, 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while place < len(message):
        key = varint()
        kind = key & 7
        if kind == 0:
            varint()
            continue
        size = varint() if kind == 2 else {1: 8, 5: 4}[kind]
        if key >> 3 == wanted:
            return message[place:place + size]
        place += size
    raise ValueError(f"there is no field {wanted}")


def with_charsmap(content):
    """A precompiled normalizer with a few rules, as SentencePiece compiles them: longest match, several to one, one to many."""
    rules = {"ﬁ": "fi", "½": "1/2", "\u212b": "\u00c5", "℃": "°C", "\u00a0": " ", "\u3000": " ", "…": "...", "e\u0301": "\u00e9", "n\u0303": "\u00f1",
             "a\u0323\u0302": "ậ", "１": "1", "２": "2", "３": "3", "\t": " ", "\n": " ", "\r": " ", "ab": "X", "abab": "Y", "\u200b": "", "👍🏽": "👍",
             "\u0001": "", "Σ": "σ"}
    with tempfile.TemporaryDirectory() as folder:
        lines = ["\t".join(" ".join(f"{ord(c):X}" for c in part) for part in rule) for rule in rules.items()]
        (Path(folder) / "rules.tsv").write_text("\n".join(lines) + "\n")
        (Path(folder) / "text.txt").write_text("\n".join(line.replace("\n", " ") for line in TRAINING))
        sentencepiece.SentencePieceTrainer.train(
            input=f"{folder}/text.txt", model_prefix=f"{folder}/m", vocab_size=200, model_type="unigram", hard_vocab_limit=False,
            normalization_rule_tsv=f"{folder}/rules.tsv", character_coverage=1.0, minloglevel=3)
        proto = (Path(folder) / "m.model").read_bytes()
    charsmap = base64.b64encode(field(field(proto, 3), 2)).decode()  # normalizer_spec.precompiled_charsmap
    content["normalizer"] = {"type": "Sequence", "normalizers": [
        {"type": "Precompiled", "precompiled_charsmap": charsmap}, {"type": "Strip", "strip_left": False, "strip_right": True},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}]}
    return content


def t5():
    tokenizer = unigram(420, special=["<pad>", "</s>", "<unk>"])
    tokenizer.post_processor = template(tokenizer, "$A </s>", "$A </s> $B </s>", ["</s>"])
    return with_charsmap(rounded(tokenizer))


def unigram_bytes():
    tokenizer = unigram(300, special=["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)], prepend_scheme="first", split=False)
    content = rounded(tokenizer)
    content["model"]["byte_fallback"] = True
    content["added_tokens"] = content["added_tokens"][:3]
    content["decoder"] = {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    return content


def sentence_piece_bpe(size, normalizer, cut, decoder):
    special = ["<unk>", "<s>", "</s>"]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=special + [f"<0x{byte:02X}>" for byte in range(256)],
                                  show_progress=False, limit_alphabet=90)
    tokenizer.train_from_iterator(TRAINING * 2, trainer)
    tokenizer.post_processor = template(tokenizer, "<s> $A", "<s> $A <s>:1 $B:1", ["<s>"])
    content = json.loads(tokenizer.to_str())
    content["added_tokens"] = content["added_tokens"][:3]
    content.update(normalizer=normalizer, pre_tokenizer=cut, decoder=decoder)
    return content


SPACES = {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}
FALLBACK = [{"type": "ByteFallback"}, {"type": "Fuse"}]


def llama2():
    normalizer = {"type": "Sequence", "normalizers": [
        {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
    decoder = {"type": "Sequence", "decoders": [SPACES, *FALLBACK, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    return sentence_piece_bpe(520, normalizer, None, decoder)


def mistral():
    cut = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}
    decoder = {"type": "Sequence", "decoders": [SPACES, *FALLBACK, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    return sentence_piece_bpe(520, None, cut, decoder)


def gemma():
    normalizer = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
    cut = {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False}
    return sentence_piece_bpe(560, normalizer, cut, {"type": "Sequence", "decoders": [SPACES, *FALLBACK]})


def words(cut, normalizer=None, decoder=None):
    tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = cut
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if decoder is not None:
        tokenizer.decoder = decoder
    tokenizer.train_from_iterator(TRAINING + AWKWARD[:30], trainers.WordLevelTrainer(vocab_size=300, special_tokens=BERT_SPECIAL, show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def word_level():
    return words(pre_tokenizers.Whitespace(), normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()]))


def word_level_cut():
    return words(pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation(), pre_tokenizers.Digits(individual_digits=True)]),
                 normalizers.Strip())


def word_level_punctuation():
    return words(pre_tokenizers.Sequence([pre_tokenizers.Split(" ", "removed"), pre_tokenizers.Punctuation("contiguous"), pre_tokenizers.Digits()]),
                 normalizers.NFKD())


def bpe_suffix():
    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]", end_of_word_suffix="</w>"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.BPEDecoder()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=BERT_SPECIAL, end_of_word_suffix="</w>", show_progress=False, limit_alphabet=80)
    tokenizer.train_from_iterator(TRAINING * 2, trainer)
    return tokenizer


def bpe_prefix():
    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]", continuing_subword_prefix="##", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(cleanup=False)
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=BERT_SPECIAL, continuing_subword_prefix="##", show_progress=False, limit_alphabet=80)
    tokenizer.train_from_iterator(TRAINING * 2, trainer)
    return tokenizer


KINDS = [gpt2, roberta, llama3, qwen2, o200k, smollm, clip, bert, bert_cased, bert_lower_accents, xlm_roberta, t5, unigram_bytes, llama2,
         mistral, gemma, word_level, word_level_cut, word_level_punctuation, bpe_suffix, bpe_prefix]


def results(content):
    tokenizer = Tokenizer.from_str(json.dumps(content))
    rows = []
    for text in AWKWARD:
        plain, whole = tokenizer.encode(text, add_special_tokens=False).ids, tokenizer.encode(text).ids
        written = tokenizer.decode(plain)
        rows.append([plain, None if whole == plain else whole, None if written == text else written])
    return rows


def random_ids(content):
    tokenizer = Tokenizer.from_str(json.dumps(content))
    draw = random.Random(7)
    rows = []
    for length in range(1, 25):
        ids = [draw.randrange(min(300, tokenizer.get_vocab_size())) for _ in range(length)]
        rows.append([ids, tokenizer.decode(ids)])
    return rows


def write(name, content):
    (FIXTURES / name).write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n")


CHARACTERS = [*"abcdeABCDE  \t\n\r.,!?'’-_#▁Ġ12３½éüßİΣσ中文𠮷日本한ｶﾀعربيתभिไทย👍🏽❤ﬁ①", "\u0301", "\u0323", "\u200d", "\u200b", "\ufeff",
              "\u00a0", "\u0085", "\u2028", "\u00ad", "🇩", "🇪", "\ufffd", "\u0000", " the", " fox", "lowest", "don't", "'S", "'ll", "  ", "\n\n",
              " \n", "hello", "NEWEST", "wordly", "[MASK]", "</s>", "<s>", "<|endoftext|>", "<mask>", "<tool>", "<0x41>", "##"]


def live(seed):
    """Fresh tokenizers of all kinds, what they make of random texts, and byte pairs learnt from random texts."""
    draw = random.Random(seed)
    texts = ["".join(draw.choices(CHARACTERS, k=draw.randrange(1, 40))) for _ in range(300)]
    kinds = {}
    for kind in KINDS:
        content = made(kind)
        tokenizer = Tokenizer.from_str(json.dumps(content))
        rows = []
        for text in texts:
            plain, whole = tokenizer.encode(text, add_special_tokens=False).ids, tokenizer.encode(text).ids
            rows.append([plain, whole, tokenizer.decode(plain), tokenizer.decode(whole, skip_special_tokens=False)])
        kinds[kind.__name__] = {"tokenizer": content, "rows": rows}
    trained = []
    for _ in range(20):
        letters = draw.choice(["ab", "abc", "aé👍", "abcd12."]) + " "
        text = "".join(draw.choices(letters, k=draw.randrange(50, 3000)))
        size = 256 + draw.randrange(1, 300)
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.train_from_iterator([text], trainers.BpeTrainer(
            vocab_size=size, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
        model = json.loads(tokenizer.to_str())["model"]
        trained.append({"text": text, "size": size, "vocab": model["vocab"], "merges": model["merges"]})
    print(json.dumps({"version": tokenizers.__version__, "texts": texts, "kinds": kinds, "trained": trained}))


def made(kind):
    content = kind()
    if isinstance(content, dict):
        return content
    return rounded(content) if content.model.__class__.__name__ == "Unigram" else json.loads(content.to_str())


def main():
    if sys.argv[1:2] == ["--live"]:
        return live(int(sys.argv[2]))
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for stale in FIXTURES.glob("*.json"):
        stale.unlink()
    write("texts.json", AWKWARD)
    write("training.json", TRAINING)
    for kind in KINDS:
        content = made(kind)
        write(f"{kind.__name__}.json", {"madeWith": MADE_WITH, "tokenizer": content, "results": results(content),
                                        "random": random_ids(content)})


if __name__ == "__main__":
    main()
