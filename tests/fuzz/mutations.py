"""Ways to spoil the files of a case. Each takes its chance from `Random`, so a number names a spoiled case for good."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

from .corpus import WEIGHTS, Files, corpus
from .structure import spoil_structure

BYTES = [
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\x1b[2J",
    b"\x80",
    b"\xed\xa0\x80",
    b"\r",
    b"\n",
    b"\t",
    b"\x85",
    b"\xf4\x90\x80\x80",
]
REPEATED = [b"x", b"9", b"a;", b"a,", b"-", b" ", b'"', b"''", "\u202e".encode(), "é".encode(), b"[", b"{a: ", b"- ", b"*a "]
# Other characters than ASCII are written as escapes, so that the file itself holds nothing odd.
_WRITTEN = (Path(__file__).parent / "tokens.txt").read_text("ascii")
TOKENS = re.sub(r"\\u(\w{4})|\\U(\w{8})", lambda code: chr(int(code[1] or code[2], 16)), " ".join(_WRITTEN.split())).split(" ")
LONG = (60, 121, 201, 2_001, 20_001, 300_000)


def spot(rng: Random, raw: bytes) -> int:
    """A place in a file."""
    return rng.randrange(len(raw) + 1)


def flip_bytes(rng: Random, raw: bytes) -> bytes:
    """A few bytes overwritten."""
    changed = bytearray(raw)
    for _ in range(rng.choice((1, 1, 2, 8, 64)) if raw else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def insert_bytes(rng: Random, raw: bytes) -> bytes:
    """Bytes that are no text, or a mark, put in."""
    at = spot(rng, raw)
    return raw[:at] + rng.choice(BYTES) + raw[at:]


def cut(rng: Random, raw: bytes) -> bytes:
    """A stretch taken out, or the end cut off."""
    at = spot(rng, raw)
    return raw[:at] if rng.random() < 0.3 else raw[:at] + raw[at + rng.choice((1, 3, 20, 400)) :]


def double(rng: Random, raw: bytes) -> bytes:
    """A stretch written several times."""
    at, length = spot(rng, raw), rng.choice((1, 5, 40, 300))
    return raw[:at] + raw[at : at + length] * rng.choice((2, 3, 50, 1000)) + raw[at + length :]


def insert_token(rng: Random, raw: bytes) -> bytes:
    """A token that means something in YAML, CSV, numbers or times, put anywhere."""
    at = spot(rng, raw)
    return raw[:at] + rng.choice(TOKENS).encode("utf-8", "surrogatepass") + raw[at:]


def swap_token(rng: Random, raw: bytes) -> bytes:
    """A word or number replaced by a token or by another word of the file."""
    words = list(re.finditer(rb"[^\s,;:{}\[\]\"'()]+", raw))
    for _ in range(rng.choice((1, 1, 1, 2, 5)) if words else 0):
        word = rng.choice(words)
        new = rng.choice(words)[0] if rng.random() < 0.5 else rng.choice(TOKENS).encode("utf-8", "surrogatepass")
        raw = raw[: word.start()] + new + raw[word.end() :]
    return raw


def odd_number(rng: Random, raw: bytes) -> bytes:
    """A number made large, small, negative, long or odd."""
    numbers = list(re.finditer(rb"\d+(?:\.\d+)?", raw))
    if not numbers:
        return raw
    number = rng.choice(numbers)
    old = number[0]
    new = rng.choice(
        (b"0", b"-" + old, old + b"e300", old + b"e-300", old * 30, b"1e18", b"1e308", b"4e-324", old + b".5", b"9" * 500, b"0" * 70 + old)
    )
    return raw[: number.start()] + new + raw[number.end() :]


def swap_lines(rng: Random, raw: bytes) -> bytes:
    """Lines moved, doubled, taken out, or indented otherwise."""
    lines = raw.splitlines(keepends=True)
    if not lines:
        return raw
    one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
    how = rng.randrange(5)
    if how == 0:
        lines[one], lines[two] = lines[two], lines[one]
    elif how == 1:
        lines.insert(two, lines[one])
    elif how == 2:
        del lines[one]
    elif how == 3:
        lines[one] = b" " * rng.randrange(8) + lines[one].lstrip(b" ")
    else:
        lines[one] = rng.choice((b"\t", b"- ", b"? ", b"&x ", b"| ", b"'")) + lines[one]
    return b"".join(lines)


def long_text(rng: Random, raw: bytes) -> bytes:
    """A very long text in the place of a word."""
    piece = rng.choice(REPEATED)
    at = spot(rng, raw)
    length = 2_200_000 if rng.random() < 0.04 else rng.choice(LONG)  # a file of 2 MB is the largest that is read
    return raw[:at] + piece * (length // len(piece)) + raw[at:]


def recode(rng: Random, raw: bytes) -> bytes:
    """The same text in another encoding, with other line ends, or with a mark before it."""
    text = raw.decode("utf-8", "replace")
    how = rng.randrange(7)
    if how == 0:
        return text.replace("\n", "\r\n").encode()
    if how == 1:
        return text.replace("\n", "\r").encode()
    if how == 2:
        return b"\xef\xbb\xbf" * rng.choice((1, 2)) + raw
    if how == 6:
        return text.replace("\n", rng.choice(("\x85", "\u2028", "\x0b"))).encode()
    return text.encode(("utf-16", "utf-32", "cp1251", "latin-1")[how - 3 if how < 6 else 3], "replace")


def spoil_cells(rng: Random, raw: bytes) -> bytes:
    """Cells of a table: swapped, emptied, quoted wrongly, a column more or less, another separator."""
    lines = raw.split(b"\n")
    how = rng.randrange(6)
    if how == 0:
        return raw.replace(b",", rng.choice((b";", b"\t", b"|")))
    if how == 1:
        return rng.choice((b"sep=;", b"sep=,", b"sep=", b"sep=x")) + b"\n" + raw
    row = rng.randrange(len(lines))
    cells = lines[row].split(b",")
    one, two = rng.randrange(len(cells)), rng.randrange(len(cells))
    if how == 2:
        cells[one], cells[two] = cells[two], cells[one]
    elif how == 3:
        cells[one] = rng.choice((b"", b'"', b'""', b'"a\nb"', b'"' + cells[one], b"'" + cells[one], b"=1+1", b"\t" + cells[one]))
    elif how == 4:
        cells.insert(one, cells[two])
    else:
        del cells[one]
    lines[row] = b",".join(cells)
    return b"\n".join(lines)


ANY = (flip_bytes, insert_bytes, cut, double, insert_token, swap_token, swap_token, odd_number, odd_number, swap_lines, long_text, recode)


def spoil_folder(rng: Random, files: Files) -> Files:
    """Files missing, empty, or in each other's place."""
    names = sorted(files)
    one, two = rng.choice(names), rng.choice(names)
    how = rng.randrange(4)
    if how == 0 and one != "case.yaml":
        del files[one]
    elif how == 1:
        files[one] = rng.choice((b"", b"\n", b"#", b"---\n", b"\xef\xbb\xbf", b"null", b"[]", b"{}"))
    elif how == 2:
        files[one], files[two] = files[two], files[one]
    else:
        other = corpus()[rng.choice(sorted(corpus()))]
        files[one] = other[rng.choice(sorted(other))]
    return files


def spoiled(number: int, seed: int = 1) -> tuple[Files, list[str]]:
    """Spoiled case `number`, the same whenever it is asked for, and what was done to it."""
    rng = Random(f"{seed} {number}")
    name = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    files = dict(corpus()[name])
    done = [name]
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        if rng.random() < 0.06:
            files = spoil_folder(rng, files)
            done.append("spoil_folder")
            continue
        file = "case.yaml" if rng.random() < 0.6 else rng.choice(sorted(files))
        way: Callable[[Random, bytes], bytes] = rng.choice(ANY)
        if rng.random() < 0.3:
            way = spoil_structure if file.endswith(".yaml") else spoil_cells
        files[file] = way(rng, files[file])
        done.append(f"{way.__name__} {file}")
    return files, done
