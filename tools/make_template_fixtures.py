"""Makes test/fixtures/templates.json: templates of one feature each, and what Python's transformers makes of them.

    python -m venv somewhere && somewhere/bin/pip install transformers jinja2
    somewhere/bin/python tools/make_template_fixtures.py        (from the root of the repository)

    madeWith     version
    given        what every template finds: messages, and variables of all kinds
    groups       {what: [[template, its text, or null where it is an error in Python], …]}

`E` holds expressions, each of which becomes the template {{ … }}; `T` holds whole templates.
"""

import json
import re
from pathlib import Path

import transformers
from transformers.utils.chat_template_utils import render_jinja_template

FILE = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "templates.json"

MESSAGES = [
    {"role": "system", "content": " Be kind.\n"},
    {"role": "user", "content": "Où est le 🐈?"},
    {"role": "assistant", "content": None, "tool_calls": [{"type": "function", "function": {"name": "find", "arguments": {"what": "cat 🐈", "deep": True, "most": 3, "rate": 0.5, "near": None, "tags": ["a", "b'c", 'd"e']}}}]},
    {"role": "tool", "content": [{"type": "text", "text": "under\tthe bed"}, {"type": "image"}], "_id": 7},
]
GIVEN = {
    "n": 7,
    "neg": -7,
    "x": 2.5,
    "yes": True,
    "no": False,
    "nothing": None,
    "empty": "",
    "word": "straße",
    "cats": "🐈a🐕",
    "lines": "one\n  two\n\nthree\n",
    "list": [3, 1, 2],
    "names": ["bob", "Alice", "carol", "alice"],
    "mixed": [1, "a", None, True, 2.5, [1], {"k": "v"}],
    "dict": {"b": 1, "a": 2, "C": 3},
    "nested": {"a": {"b": [{"c": "deep"}]}, "items": "own", "get": 1},
    "people": [{"name": "Ann", "age": 30, "home": {"town": "Rome"}}, {"name": "ben", "age": 25, "home": {"town": "Oslo"}}, {"name": "Cid", "age": 30, "home": {}}],
}

E = {
    "numbers": """
        1_000 ~ 0x1F ~ 0b101 ~ 0o17
        1.5e3, 2E-2, 1e16, 1e15, 1.0, 100000000000000000000.0, 0.0001, 0.00001, 123456789.123456789
        .5
        5.
        1e400, -1e400
        012
        7 // 2, -7 // 2, 7 // -2, 7.5 // 2, -7.5 // 2, 7 // 2.0
        7 % 3, -7 % 3, 7 % -3, 7.5 % 2, -7.5 % 2, 7 % -2.5
        7 / 2, 6 / 3, 1 / 3, 10 ** 30 / 3, 2 ** 70 / 2 ** 69
        1 / 0
        1 // 0
        1 % 0
        1.5 % 0
        1e3 ** 1e3
        1e16 // -1.5, 1e16 // 3, 7.7 // 1.1, "a" % [1], "%s" % [1],
        -1.5 // -3, -1.5 // 3, 0.0 // -3, 1.5 // -3
        "1" * 20 | int, "1.5.5" | float(0), "1." | float, ".5" | float, "." | float(9), "1_0.5" | float, "1e" | float(9)
        2 ** 3, 2 ** -1, 2 ** 0.5, 2.0 ** 3, (-2) ** 2, -2 ** 2, 2 ** 3 ** 2, 0 ** 0
        2 ** 100, 10 ** 20, -(10 ** 20), 2 ** 53 + 1
        0 ** -1
        1 + True, True + True, True * 3, -True, +False, True / 2
        1 + 1.0, 1 - 0.5, 3 * 1.5, 0.1 + 0.2, 1.1 * 3, 1e308 * 10
        - 3, --3, +-3, - -3.0, -0.0, 0 * -1.0
        1 + none
        none + 1
        1 + "a"
        "a" + 1
        "a" - "b"
        [1] - [1]
        not 0, not 1, not "", not [], not {}, not none, not 0.0, not "0"
        12345678901234567890 + 1, 12345678901234567890 * 98765432109876543210, 12345678901234567890 // 7, -12345678901234567890 % 1000
        n, neg, x, -n, n + x, n * neg, n / x, n // x, n ** 2
        3 == 3.0, 1 == true, 0 == false, "1" == 1, none == false, 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53
        1 < 2, 1 < 1, 1 <= 1, 2 > 1, 2 >= 3, 1 < 2.5, 1 != 2, 1 < 2 < 3, 3 > 2 > 2, 1 < 3 > 2, 1 == 1 != 2
        1 < "a"
        none < 1
        (1).real, 5 .bit_length()
        n.bit_length(), x.is_integer(), (3.0).is_integer(), n.real, n.imag, n.numerator, x.real
        n.nothing is defined
        1.5.real
        1e3.is_integer()
        3.0 ~ "", 3 ~ "", 3.10 ~ ""
    """,
    "logic": """
        1 and 2, 0 and 2, 1 or 2, 0 or 2, "" or "x", none or "y", [] or 0, "a" and ""
        true and false or true, not true or true, not (true or true), not 1 == 2, not 1 in [1]
        not not 1
        1 if true, 1 if false
        1 if false else 2 if false else 3
        "a" if nothing else "b" if yes else "c"
        (1 if no) is defined
        true is true, True is true, none is none, None is none, TRUE is defined
        1 in [1, 2], 3 not in [1, 2], "a" in "cat", "" in "", "k" in {"k": 1}, 1 in (1,), 1.0 in [1], none in [none]
        1 in "a"
        1 in none
        1 in 5
        "a" in undefined_name
        "role" in messages[0], "content" in messages[2], "nope" not in messages[0]
        1 in {1: 2}, true in {1: 2}, [1] in [[1]]
        [1] in {1: 2}
        1 ~ 2 + 3, 1 ~ 2 * 3, "a" ~ 1 + 1, 1 + 1 ~ "a", -1 ~ -2
        "a" ~ none ~ true ~ [1, "b"] ~ {"c": 1.0} ~ undefined_name ~ "z"
        1 < 2 ~ "", "a" ~ "b" == "ab"
        [1, 2] == [1, 2.0], (1, 2) == [1, 2], {"a": 1} == {"a": 1}, {"a": 1, "b": 2} == {"b": 2, "a": 1}, [1] != [2]
        [1, 2] < [1, 3], [1] < [1, 0], (1, 2) <= (1, 2), [] < [1], "a" < "b", "a" < "B", "Z" < "a", "ab" < "abc", "🐈" > "\uffff"
        [1] < (1,)
        {"a": 1} < {"a": 2}
        undefined_name == undefined_name, undefined_name == none, undefined_name != 1, undefined_name == other_undefined
        undefined_name < 1
        undefined_name + 1
        undefined_name()
        undefined_name.field
        undefined_name["field"]
        -undefined_name
        undefined_name, undefined_name is defined, not undefined_name, undefined_name or 1
        messages[0].nope, messages[0]["nope"], messages[0].nope is undefined
        messages[0].nope.more
        messages[99], messages[99] is defined
        messages[99].role
        none.field, none["field"]
        n.field, n["field"], n[0]
    """,
    "prints": r"""
        true, false, none, [true, false, none], (true,), (), [], {}, ((1,), [2])
        [1, 1.0, "a", none], (1, "b"), {"a": [1, {"b": (2,)}]}, {1: 2, none: 3, true: 4, 1.5: 5, (1, 2): 6}
        "it's", ["it's"], ['say "hi"'], ["it's \"both\""], ["\\"], ["\n\t\r"], ["\x00\x1f\x7f"], ["é\u200b\xa0\xad"], ["🐈"], ["\ue000"], ["\u2028"]
        [empty], [word], [cats], messages[2].tool_calls[0].function.arguments
        messages
        dict, list, mixed, nested
        dict.keys(), dict.values(), dict.items()
        range(3), range(1, 5), range(1, 10, 3), range(3, 0, -1)
        namespace(a=1, b="x"), namespace()
        [undefined_name], {"a": undefined_name}
        [1e16, 1e-5, -0.0, 1e400, 0.1]
        "a" "b" 'c'
        "\x41\u00e9\U0001F408\101\0", '\'', "\"", "\d", "a\
b"
        "\xZZ"
        "\N{DASH}"
        [1,], (1,), {"a": 1,}, [1, 2,]
        {"a": 1, "a": 2}, {1: "a", 1.0: "b", true: "c"}
        {[1]: 2}
        {"a": 1}["a"], {"a": 1}.a, {"a": {"b": 2}}.a.b, {"a-b": 1}["a-b"]
        loop, loop is defined
        "<b>" | safe, "<b>" | e, ["<b>" | e], "<" | e | e, "<" | e | forceescape, "a" | e ~ "<", ("<" | e) + "<", "<" + ("<" | e), "x" | e is string, "x" | e is escaped
        "{{ not }} {% tags %}", '}}', "%}"
    """,
    "subscripts": """
        "abcdef"[0], "abcdef"[-1], "abcdef"[1:3], "abcdef"[:2], "abcdef"[4:], "abcdef"[:-1], "abcdef"[::2], "abcdef"[::-1], "abcdef"[5:1:-2], "abcdef"[-100:100], "abcdef"[3:1] ~ "|"
        "abc"[5], "abc"["x"], "abc"[1.0], "abc"[true]
        cats[0], cats[1], cats[-1], cats[::-1], cats[1:], cats[:-1], cats | length, cats[0] | length
        list[0], list[-1], list[9], list[1:], list[::-1], list[:0], list["0"], list[true]
        (1, 2, 3)[1:], (1, 2, 3)[-1], (1, 2)[::-1]
        list[::0]
        list["a":]
        list[none:2], list[:none], list[none:none:none]
        range(10)[2], range(10)[-1], range(10)[2:5], range(10)[::3], range(10)[::-1], range(10)[20]
        messages[0]["role"], messages[0].role, messages[-1].content[0].text, messages[1:3] | length
        nested.a.b[0].c, nested["a"]["b"][0]["c"], nested.items is callable, nested["items"], nested.get is callable, nested["get"]
        dict["b"], dict.b, dict["zz"], dict[1], dict[none]
        {1: "int"}[1], {1: "int"}[1.0], {1: "int"}["1"], {none: 1}[none], {(1, 2): 3}[(1, 2)], {(1, 2): 3}[1, 2]
        list.0, messages.0.role
        "abc".0, "abc".upper
        messages[3]._id, messages[3]["_id"]
        "abc".__class__, list.__len__ is defined, messages.append is defined, dict.pop is defined
        "abc".__class__.__mro__
        messages.append(1)
        dict.update({"a": 1})
        dict.pop("a")
        dict.setdefault("z", 1)
        list.sort()
        list.copy(), list.count(1), list.index(2), (1, 1).count(1), (1, 2).index(2)
        list.index(99)
        dict.get("a"), dict.get("zz"), dict.get("zz", 0), dict.get("b", 0), dict.copy()
        messages[2].get("content", "d"), messages[0].get("content")
        dict.get()
        dict.keys() | list, dict.values() | list, dict.items() | list, dict.items() | first, "a" in dict.keys(), 1 in dict.values()
        dict.keys()[0]
        dict.keys() | length
        none.x is defined, none[0] is defined
        nothing[:1]
        n[1:]
        dict[:1]
        lines["a":]
        "🐈🐕🐈"[1:3], "🐈🐕🐈"[-2:], "🐈🐕🐈"[5:], "🐈🐕🐈"[1:1], "🐈🐕🐈"[2:1], "a🐕b"[-3:-1], "a🐕b"[5], "a🐕b"[-4]
    """,
    "str methods": r"""
        "  a ".strip() ~ "|", "  a ".lstrip() ~ "|", "  a ".rstrip() ~ "|", "xxaxx".strip("x"), "abcxcba".strip("abc"), "xxa".lstrip("x"), "axx".rstrip("x"), "\n\na\n".strip("\n"), "a".strip(none), "🐈a🐈".strip("🐈")
        "a".strip(1)
        "\u00a0\u2003a\x1c\ufeff".strip() == "a\x1c\ufeff", "\x1fa".strip(), "\u200ba".strip() | length
        "a,b,c".split(","), "a,b,c".split(",", 1), "a,b,c".rsplit(",", 1), "a b  c ".split(), " a b ".split(" "), "".split(), "".split(","), "abc".split("b"), "a,b".split(sep=","), "a,b,c".split(",", maxsplit=1), "aXXbXXc".split("XX"), "a b c".split(none, 1), "  a  b  c  ".split(none, 1), "  a  b  c  ".rsplit(none, 1), "a,b".split(",", -1), "a,b".split(",", 0), " a b ".split(none, 0), "a b".split(maxsplit=0)
        "a".split("")
        "one\ntwo\r\nthree\rfour".splitlines(), "a\n".splitlines(), "a\n\nb".splitlines(true), "".splitlines(), "a\x0bb\x0cc\x1cd\x85e\u2028f".splitlines(), "a\nb".splitlines(keepends=true)
        "abc".find("c"), "abc".find("z"), "abcabc".find("c", 3), "abcabc".find("b", 2, 4), "abcabc".rfind("b"), cats.find("a"), cats.find("🐕"), cats.rfind("🐈"), "abc".find(""), "abc".find("", 3), "abc".find("", 4), "abc".find("a", -3)
        "abc".index("z")
        "abc".index("c"), "abcb".rindex("b")
        "banana".count("a"), "banana".count("ana"), "banana".count("a", 2), "abc".count(""), cats.count(""), "banana".count("a", 2, 4)
        "abc".startswith("ab"), "abc".startswith("bc", 1), "abc".startswith(("x", "a")), "abc".endswith("bc"), "abc".endswith(("x", "c")), "abc".endswith("b", 0, 2), "abc".startswith("")
        "abc".startswith(1)
        "abc".startswith(["a"])
        "aXbX".replace("X", "-"), "aXbX".replace("X", "-", 1), "abc".replace("", "-"), "abc".replace("", "-", 2), "aaa".replace("aa", "b"), cats.replace("", "."), "a".replace("a", "$&"), "abc".replace("b", ""), "aXbX".replace("X", "-", -1), "a.b".replace(".", "")
        "a".replace("a")
        "a".replace(1, 2)
        "hello wORLD".title(), "hello wORLD".capitalize(), "hello wORLD".upper(), "hello wORLD".lower(), "hello wORLD".swapcase(), "they're bill's".title(), "x1y a2b".title(), word.upper(), word.capitalize(), "ßa".capitalize(), "ǆ".title(), "ÉCOLE".lower(), "ΑΣ".lower(), "İ".lower() | length, "straße".casefold(), "ﬁx".upper(), "ﬁx".capitalize()
        "abc".isalpha(), "ab1".isalpha(), "".isalpha(), "é".isalpha(), "12".isdigit(), "1.2".isdigit(), "²".isdigit(), "½".isdigit(), "½".isnumeric(), "²".isdecimal(), "٣".isdecimal(), "五".isnumeric(), "a1".isalnum(), "a 1".isalnum(), " \t".isspace(), "".isspace(), "abc".islower(), "aBc".islower(), "a1".islower(), "1".islower(), "ABC".isupper(), "A1".isupper(), "Ab Cd".istitle(), "Ab cd".istitle(), "ab_1".isidentifier(), "1a".isidentifier(), "abc".isascii(), "é".isascii(), "a b".isprintable(), "a\n".isprintable()
        "a".ljust(3) ~ "|", "a".rjust(3), "a".center(4) ~ "|", "a".center(5) ~ "|", "ab".center(5) ~ "|", "abc".center(2), "a".ljust(3, "*"), "a".rjust(3, "🐈"), "7".zfill(3), "-7".zfill(4), "+7".zfill(4), "abc".zfill(2)
        "a".ljust(3, "ab")
        "a-b-c".partition("-"), "a-b-c".rpartition("-"), "abc".partition("-"), "abc".rpartition("-")
        "prefix-x".removeprefix("prefix-"), "prefix-x".removeprefix("x"), "x.txt".removesuffix(".txt"), "x".removesuffix("")
        ",".join(["a", "b"]), "".join("abc"), "-".join({"a": 1, "b": 2}), ", ".join(["a"]), ",".join([]), ",".join(("a", "b"))
        ",".join([1, 2])
        ",".join(none)
        "a\tb".expandtabs(), "a\tb".expandtabs(4), "ab\tc\n\td".expandtabs(2)
        "é".encode(), "é".encode("utf-8") | length, "abc".encode("utf-8"), "abc".encode().decode(), "é".encode("utf-8")[0]
        "abc".translate({97: "x", 98: none})
        "abc".nope()
        "abc".nope is defined
        "a".upper().lower().title()
        "%s" % "a", "%s-%s" % ("a", 1), "%d" % 3.7, "%5d|%-5d|%05d|%+d|% d" % (1, 2, 3, 4, 5), "%x %X %o %#x" % (255, 255, 8, 255), "%.2f %8.3f %-8.1f| %e %g %G" % (1.005, 2.5, 3.25, 12345.678, 0.0001, 1e10), "%r %s %%" % ("a'b", none), "%(k)s %(n)03d" % {"k": "v", "n": 7}, "%c%c" % ("a", 98), "%5s|%-5s|%.2s" % ("ab", "cd", "efg"), "%s" % [1, 2], "%s" % {"a": 1}, "%i" % true, "%*d" % (5, 3), "%a" % "é", "%5.1f%%" % 45.678, "%s" % (1,), "%.3d" % 5, "%+.1e" % 12345.0, "%(a.b)s" % {"a.b": "abc"}, "%.s|" % "abc", "%ld" % 5
        "%d" % "a"
        "%s %s" % "a"
        "%s" % ("a", "b")
        "%q" % 1
        "%" % 1
        "abc" % 1
        "abc" % {"a": 1}, "abc" % [1] if false else "skip"
        "{} {}".format(1, "b"), "{0} {1} {0}".format("a", "b"), "{a} {b}".format(a=1, b=2), "{:>5}|{:<5}|{:^5}|{:*^7}".format("a", "b", "c", "d"), "{:05d} {:+} {:,} {:_} {:x} {:#x} {:b} {:o} {:X} {:c}".format(42, 3, 1234567, 1234567, 255, 255, 5, 8, 255, 65), "{:.2f} {:8.3f} {:e} {:g} {:.3g} {:%} {:.1%} {:,.2f}".format(1.005, 3.14159, 12345.678, 0.00001, 1234.5, 0.25, 0.123, 1234567.891), "{!r} {!s} {!a}".format("a", "b", "é"), "{{}} {}".format(1), "{0[a]} {1[0]} {2.b}".format({"a": 1}, [2], {"b": 3}), "{:{}}|".format("a", 5), "{:{w}.{p}f}".format(3.14159, w=8, p=2), "{}".format(none), "{}".format([1, "a"]), "{}".format(true), "{:d}".format(true), "{:>6}".format(true), "{:.3}".format("abcdef"), "{:5}|{:5}|".format(1, "a"), "{:.2}".format(1.0), "{:g}".format(1.0), "{:g}".format(123456789), "{}".format(1.0), "{:010.3f}".format(-3.14159), "{:=+8}".format(5), "{:08,}".format(1234), "{:.0f} {:.0f} {:.0f}".format(0.5, 1.5, 2.5), "{:s}".format("a"), "{:e}".format(0), "{:f}".format(10 ** 20), "{:.1f}".format(0.25), "{:g} {:g}".format(1e16, 1e-7)
        "{}".format()
        "{a}".format(b=1)
        "{".format(1)
        "}".format(1)
        "{:d}".format("a")
        "{:s}".format(1)
        "{:d}".format(1.5)
        "{:>5}".format([1])
        "{0.__class__}".format("a")
        "{x}".format_map({"x": 1})
    """,
    "filters": r"""
        -3 | abs, 2.5 | abs, neg | abs, (-3.0) | abs, true | abs
        "a" | abs
        "hello wORLD" | capitalize, 3 | capitalize, none | capitalize
        "ab" | center(6) ~ "|", "ab" | center(5) ~ "|", "ab" | center | length
        undefined_name | default("d"), "" | default("d"), "" | default("d", true), none | default("d"), none | d("d", true), 0 | d(1, boolean=true), undefined_name | default, undefined_name | default(none), undefined_name.x | default("d") if false else "skip", messages[0].nope | default("d")
        undefined_name.x | default("d")
        dict | dictsort, dict | dictsort(true), dict | dictsort(false, "value"), dict | dictsort(by="value", reverse=true), {"b": "Z", "A": "y"} | dictsort(false, "value")
        dict | dictsort(by="nope")
        {"a": 1, 2: 3} | dictsort
        1000 | filesizeformat, 1 | filesizeformat, 999 | filesizeformat, 1500000 | filesizeformat, 2048 | filesizeformat(true), 1e25 | filesizeformat, "1234" | filesizeformat
        "abc" | first, [1, 2] | first, [] | first, {"a": 1} | first, "" | first, "abc" | last, [1, 2] | last, [] | last, {"a": 1, "b": 2} | last, (1, 2) | last, [none] | first, [none] | last, range(3) | last, dict.keys() | last, cats | first, cats | last
        none | first
        5 | last
        [1, 2] | map("string") | last
        "3.5" | float, "abc" | float, "abc" | float(1.5), 3 | float, none | float, "1e3" | float, " 2 " | float, "inf" | float, "nan" | float, true | float, "1_000" | float, [] | float("x")
        "3" | int, "3.9" | int, 3.9 | int, -3.9 | int, "abc" | int, "abc" | int(5), "0x1f" | int(base=16), "1f" | int(0, 16), "0b11" | int(0, 2), " 42 " | int, none | int, none | int(9), true | int, "1_000" | int, "" | int, "١٢" | int, "-5" | int, "+5" | int, "1e3" | int, "inf" | int, [] | int
        undefined_name | int
        1e400 | int
        "%s-%s" | format("a", 1), "%(a)s" | format(a=1), "%.1f" | format(2.25), "%d%%" | format(50)
        "%s" | format
        lines | indent, lines | indent(2), lines | indent(2, true), lines | indent(2, false, true), lines | indent(width=1, first=true, blank=true), lines | indent("> "), "" | indent, "a" | indent(first=true), "a\n" | indent(2) ~ "|", "a\r\nb" | indent(1)
        none | indent
        undefined_name | indent
        ["a", "b"] | join, ["a", 1, none, true] | join(", "), people | join("; ", attribute="name"), [] | join(","), "abc" | join("-"), {"a": 1, "b": 2} | join, undefined_name | join(","), [1, 2] | join(3), people | join(attribute="home.town", d="/"), (1, 2) | join("+")
        none | join
        5 | join
        "abc" | length, [] | length, dict | length, cats | length, "abc" | count, undefined_name | length, range(5) | length, "é" | length, "👨‍👩‍👧" | length
        5 | length
        none | length
        [1, 2] | map("string") | length
        "abc" | list, dict | list, (1, 2) | list, range(3) | list, undefined_name | list, cats | list, "" | list
        5 | list
        none | list
        "ABC" | lower, "abc" | upper, none | upper, 1.5 | upper, true | lower, undefined_name | upper
        dict | items | list, undefined_name | items | list, {} | items | list
        [1] | items | list
        people | map(attribute="name") | list, people | map(attribute="home.town") | list, people | map(attribute="home.town", default="?") | list, ["a", "b"] | map("upper") | list, [" a "] | map("trim") | list, [1.234, 2.345] | map("round", 1) | list, ["a,b"] | map("replace", ",", ";") | join, [[1, 2], [3]] | map("join", "-") | list, [[1, 2], [3, 4]] | map(attribute=0) | list, [] | map("upper") | list, undefined_name | map("upper") | list, [3, [4]] | map("string") | list, ["1", "x"] | map("int", default=-1) | list, people | map(attribute="nope") | list, [{"a": [5, 6]}] | map(attribute="a.1") | first
        [1] | map | list
        [1] | map("nope") | list
        [3, 1, 2] | max, [3, 1, 2] | min, ["b", "A"] | min, ["b", "A"] | min(true), [] | max, people | max(attribute="age"), people | min(attribute="age"), "hello" | max, [1, 2.5] | max, ["a", "B"] | max(case_sensitive=true)
        [1, "a"] | max
        people | groupby("age") | list, people | groupby("age") | map(attribute="grouper") | list, people | groupby("home.town", default="?") | map("first") | list, names | groupby("nope") | length, [{"k": "a"}, {"k": "A"}, {"k": "b"}] | groupby("k") | map("first") | list, [{"k": "a"}, {"k": "A"}] | groupby("k", case_sensitive=true) | map("first") | list
        people | groupby("home.town")
        [1, 2, 3, 4, 5] | batch(2) | list, [1, 2, 3] | batch(2, "x") | list, [] | batch(3) | list, "abcde" | batch(2) | map("join") | list
        [1, 2, 3, 4, 5, 6, 7] | slice(3) | list, [1, 2, 3, 4] | slice(3, "x") | list, [1] | slice(2) | list
        [1, 2, 3] | reverse | list, "abc" | reverse, cats | reverse, (1, 2) | reverse | list, dict | reverse | list, range(3) | reverse | list, ["a"] | map("upper") | reverse | list
        5 | reverse
        "a b" | replace(" ", "_"), "aaa" | replace("a", "b", 2), "aaa" | replace("a", "b", count=1), 123 | replace("2", "x"), "a1" | replace(1, 2), none | replace("N", "n"), "abc" | replace("", "-"), "a" | replace("a", none)
        "a" | replace("a")
        2.5 | round, 3.5 | round, 2.675 | round(2), 1234.5 | round(-2), 5 | round, 15 | round(-1), 25 | round(-1), 2.4 | round(method="ceil"), 2.6 | round(0, "floor"), 42.55 | round(1, "floor"), -2.5 | round, 0.5 | round, 1e20 | round(2), 2.5 | round | int, 1.25 | round(1), 5 | round(method="ceil"), 5 | round(1, "ceil"), true | round, 0.1 | round(20)
        "a" | round
        2 | round(method="nope")
        [3, 1, 2] | sort, [3, 1, 2] | sort(reverse=true), names | sort, names | sort(case_sensitive=true), names | sort(true), people | sort(attribute="age") | map(attribute="name") | list, people | sort(attribute="age,name") | map(attribute="name") | list, people | sort(reverse=true, attribute="age") | map(attribute="name") | list, "hello" | sort, dict | sort, [[2, "a"], [1, "b"]] | sort, [true, 0, 0.5] | sort, [] | sort, people | sort(attribute="name", case_sensitive=true) | map(attribute="name") | list
        [1, "a"] | sort
        [none, 1] | sort
        mixed | string, none | string, 3.0 | string, "a" | string, undefined_name | string
        "<p>a <b>b</b>  c</p><!-- x -->" | striptags, "a &amp; b &lt;" | striptags, "a < b" | striptags, "<!-->x-->y" | striptags, "a<b<c>d" | striptags
        [1, 2, 3] | sum, [1, 2.5] | sum, people | sum(attribute="age"), [] | sum, [[1], [2]] | sum(start=[]), [0.1, 0.2, 0.3] | sum, [true, true] | sum, [1, 2] | sum(start=10), [] | sum(start=0.0)
        ["a", "b"] | sum
        "hello big-world (now) [x] {y} <z>" | title, "they're" | title, "ABC def" | title, none | title, "1st" | title, "ßa" | title
        "  a " | trim ~ "|", "xxaxx" | trim("x"), none | trim, 3 | trim, "\n a\n" | trim, undefined_name | trim ~ "|", "ab" | trim(chars="b")
        "foo bar baz qux" | truncate(9), "foo bar baz qux" | truncate(9, true), "foo bar baz qux" | truncate(11), "foo bar baz qux" | truncate(11, false, "...", 0), "abc" | truncate(3), "foo bar baz qux" | truncate(9, end="!", leeway=0), "abcdefghijklmno" | truncate(5), "🐈🐈🐈🐈🐈🐈🐈🐈🐈🐈🐈🐈" | truncate(4)
        "abcdef" | truncate(2)
        [1, 1, 2, 1.0, true] | unique | list, names | unique | list, names | unique(true) | list, people | unique(attribute="age") | map(attribute="name") | list, "hello" | unique | join, ["a", "A", "b"] | unique | list, [(1, 2), (1, 2)] | unique | list
        [[1], [1]] | unique | list
        "a b&c/d?é=1" | urlencode, {"a b": "c&d", "e": 1} | urlencode, [["k", "v w"]] | urlencode, 5 | urlencode, "!*'()~-_." | urlencode
        "a b, c-d's x_y" | wordcount, "" | wordcount, "é ü 5" | wordcount
        {"class": "x", "id": none, "n": 1, "q": "<\">"} | xmlattr, {} | xmlattr, {"a": 1} | xmlattr(false)
        {"a b": 1} | xmlattr
        {"b": 1, "a": [1, 2]} | pprint, "a" | pprint, [1, none] | pprint
        names | select("equalto", "bob") | list, [1, 2, 3, 4] | select("odd") | list, [1, 2, 3, 4] | reject("odd") | list, [0, 1, "", "a", none] | select | list, [0, 1, "", "a", none] | reject | list, [1, 2, 3, 4, 5, 6] | select("divisibleby", 3) | list, [1, 5, 9] | select(">", 4) | list, ["a", 1, none] | select("string") | list, [1, 2] | select("in", [2, 3]) | list
        people | selectattr("age", "gt", 26) | map(attribute="name") | list, people | selectattr("home.town", "defined") | map(attribute="name") | list, people | rejectattr("home.town") | map(attribute="name") | list, people | selectattr("name", "in", ["Ann", "Cid"]) | map(attribute="age") | list, messages | selectattr("role", "equalto", "user") | list | length, messages | rejectattr("role", "==", "user") | map(attribute="role") | join(","), messages | selectattr("tool_calls", "defined") | list | length, messages | selectattr("content", "string") | list | length, messages | selectattr("content", "none") | list | length, people | selectattr("age", "eq", 30) | list | length, people | selectattr("nope") | list
        people | selectattr | list
        [1] | select("nope") | list
        people | attr("x") is defined, "abc" | attr("upper") is callable, dict | attr("b") is defined, dict | attr("keys") is callable
        "a" | nope
        1 | string | length, 1 | string + "a", -1 | abs, -1 | string, (1, 2) | length, [1] + [2] | list, "a" ~ "b" | upper, "a" if 1 | string == "1"
        "abc" | upper | lower | first | upper
        "a" | default("b") | upper, "x" | d | e
        "abc" | upper()
        "abc" | upper(1)
        [1, 2, 3] | first | string | length
    """,
    "json": r"""
        messages[2].tool_calls | tojson
        messages[2].tool_calls[0].function.arguments | tojson(indent=2)
        mixed | tojson, dict | tojson, nested | tojson, nothing | tojson, yes | tojson, x | tojson, 1.0 | tojson, 1e16 | tojson, 1e-7 | tojson, 1e400 | tojson, -0.0 | tojson, n | tojson, 2 ** 70 | tojson
        "<a href='x'>&\"\\/" | tojson, "é🐈\u2028\x7f\x00\x1f\b\f\n\r\t" | tojson, "é🐈\x7f\u2028" | tojson(ensure_ascii=true), "é" | tojson(true)
        dict | tojson(sort_keys=true), dict | tojson(indent=4, sort_keys=true), dict | tojson(separators=(",", ":")), dict | tojson(separators=[", ", " : "], indent=1), dict | tojson(indent="\t"), dict | tojson(indent=0), [] | tojson(indent=2), {} | tojson(indent=2), [[], {}, [1]] | tojson(indent=2), [1, [2, {"a": [3]}]] | tojson(indent=3), dict | tojson(indent=none)
        (1, 2) | tojson, {1: 2, none: 3, true: 4, 1.5: 5} | tojson, {"a": (1,)} | tojson, [true, none] | tojson
        undefined_name | tojson
        dict.keys() | tojson
        range(3) | tojson
        {(1, 2): 3} | tojson
        {"b": 1, 2: 3} | tojson(sort_keys=true)
        messages | tojson | length, messages[3] | tojson, "a" | e | tojson
        dict | tojson(nope=1)
        {"z": [{"b": 1, "a": 2}]} | tojson(sort_keys=true, indent=1)
        "a" | tojson | tojson
    """,
    "tests": """
        true is boolean, 1 is boolean, 1 is integer, true is integer, 1.0 is integer, 1.0 is float, 1 is float, 1 is number, 1.5 is number, true is number, "1" is number
        "a" is string, 1 is string, none is string, "a" is iterable, [] is iterable, 1 is iterable, {} is iterable, none is iterable, undefined_name is iterable, range(2) is iterable, dict.keys() is iterable
        "a" is sequence, [] is sequence, {} is sequence, (1,) is sequence, 1 is sequence, dict.items() is sequence, undefined_name is sequence, range(2) is sequence, none is sequence
        {} is mapping, [] is mapping, namespace() is mapping, messages[0] is mapping, "a" is mapping, none is mapping
        none is none, undefined_name is none, 0 is none, none is not none, none is defined, undefined_name is defined, undefined_name is not defined, undefined_name is undefined
        2 is even, 3 is even, 3 is odd, 2.0 is even, -3 is odd, 0 is even
        "a" is even
        9 is divisibleby 3, 9 is divisibleby(2), 10 is divisibleby 5 and true
        "abc" is lower, "Abc" is lower, "ABC" is upper, "" is lower, 1 is lower, none is lower
        1 is sameas 1, true is sameas 1, none is sameas none, "a" is sameas "a", 1 is sameas 1.0, false is sameas false
        1 is eq 1, 1 is equalto 1.0, 1 is ne 2, 1 is lt 2, 1 is le 1, 2 is gt 1, 2 is ge 3, 2 is greaterthan 1, 1 is lessthan 2, "a" is eq "a", 1 is == 1
        1 is in [1, 2], "a" is in "abc", 3 is not in [1, 2], "k" is in {"k": 1}
        range is callable, "a".upper is callable, 1 is callable, undefined_name is callable, namespace is callable
        "upper" is filter, "nope" is filter, "odd" is test, "nope" is test, "tojson" is filter
        1 is nope
        "a" is true, true is true, 1 is true, false is false, 0 is false, none is false
        not 1 is none, not none is none, 1 is not none and true, 1 is defined == true, 1 is odd ~ "x", (1 is odd) ~ "x"
        1 + 1 is even, 2 * 1.5 is odd, "a" ~ "b" is string, [1] | first is odd, 1 is integer is defined
        messages[0].content is string and messages[0].content | length > 3
        1 is divisibleby
        1 is odd(2)
        1 is string or true, 1 is string if false else 2
        "x" is escaped, "x" | safe is escaped, 1 is not string
    """,
    "functions": """
        range(3) | list, range(1, 4) | list, range(0, 10, 5) | list, range(3, 0, -1) | list, range(0) | list, range(-2) | list, range(5, 1) | list
        range(100001)
        range()
        range(1.5)
        range("a")
        range(1, 2, 0)
        dict(a=1, b=2), dict({"a": 1}, b=2), dict([["a", 1]]), dict(), dict(a=1).a, dict(dict, z=1) if false else "skip"
        namespace(a=1).a, namespace({"a": 1}, b=2).b, namespace(a=1).nope is defined, namespace(a=1)["a"]
        namespace(_a=1)
        cycler("a", "b").next(), cycler("a", "b").current
        cycler()
        joiner("|") is callable
        raise_exception("no\\ngood")
        raise_exception()
        strftime_now("%Y") | length, strftime_now("%%-%n-%t") == "%-\\n-\\t", strftime_now("x"), strftime_now("%q"), strftime_now("%Z%z")
        strftime_now()
        strftime_now(5)
        range(*[1, 4]) | list, dict(**{"a": 1}), "{} {}".format(*["a", "b"]), "{a}".format(**{"a": 1}), dict(a=1, **{"b": 2}), range(1, *[4]) | list
        dict(a=1, **{"a": 2})
        range(stop=3)
        range(**{1: 2})
        list(3)
        "a"()
        1(2)
        none()
    """,
}

LOOP = "{% for m in messages %}"
T = {
    "white space": [
        "a\n{% if true %}\nb\n{% endif %}\nc\n", "a\n  {% if true %}\n  b\n  {% endif %}\n  c", "a {%- if true %} b {%- endif %} c", "a {% if true -%} b {% endif -%} c",
        "a\n  {%+ if true %}\n b{% endif +%}\nc", "  {{ 1 }}\n  {{- 2 }}\n  {{ 3 -}}\n  4", "{#- c -#}  x  {# d #}\ny{#+ e +#}\nz", "  {# c #}\nx", "x {# c #}\ny", "x\n\t {# c #} y",
        "\n\n{% if true %}\n\n{% endif %}\n\n", "{% if true %}a{% endif %}\n\n{% if true %}b{% endif %}", "a\r\nb\rc\n", "{% if true %}\r\na\r\n{% endif %}\r\n", "a\r\n\r\n", "{{ 'a\r\nb' }}", "{{ 'a\rb' }}",
        "a\n", "a\n\n", "\na", "", "\n", "{{ 1 }}\n", "{{ 1 }}\n\n", "{% if true %}\n{% endif %}\n", "  {% set x = 1 %}  {% set y = 2 %}\n{{ x }}", "\u00a0{% if true %}a{% endif %}", "a\u2003{%- if true %}b{% endif %}", "a\x0b{%- if true -%}\x0cb{% endif %}",
        "{%- for i in [1, 2] -%}\n  {{ i }}\n{%- endfor -%}\n x", "{% for i in [1, 2] %}\n{{ i }}\n{% endfor %}", "{%if true%}a{%endif%}", "{%-if true-%} a {%-endif-%}", "{{1}}{{-1}}{{ -1}}{{- -1 -}} x", "{{ 1 -1 }}", "{{+1}}",
        "{% raw %}{{ x }} {% if %}{% endraw %}", "{% raw %}\n a \n{% endraw %}\nb", "a {%- raw -%} b {%- endraw -%} c", "  {% raw %}x{% endraw %}", "{% raw %}  {% endraw %}|", "{% raw %}a\n  {% endraw %}\nb", "{%+ raw %}x{%+ endraw +%}\ny", "{% raw %}{% raw %}{% endraw %}",
        "{# {{ x }} {% y #}a", "{# a", "{% raw %}a", "{{ 'a", "{{ a", "{% if", "{", "{ {", "}}", "%}", "#}", "{{ '{{' }}", "{{ \"}}\" }}", "{{ {'a': {'b': 1}} }}", "{{ {'a': {'b': 1}}}}", "{{ {1: 2}[1] }}", "a {{", "{{ 1 ", "{{ }}", "{% %}", "{{ 1 }", "{{ ) }}", "{{ (1] }}", "{{ ? }}", "{{ a $ b }}", "{{ 'é' ~ \"ü\" }}", "{% set é = 1 %}{{ é }}",
        "x\n    {%- if true %}\n    y\n    {%- endif %}\nz", "x\n{%- if true %}\ny\n{%- endif -%}\n\nz", "{% if true %} \n a{% endif %}", "a{% if true %}\n\nb{% endif %}", "\t{% if true %}\t\na\t{% endif %}\t", "{{ 1 }}  {% if true %}b{% endif %}", "{{ 1 }}\n  {% if true %}b{% endif %}", "a  {# c #}  b", "{% set x %}\n  a\n  {% endset %}[{{ x }}]",
        "{{- '  a  ' -}}", "a\n{{- 'b' -}}\nc", "  {{- '' }}a", "{%- set x = 1 -%}  \n\n  a", "a{# b #}{# c #}\nd", "{# a #}\n{# b #}\nc", "  {% if true %}{% endif %}  x", "{% if true %}{% if true %}\n  x\n  {% endif %}\n{% endif %}",
    ],
    "loops": [
        LOOP + "{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }};{% endfor %}",
        LOOP + "{{ loop.previtem.role if loop.previtem is defined }}<{{ m.role }}>{{ loop.nextitem.role if loop.nextitem is defined else 'end' }} {% endfor %}",
        LOOP + "{{ loop.cycle('a', 'b') }}{{ loop.changed(m.role[0]) }}{% endfor %}", "{% for i in [1, 1, 2] %}{{ loop.changed(i) }}{% endfor %}", "{% for i in [1] %}{{ loop.cycle() }}{% endfor %}", "{% for i in [] %}a{% else %}none{% endfor %}", "{% for i in nothing_here %}a{% else %}none{% endfor %}", "{% for i in none %}a{% endfor %}", "{% for i in 5 %}a{% endfor %}",
        "{% for i in [1, 2, 3, 4] if i is even %}{{ i }}{{ loop.index }}{{ loop.last }}{{ loop.length }}{% endfor %}", "{% for i in [1, 3] if i is even %}{{ i }}{% else %}none{% endfor %}", "{% for i in [1, 2] if loop.index %}{{ i }}{% endfor %}", "{% for a, b in [[1, 2], [3, 4]] %}{{ a }}{{ b }}{% endfor %}", "{% for a, b in [[1, 2, 3]] %}{{ a }}{% endfor %}", "{% for a, b in [[1]] %}{{ a }}{% endfor %}", "{% for a, (b, c) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for (a, b) in [[1, 2]] %}{{ a }}{{ b }}{% endfor %}", "{% for a, b in ['xy'] %}{{ a }}-{{ b }}{% endfor %}",
        "{% for k in dict %}{{ k }}{% endfor %}", "{% for k, v in dict.items() %}{{ k }}={{ v }},{% endfor %}", "{% for v in dict.values() %}{{ v }}{% endfor %}", "{% for k, v in dict | items %}{{ k }}{{ v }}{{ loop.last }}{% endfor %}", "{% for c in cats %}<{{ c }}>{% endfor %}", "{% for i in range(3) %}{{ i }}{% endfor %}", "{% for i in 1, 2, 3 %}{{ i }}{% endfor %}", "{% for i in (1,) %}{{ i }}{% endfor %}",
        "{% for i in [1, 2, 3] %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}", "{% for i in [1, 2, 3] %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "{% for i in [1, 2] %}{{ i }}{% break %}{% else %}e{% endfor %}", "{% for i in [1, 2] %}{{ i }}{% continue %}{% else %}e{% endfor %}", "{% for i in [1, 2] %}{% for j in [1, 2, 3] %}{% if j == 2 %}{% break %}{% endif %}{{ i }}{{ j }} {% endfor %}{{ loop.index }}{% endfor %}", "{% for i in [1, 2, 3] %}{% if i == 2 %}{% break %}{% endif %}{{ loop.length }}{% endfor %}after", "{% break %}", "{% continue %}", "{% for i in [1] %}{% macro f() %}{% break %}{% endmacro %}{% endfor %}", "{% for i in [1, 2] %}{% set x %}a{% break %}{% endset %}{% endfor %}b", "{% for i in [1, 2] %}{% with a = i %}{{ a }}{% continue %}{% endwith %}x{% endfor %}", "{% for i in [1, 2] %}{% filter upper %}a{% continue %}{% endfilter %}x{% endfor %}", "{% for i in [1, 2] %}{% generation %}a{% break %}{% endgeneration %}{% endfor %}",
        "{% for i in [1, 2] %}{% set x = i %}{% endfor %}{{ x }}", "{% set x = 0 %}{% for i in [1, 2] %}{{ x }}{% set x = i %}{{ x }}{% endfor %}{{ x }}", "{% set ns = namespace(x=0) %}{% for i in [1, 2, 3] %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}", "{% for i in [1] %}{% for j in [2] %}{{ i }}{{ j }}{{ loop.index }}{% endfor %}{{ loop.length }}{% endfor %}{{ i is defined }}{{ loop is defined }}", "{% for i in [1, 2] %}{% set outer = loop %}{% for j in [1, 2] %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}",
        "{% for i in [1, [2, [3]]] recursive %}{{ loop.depth }}{{ loop.depth0 }}{% if i is iterable %}({{ loop(i) }}){% else %}{{ i }}{% endif %}{% endfor %}", "{% for i in [{'n': 'a', 'c': [{'n': 'b', 'c': []}]}] recursive %}<{{ i.n }}{{ loop(i.c) }}>{% endfor %}", "{% for i in [1] %}{{ loop([2]) }}{% endfor %}", "{% for m in messages[1:] %}{{ m.role }}{{ loop.first }}{% endfor %}", "{% for m in messages[::-1] %}{{ m.role }} {% endfor %}", "{% for m in messages | rejectattr('role', 'eq', 'system') %}{{ m.role }}{{ loop.index }}/{{ loop.length }}{{ loop.last }} {% endfor %}", "{% for i in [1, 2] %}{{ loop }}{% endfor %}", "{% for i in [1,2] %}{{ loop | length }}{% endfor %}", "{% for g, items in people | groupby('age') %}{{ g }}:{{ items | map(attribute='name') | join(',') }};{% endfor %}", "{% for g in people | groupby('age') %}{{ g.grouper }}:{{ g.list | length }};{% endfor %}", "{% for i in [3, 1] | sort %}{{ i }}{% endfor %}", "{% for i in [1, 2, 3] %}{% if loop.nextitem is defined %}{{ loop.nextitem }}{% endif %}{{ loop.revindex }}{% endfor %}", "{% for i in [none, 0] %}{{ loop.previtem }}{% endfor %}", "{% for loop in [1] %}{{ loop }}{% endfor %}",
        "{% for i in [1, 2] %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}", "{% for i in [1, 2, 3] if i > 1 recursive %}{{ i }}{% endfor %}", "{% for i in [1] if true if false else true %}{{ i }}{% endfor %}", "{% for x in [1, 2] %}{% if loop.first %}{% set y = 'f' %}{% endif %}{{ y }}{% endfor %}", "{% for a in [[1]] %}{% for b in a %}{% for c in [b] %}{{ c }}{{ loop.index }}{% endfor %}{% endfor %}{% endfor %}", "{% for a in b in c %}{% endfor %}", "{% for in [1] %}{% endfor %}", "{% for i [1] %}{% endfor %}", "{% for i in [1] %}", "{% for i.x in [1] %}{% endfor %}", "{% for 1 in [1] %}{% endfor %}", "{% for true in [1] %}{% endfor %}", "{% for i in [1]: %}{{ i }}{% endfor %}", "{% endfor %}", "{% for i in [1] %}{% endif %}{% endfor %}", "{% else %}",
    ],
    "branches": [
        "{% if 1 %}a{% elif 2 %}b{% else %}c{% endif %}", "{% if 0 %}a{% elif 2 %}b{% else %}c{% endif %}", "{% if 0 %}a{% elif '' %}b{% else %}c{% endif %}", "{% if none %}a{% endif %}b", "{% if undefined_name %}a{% else %}b{% endif %}", "{% if not undefined_name and messages %}a{% endif %}", "{% if messages[0].role == 'system' and messages | length > 2 %}a{% endif %}", "{% if true: %}a{% endif %}", "{% if 1, 2 %}a{% endif %}", "{% if %}a{% endif %}", "{% if true %}{% set v = 1 %}{% endif %}{{ v }}", "{% if false %}{% set v = 1 %}{% endif %}{{ v }}|", "{% if true %}a{% else %}b{% else %}c{% endif %}", "{% if true %}a", "{% elif true %}", "{% if (1 if true else 0) %}a{% endif %}", "{% if 1 if true else 0 %}a{% endif %}", "{% if messages is defined and messages[0] is mapping %}a{% endif %}", "{% unless true %}a{% endunless %}", "{% if x is defined %}d{% endif %}{% if q is not defined %}u{% endif %}", "{% if 'a' is filter %}{{ 1 | nope }}{% endif %}ok", "{{ (1 | nope) if false else 2 }}", "{% if false %}{{ 1 is nope }}{% endif %}ok", "{% if true %}{{ 1 | nope }}{% endif %}", "{% for i in [] %}{{ 1 | nope }}{% endfor %}ok", "{% macro f() %}{{ 1 | nope }}{% endmacro %}ok", "{% if false %}{% for i in [] %}{{ 1 | nope }}{% endfor %}{% endif %}ok", "{% if false %}{% include 'x' %}{% endif %}ok", "{% include 'x' %}", "{% extends 'x' %}", "{% import 'x' as y %}", "{% from 'x' import y %}", "{% do 1 %}", "{% trans %}a{% endtrans %}",
    ],
    "set": [
        "{% set a = 1 %}{{ a }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a = 1, 2 %}{{ a }}", "{% set (a, b) = [1, 2] %}{{ a }}{{ b }}", "{% set a, b = 1 %}", "{% set a, b = [1] %}", "{% set a %}x{{ 1 }}{% endset %}{{ a }}{{ a | length }}", "{% set a | upper %}x{% endset %}{{ a }}", "{% set a | upper | replace('X', 'y') %}x{% endset %}{{ a }}", "{% set a %}{% set b = 1 %}{% endset %}{{ b }}|", "{% set ns = namespace() %}{% set ns.a = 1 %}{{ ns.a }}", "{% set ns = namespace() %}{% set ns.a %}x{% endset %}{{ ns.a }}", "{% set d = {} %}{% set d.a = 1 %}", "{% set nope.a = 1 %}", "{% set ns = namespace() %}{% set ns['a'] = 1 %}", "{% set a.b.c = 1 %}", "{% set 1 = 2 %}", "{% set true = 2 %}", "{% set a %}", "{% set a = %}", "{% set = 1 %}", "{% set ns = namespace(a=1) %}{% set ns.a, ns.b = 2, 3 %}{{ ns.a }}{{ ns.b }}", "{% set messages = messages[1:] %}{{ messages | length }}", "{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}", "{% set range = 5 %}{{ range }}", "{% set a = 1 if false %}{{ a is defined }}", "{% set a = none %}{{ a }}{{ a is defined }}", "{% set ns = namespace() %}{% set ns._a = 1 %}", "{% set ns = namespace(a=1) %}{{ ns.__class__ }}|{{ ns }}", "{% set a = [1] + [2] %}{% set a = a + [3] %}{{ a }}", "{% set _ = 1 %}{{ _ }}", "{% set x = true %}{% set y = not x %}{{ y }}", "{% set a = messages[0] %}{{ a.role }}", "{% set a -%} x {%- endset %}[{{ a }}]", "{% set x = 'a' 'b' %}{{ x }}", "{% set x = {'a': 1, 'b': [1, 2]} %}{{ x.b[1] }}", "{% set x = 1 %}{% set x = x + 1 %}{{ x }}",
        "{% with %}{% set a = 1 %}{{ a }}{% endwith %}{{ a }}|", "{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}|", "{% set a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}", "{% with a, b = (1, 2) %}{{ a }}{{ b }}{% endwith %}", "{% with a %}{% endwith %}", "{% set ns = namespace(a=1) %}{% with %}{% set ns.a = 2 %}{% endwith %}{{ ns.a }}", "{% print 1 %}{% print 1, 2 %}", "{% print %}", "{% filter upper %}a{{ 'b' }}{% endfilter %}", "{% filter replace('a', 'b') | upper %}a{% endfilter %}", "{% filter trim %}  a {% endfilter %}|", "{% filter indent(2) %}a\nb{% endfilter %}", "{% filter upper %}{% set zz = 1 %}{% endfilter %}{{ zz }}|", "{% filter nope %}a{% endfilter %}", "{% autoescape false %}{{ '<' }}{% endautoescape %}", "{% block a %}x{% endblock %}", "{% block a %}x{% endblock a %}", "{% set q = 1 %}{% block a %}{{ q }}{% set q = 2 %}{% endblock %}{{ q }}", "{% for i in [1, 2] %}{% block a %}[{{ i }}]{% endblock %}{% endfor %}", "{% for i in [1, 2] %}{% block a scoped %}[{{ i }}]{% endblock %}{% endfor %}",
        "{% generation %}a{{ 1 }}{% endgeneration %}b", "{% for i in [1, 2] %}{% generation %}{{ i }}{{ loop.index }}{% endgeneration %}{% endfor %}", "{% generation %}{% set gg = 1 %}{% endgeneration %}{{ gg }}|", "{%- generation -%} a {%- endgeneration -%} b", "x\n{% generation %}\n a\n{% endgeneration %}\ny", "{% generation %}", "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.current }}", "{% set j = joiner(', ') %}{% for i in [1, 2, 3] %}{{ j() }}{{ i }}{% endfor %}", "{% set j = joiner() %}{{ j() }}a{{ j() }}b",
    ],
    "macros": [
        "{% macro f(a) %}<{{ a }}>{% endmacro %}{{ f(1) }}{{ f('x') }}", "{% macro f(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}{{ f(1, 3) }}{{ f(b=4, a=5) }}{{ f(1, b=6) }}", "{% macro f(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}", "{% macro f(a) %}{{ a is defined }}{{ a }}{% endmacro %}{{ f() }}", "{% macro f(a) %}{{ a + 1 }}{% endmacro %}{{ f() }}", "{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}", "{% macro f(a) %}{% endmacro %}{{ f(b=2) }}", "{% macro f(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, 3, x=4) }}", "{% macro f() %}{{ varargs | join('-') }}{% endmacro %}{{ f(1, 2) }}", "{% macro f() %}{{ kwargs.x }}{{ kwargs | length }}{% endmacro %}{{ f(x=1, y=2) }}", "{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}",
        "{% macro f() %}[{{ caller() }}]{% endmacro %}{% call f() %}x{% endcall %}", "{% macro f() %}[{{ caller(1, 2) }}]{% endmacro %}{% call(a, b) f() %}{{ a }}-{{ b }}{% endcall %}", "{% macro f(x) %}{{ x }}[{{ caller() }}]{% endmacro %}{% call f(5) %}y{% endcall %}", "{% macro f() %}{{ caller is defined }}{% endmacro %}{{ f() }}", "{% macro f() %}{% if caller %}{{ caller() }}{% endif %}.{% endmacro %}{{ f() }}{% call f() %}c{% endcall %}", "{% macro f() %}x{% endmacro %}{% call f() %}y{% endcall %}", "{% call 5 %}{% endcall %}", "{% call(a=1) f() %}{% endcall %}", "{% macro f() %}{{ caller(2) }}{% endmacro %}{% call(a, b=3) f() %}{{ a }}{{ b }}{% endcall %}", "{% macro f() %}{{ caller() }}{% endmacro %}{% set q = 1 %}{% call f() %}{{ q }}{% endcall %}", "{% for i in [1, 2] %}{% macro f() %}{{ i }}{% endmacro %}{{ f() }}{% endfor %}", "{% set q = 1 %}{% macro f() %}{{ q }}{% endmacro %}{% set q = 2 %}{{ f() }}", "{% macro f() %}{{ q }}{% endmacro %}{% set q = 2 %}{{ f() }}", "{% macro f() %}{% set q = 5 %}{% endmacro %}{{ f() }}{{ q }}|", "{% macro f(q) %}{% set q = q + 1 %}{{ q }}{% endmacro %}{% set q = 1 %}{{ f(q) }}{{ q }}",
        "{{ f }}{% macro f() %}{% endmacro %}", "{% macro f() %}{% endmacro %}{{ f }}{{ f.name }}{{ f.arguments }}{{ f is callable }}", "{% macro f(a, b=1) %}{% endmacro %}{{ f.arguments }}{{ f.catch_kwargs }}{{ f.catch_varargs }}{{ f.caller }}", "{% macro f(a=1, b) %}{% endmacro %}", "{% macro f(a %}{% endmacro %}", "{% macro f %}{% endmacro %}", "{% macro 1() %}{% endmacro %}", "{% macro f() %}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ [1, 2] | map('string') | map('upper') | list }}{{ f([1]) }}", "{% macro f(x) %}{{ x | upper }}{% endmacro %}{{ f('a') ~ f('b') }}{{ f('c') | lower }}{{ f('d') | length }}", "{% macro f(x) -%}\n  {{ x }}\n{%- endmacro %}[{{ f(1) }}]", "{% macro f(x) %}\n{{ x }}\n{% endmacro %}[{{ f(1) }}]", "{% macro outer() %}{% macro inner() %}i{% endmacro %}{{ inner() }}{% endmacro %}{{ outer() }}{{ inner is defined }}", "{% if true %}{% macro f() %}a{% endmacro %}{% endif %}{{ f() }}", "{% macro f(messages) %}{{ messages }}{% endmacro %}{{ f(1) }}", "{% macro f() %}{{ messages | length }}{% endmacro %}{{ f() }}", "{% macro f(a, a) %}{% endmacro %}", "{% macro f(x=none, y=[], z={}) %}{{ x }}{{ y }}{{ z }}{% endmacro %}{{ f() }}{{ f(y=[1]) }}", "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(*[1]) }}{{ f(**{'a': 2}) }}", "{% macro f() %}{{ loop is defined }}{% endmacro %}{% for i in [1] %}{{ f() }}{% endfor %}", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}B{% endmacro %}{{ a() }}", "{% macro f(x) %}{% for i in range(x) %}{{ i }}{% endfor %}{% endmacro %}{{ f(3) }}", "{% macro f(caller) %}{% endmacro %}{{ f(1) }}", "{% macro f(caller=none) %}{{ caller() if caller }}{% endmacro %}{{ f() }}{% call f() %}x{% endcall %}", "{% macro f(v) %}{% if v is mapping %}{ {%- for k, w in v | dictsort %}{{ k }}:{{ f(w) }}{% if not loop.last %},{% endif %}{% endfor %} }{% else %}{{ v }}{% endif %}{% endmacro %}{{ f({'a': {'b': 1}, 'c': 2}) }}",
    ],
    "whole": [
        "{{ bos_token }}" + LOOP + "{% if m.role == 'system' %}<<SYS>>{{ m.content | trim }}<</SYS>>{% elif m.role == 'user' %}[INST] {{ m.content }} [/INST]{% elif m.tool_calls %}{% for t in m.tool_calls %}{{ t.function.name }}({% for k, v in t.function.arguments.items() %}{{ k }}={{ v | tojson if v is not string else v }}{% if not loop.last %}, {% endif %}{% endfor %}){% endfor %}{{ eos_token }}{% else %}{% for p in m.content %}{% if p.type == 'text' %}{{ p.text }}{% else %}<{{ p['type'] }}>{% endif %}{% endfor %}{% endif %}{% endfor %}",
        "{%- set ns = namespace(found=false, last='') -%}\n{%- for m in messages -%}\n  {%- if m['role'] == 'system' and not ns.found -%}\n    {%- set ns.found = true -%}\n  {%- endif -%}\n  {%- set ns.last = m['role'] -%}\n{%- endfor -%}\n{{ ns.found }} {{ ns.last }}\n",
        "{%- macro part(c) -%}\n{%- if c is string -%}{{ c }}{%- elif c is none -%}{%- else -%}{%- for p in c -%}{{ p.text if p.text is defined else '<' ~ p.type ~ '>' }}{%- endfor -%}{%- endif -%}\n{%- endmacro -%}\n{%- for m in messages -%}\n{{- '<|' + m.role + '|>\\n' + part(m.content) + '\\n' -}}\n{%- endfor -%}",
        "{%- if messages[0].role == 'system' %}{%- set rest = messages[1:] %}{%- set sys = messages[0].content.strip() %}{%- else %}{%- set rest = messages %}{%- set sys = '' %}{%- endif %}\n{{- sys }}|{%- for m in rest %}{{ (m.role ~ ':').ljust(11) ~ loop.index }};{%- endfor %}",
        "{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 1) %}{{ raise_exception('turns') }}{% endif %}{% endfor %}ok",
        "{% set content = '<think>a</think>\n\nb' %}{% if '</think>' in content %}{{ content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') }}|{{ content.split('</think>')[-1].lstrip('\\n') }}{% endif %}",
        "{% set ns = namespace(tool=true, at=messages | length - 1) %}{% for m in messages[::-1] %}{% set index = (messages | length - 1) - loop.index0 %}{% if ns.tool and m.role == 'user' and m.content is string and not (m.content.startswith('<r>') and m.content.endswith('</r>')) %}{% set ns.tool = false %}{% set ns.at = index %}{% endif %}{% endfor %}{{ ns.at }}",
        "{% for m in messages %}{% if loop.first and m.role != 'system' %}S{% endif %}{{ '<|im_start|>' + m['role'] + '\n' + (m['content'] if m['content'] is string else m['content'] | tojson) + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
        "{% for t in messages[2].tool_calls %}{%- if t.function is defined %}{%- set t = t.function %}{%- endif %}{{- '{\"name\": \"' ~ t.name ~ '\", \"arguments\": ' ~ (t.arguments if t.arguments is string else t.arguments | tojson) ~ '}' }}{% endfor %}",
        "{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | list | last }}|{{ (messages | selectattr('role', 'equalto', 'user') | list)[-1].content }}",
        "{% for m in messages | rejectattr('content', 'none') %}{{ loop.index }}{{ m.role[0] | upper }}{% endfor %}",
        "{% if tools is not none and tools %}T{% else %}-{% endif %}{% if documents is defined and documents is not none %}D{% endif %}{{ tools }}{{ documents }}{{ add_generation_prompt }}{{ bos_token is defined }}",
        "{{ 'a' if messages[0]['role'] == 'system' else '' }}{{ messages[0].content.split() | join('_') }}{{ messages[1].content[:2] }}{{ messages[1].content[-2:] }}",
    ],
}

KEPT = {"tokens": {"bos_token": "<s>", "eos_token": "</s>"}}


def split_top(line):
    """The parts of a line that are divided by commas outside of all brackets and quotes."""
    parts, depth, quote, start, i = [], 0, None, 0, 0
    while i < len(line):
        c = line[i]
        if quote:
            if c == "\\":
                i += 1
            elif c == quote:
                quote = None
        elif c in "'\"":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(line[start:i].strip())
            start = i + 1
        i += 1
    return [part for part in parts + [line[start:].strip()] if part]


def render(template):
    try:
        return render_jinja_template([MESSAGES], chat_template=template, **KEPT["tokens"], **GIVEN)[0][0]
    except RecursionError:
        return None
    except Exception:
        return None


def main():
    groups = {}
    for name, text in E.items():
        lines = re.split(r"\n        ", text.strip())
        groups[name] = [[template, render(template)] for line in lines for template in ("{{ " + part + " }}" for part in split_top(line))]
    for name, templates in T.items():
        groups[name] = [[template, render(template)] for template in templates]
    # What prints an address in memory says nothing.
    groups = {name: [case for case in cases if " at 0x" not in (case[1] or "")] for name, cases in groups.items()}
    content = {"madeWith": {"transformers": transformers.__version__}, "messages": MESSAGES, "given": GIVEN, **KEPT, "groups": groups}
    rows = ",\n".join(f' {json.dumps(name)}: [\n' + ",\n".join("  " + json.dumps(case, ensure_ascii=False) for case in cases) + "\n ]" for name, cases in groups.items())
    head = json.dumps({key: value for key, value in content.items() if key != "groups"}, ensure_ascii=False)[:-1]
    FILE.write_text(f'{head}, "groups": {{\n{rows}\n}}}}\n')
    print({name: len(cases) for name, cases in groups.items()}, sum(map(len, groups.values())), FILE.stat().st_size)


if __name__ == "__main__":
    main()
