"""Makes test/fixtures/tokenizerParts.json: parts of tokenizers by themselves, and what Python's `tokenizers` makes of awkward texts.

    somewhere/bin/python tools/make_tokenizer_part_fixtures.py            (from the root of the repository)

    madeWith        version
    texts           the texts of all normalizers, pre-tokenizers and patterns
    normalizers     [config, the normalized texts]
    preTokenizers   [config, the words of the texts]
    patterns        [pattern, the words that each text has where it is cut at what the pattern finds; null where Python refuses it]
    decoders        [config, for each list of pieces in `pieces` the text; null where Python fails]
    pieces          the pieces of all decoders
    whole           [tokenizer, [[text, ids, ids with the template], …], [[ids, text, text with special tokens], …]]
"""

import json
from pathlib import Path

import tokenizers
from tokenizers import Regex, Tokenizer, pre_tokenizers

FIXTURE = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "tokenizerParts.json"

TEXTS = ["", " ", "b", "aab", "baab a", "  ab  c", "a\nb\r\n\nc\n", "1a22 b", "Ünï ǅ ß", "x👍🏽👩‍👩‍👧🇩🇪🇫🇷e\u0301", "ｱ漢ーかABCабв 1٣.",
         "it'S IT's ſ K\u212a", "[a]{2}^$.|\\", "\t\u00a0\u3000\ufeff\u0085z", "𝒳𐐷 a_b-c", "$1 $& $$", "abcABCabc", "a²b½c", "▁a▁▁b", "中aa"]

BEHAVIOURS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]
EMPTY = [{"String": ""}, {"Regex": ""}, {"Regex": "a*"}, {"Regex": "(?=b)"}, {"Regex": "(?<=a)"}, {"Regex": "^"}, {"Regex": "$"}, {"Regex": "\\b"},
         {"Regex": "x?"}, {"Regex": "a*?"}, {"Regex": "(?<!a)"}, {"Regex": "b|"}]

PATTERNS = [
    r"(?i)abc", r"a(?i)b|c", r"(?i:s|k)", r"(?i:[^a-z])", r"(?-i:a)", r"(?m)a.b", r"a.b", r"(?x) a # comment", r"(?#none)a", r"(?x: a\ b )", r"(?i)ß",
    r"a++b?", r"(?>a|ab)c", r"a?+a", r"[ab]*+b", r"(?>a+)b", r"a{2}", r"a{,2}", r"a{1,}?", r"a{2}?", r"a{1}+", r"{2}", r"a{x", r"a}", r"]",
    r"^\w", r"\w$", r"\A.", r".\z", r".\Z", r"\Ba", r"\ba", r"\w+", r"[\w]+", r"\W", r"[^\W\d]+", r"\d+", r"\h+", r"\H", r"\s+", r"\S+", r"\R", r"\X", r"\N+", r"\O",
    r"\p{^L}+", r"\P{^L}+", r"\p{han}+", r"\p{Greek}|\p{Cyrillic}+", r"\p{lowercase letter}+", r"\p{Alnum}+", r"\p{Punct}", r"[[:punct:]]", r"[[:^alpha:][:digit:]]+", r"[[:word:]]+",
    r"[a-c&&[^b]]+", r"[^a-c&&[^b]]+", r"[]a]", r"[^]a]+", r"[a-]", r"[-a]", r"[a\-b]+", r"[\]\[]", r"[\x41-\x43]+", r"\x{4e2d}", r"\xE4\xB8\xAD", r"\u4e2d", r"\141", r"[\141\142]+", r"\t|\e|\a",
    r"(a)\1", r"(?<q>a)\k<q>", r"(?<q>a)(b)", r"(a)|b", r"(?<=\s)\w", r"(?<!\w)\w", r"(?<=a|bc)A", r"(?=a)\w\w", r"(?!a)\w", r"(?=(a))\1", r"(?:a|b)+?", r"a**", r"(?:)", r"|a", r"a|",
    r"\$\d", r"\.", r"\\", r"\-", r"\_", r"$\n", r"^$", r"[$&^]", r"[.*+?]", r"👍", r"[👍🏽]", r"[𝒳-𝒵]", r"\p{L}\p{M}*", r".", r"(?s)a", r"a(", r"a)", r"*a", r"[z-a]", r"[", r"\p{Nothing}",
]


def split(pattern, behaviour="Isolated", invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behaviour, "invert": invert}


def replace(pattern, content):
    return {"type": "Replace", "pattern": pattern, "content": content}


def metaspace(scheme, cuts=True):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": cuts}


NORMALIZERS = [
    *[replace(pattern, "-") for pattern in EMPTY], *[replace({"String": "a"}, content) for content in ["$1", "$&", "$$", "\\1", "", "aa"]],
    replace({"Regex": "(a)(b)"}, "$2$1"), replace({"String": "."}, "!"), replace({"String": "$"}, "€"), replace({"Regex": " {2,}"}, "▁"),
    *[{"type": name} for name in ["NFC", "NFD", "NFKC", "NFKD", "StripAccents", "Lowercase", "Nmt", "ByteLevel"]],
    {"type": "Strip", "strip_left": True, "strip_right": False}, {"type": "Strip", "strip_left": False, "strip_right": True}, {"type": "Prepend", "prepend": "▁"},
    {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}, {"type": "Prepend", "prepend": "$"}]},
]

PRE_TOKENIZERS = [
    *[split(pattern, behaviour, invert) for pattern in EMPTY for behaviour in BEHAVIOURS for invert in [False, True]],
    *[split({"Regex": "a"}, behaviour, True) for behaviour in BEHAVIOURS], split({"String": "."}), split({"String": "$1"}), split({"String": "👍"}, "MergedWithNext"),
    *[{"type": "FixedLength", "length": length} for length in [1, 2, 5]], {"type": "UnicodeScripts"}, {"type": "Whitespace"}, {"type": "WhitespaceSplit"}, {"type": "BertPreTokenizer"},
    {"type": "CharDelimiterSplit", "delimiter": "b"}, {"type": "CharDelimiterSplit", "delimiter": "👍"}, *[{"type": "Punctuation", "behavior": behaviour} for behaviour in BEHAVIOURS],
    *[{"type": "Digits", "individual_digits": flag} for flag in [True, False]], *[metaspace(scheme, cuts) for scheme in ["always", "first", "never"] for cuts in [True, False]],
    {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace("first")]},
    {"type": "Sequence", "pretokenizers": [split({"Regex": "(?=a)"}), {"type": "UnicodeScripts"}, {"type": "FixedLength", "length": 2}]},
    {"type": "Sequence", "pretokenizers": [{"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}, {"type": "FixedLength", "length": 3}]},
]

PIECES = [
    [], ["a"], ["▁a", "▁b"], ["▁", "▁▁a"], ["a▁", "b"], [" a ", "  ", "b  "], ["##a", "##b", "c"], ["a", "##b", "##", "##c"], ["a</w>", "b", "c</w>"], ["</w>", "a</w></w>"],
    ["a", "a", "<pad>", "a", "|", "|", "b"], ["<pad>", "<pad>a", "|", "n't", "."], ["<0xC3>", "<0xA9>", "x"], ["<0xC3>", "x", "<0xA9>"], ["<0xF0>", "<0x9F>", "<0x91>", "<0x8D>"],
    ["<0xf0>", "<0x9f>", "<0x91>", "<0x8d>"], ["<0x20>", "a", "<0x20>"], ["<0x>", "<0xG0>", "<0x+F>", "<0x0041>"], ["do", "not", ".", "n't", "'", "m", ",", "'s", "!"], ["do not", " ?", "it 's"], ["Ġa", "Ã", "©", "Ċ"],
    ["Ã", "x", "©"], ["ð", "Ł", "ĳ"], ["é", "日", "Ġ日"], ["", "a", ""], [" ", " "], ["H", "▁", "i", "▁▁", "</w>"], ["\ufeffa", "\u0000"], ["a,", " ,", "b ."], ["👍", "<0xE2>", "<0x82>", "<0xAC>"], ["##", "##"], ["$1", "a"],
]


def strip(content, start, stop):
    return {"type": "Strip", "content": content, "start": start, "stop": stop}


FUSE, FALLBACK, BYTES = {"type": "Fuse"}, {"type": "ByteFallback"}, {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
WORDS, SUFFIX = {"type": "WordPiece", "prefix": "##", "cleanup": True}, {"type": "BPEDecoder", "suffix": "</w>"}
ALIGNED = {"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": True}
SPACES = replace({"String": "▁"}, " ")


def sequence(*decoders):
    return {"type": "Sequence", "decoders": list(decoders)}


DECODERS = [
    None, BYTES, WORDS, {**WORDS, "cleanup": False}, {**WORDS, "prefix": ""}, SUFFIX, {**SUFFIX, "suffix": "b"}, ALIGNED, {**ALIGNED, "cleanup": False}, {**ALIGNED, "pad_token": "a"}, FUSE, FALLBACK,
    *[metaspace(scheme) for scheme in ["always", "first", "never"]], strip(" ", 1, 0), strip(" ", 0, 1), strip("a", 2, 0), SPACES, replace({"Regex": "^"}, "-"), replace({"Regex": "a*"}, "$1"),
    replace({"String": ""}, "."), sequence(SPACES, FALLBACK, FUSE, strip(" ", 1, 0)), sequence(SPACES, FALLBACK, FUSE), sequence(FALLBACK, metaspace("always")), sequence(metaspace("first"), FUSE, strip("a", 1, 0)),
    sequence(ALIGNED, metaspace("always")), sequence(SUFFIX, FUSE, replace({"Regex": " +$"}, "")), sequence(FUSE, WORDS), sequence(WORDS, FUSE, strip(" ", 0, 0)), sequence(strip(" ", 1, 0), WORDS),
    sequence(FALLBACK, BYTES), sequence(BYTES, FALLBACK), sequence(FALLBACK, SUFFIX), sequence(ALIGNED, WORDS), sequence(), sequence(replace({"String": "a"}, ""), WORDS), sequence(FUSE, replace({"Regex": "a(?=$)"}, "!")),
]


def added(content, **options):
    return {"id": 0, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False, **options}


def whole(model, tokens=(), normalizer=None, cut=None, template=None, decoder=None):
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": list(tokens), "normalizer": normalizer, "pre_tokenizer": cut,
            "post_processor": template, "decoder": decoder, "model": model}


def level(*words):
    return {"type": "WordLevel", "unk_token": words[0], "vocab": {word: i for i, word in enumerate(words)}}


def unigram(pieces, **options):
    return {"type": "Unigram", "unk_id": 0, "byte_fallback": False, "vocab": pieces, **options}


def bpe(pieces, merges=(), **options):
    return {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
            "ignore_merges": False, "vocab": {piece: i for i, piece in enumerate(pieces)}, "merges": [list(merge) for merge in merges], **options}


def token(name):
    return {"SpecialToken": {"id": name, "type_id": 0}}


A, B = {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}
BLANKS = {"type": "WhitespaceSplit"}
LOWER = {"type": "Lowercase"}
LETTERS = [["<unk>", 0.0], ["a", -1.0], ["b", -1.0], ["ab", -2.0], ["ba", -2.0], ["aba", -3.0], ["bab", -3.0], ["abab", -4.0]]

WHOLE = [
    # The ids beside added tokens count for nothing.
    (whole(level("?", "a", "<x>", "b"), [added("<y>", id=40, special=True), added("<x>", id=9), added("<z>", id=1)], cut=BLANKS), ["a <y> <x> <z> b c"], [[2], [4], [5, 1], [0, 4, 3]]),
    (whole(level("?", "a"), [added("Ab", normalized=True, special=True), added("Ab", normalized=True), added("q", special=True, id=7)], LOWER, BLANKS), ["a Ab ab AB q Q"], [[2, 1, 3]]),
    (whole(level("?", "a"), [added("", special=True), added("b", lstrip=True), added("c", rstrip=True), added("dd", single_word=True)], cut=BLANKS), ["a  b  c  a", " dd add dd. é\u0301dd", "bb cc"], [[2, 3, 4, 1]]),
    # So do the names of the tokens in a template.
    (whole(level("?", "a", "<s>", "</s>"), template={"type": "BertProcessing", "sep": ["</s>", 1], "cls": ["nothing", 3]}), ["a"], []),
    (whole(level("?", "a", "<s>", "</s>"), template={"type": "TemplateProcessing", "single": [token("two"), A, token("</s>")], "pair": [A, B],
           "special_tokens": {"two": {"id": "two", "ids": [2, 3], "tokens": ["<s>", "</s>"]}, "</s>": {"id": "</s>", "ids": [0], "tokens": ["</s>"]}}}), ["a"], []),
    # Ways that are equally likely.
    (whole(unigram(LETTERS)), ["ab", "aba", "abab", "babab", "abababab", "axxb", "xx", ""], [[0, 3, 1]]),
    (whole(unigram([["<unk>", -20.0], *LETTERS[1:], ["a", -0.5], ["👍", -1.0]])), ["aab", "👍👍🏽a", "x👍"], [[1, 8, 9]]),
    (whole(unigram([*LETTERS, *[[f"<0x{byte:02X}>", -9.0] for byte in "é".encode()]], byte_fallback=True)), ["aé", "éé日", "aèb"], [[1, 8, 9]]),
    (whole({**unigram([["a", -1.0], ["ab", -1.5], ["x", -2.0]]), "unk_id": None}), ["abaabx"], []),
    (whole(level("?", "a"), [added(" ", lstrip=True, rstrip=True), added("-", rstrip=True)], cut=BLANKS), ["a   a", "  a - -  - a "], []),
    (whole(bpe(["?", "a", "b", "ab", *[f"<0x{byte:02X}>" for byte in "é".encode()]], [("a", "b")], unk_token="?", byte_fallback=True, fuse_unk=True)), ["abé", "xxéx", "xéa", "éxx", "xxa"], [[4, 5]]),
    (whole(bpe(["?", "a", "b", "ab", "##b", "a##b", "b</w>", "ab</w>"], [("a", "b</w>")], unk_token="?", end_of_word_suffix="</w>", ignore_merges=True), cut=BLANKS), ["ab", "a b", "xb", "ab</w>"], []),
]


def attempt(action):
    try:
        return action()
    except BaseException:  # a panic of Rust's is no Exception
        return None


def whole_of(parts):
    return Tokenizer.from_str(json.dumps(parts))


def normalized(config):
    normalizer = whole_of(whole(level("?"), normalizer=config)).normalizer
    return [config, [normalizer.normalize_str(text) for text in TEXTS]]


def words(config):
    cut = whole_of(whole(level("?"), cut=config)).pre_tokenizer
    return [config, [[word for word, _ in cut.pre_tokenize_str(text)] for text in TEXTS]]


def found(pattern):
    cut = attempt(lambda: pre_tokenizers.Split(Regex(pattern), "isolated"))
    return [pattern, cut and [[word for word, _ in cut.pre_tokenize_str(text)] for text in TEXTS]]


def decoded(config):
    def text(pieces):
        names = list(dict.fromkeys(pieces))
        tokenizer = whole_of(whole(level("?", *names) if "?" not in names else level(*names), decoder=config))
        return tokenizer.decode([tokenizer.token_to_id(piece) for piece in pieces], skip_special_tokens=False)
    return [config, [attempt(lambda: text(pieces)) for pieces in PIECES]]


def results(parts, texts, lists):
    tokenizer = whole_of(parts)
    encoded = [[text, tokenizer.encode(text, add_special_tokens=False).ids, tokenizer.encode(text).ids] for text in texts]
    texts_of = [[ids, tokenizer.decode(ids), tokenizer.decode(ids, skip_special_tokens=False)] for ids in lists + [ids for _, ids, _ in encoded]]
    return [parts, encoded, texts_of]


def main():
    content = {
        "madeWith": {"tokenizers": tokenizers.__version__}, "texts": TEXTS, "normalizers": [normalized(config) for config in NORMALIZERS],
        "preTokenizers": [words(config) for config in PRE_TOKENIZERS], "patterns": [found(pattern) for pattern in PATTERNS], "pieces": PIECES,
        "decoders": [decoded(config) for config in DECODERS], "whole": [results(*case) for case in WHOLE],
    }
    FIXTURE.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
