#!/usr/bin/env python3
"""Compiles the files a program needs at run time into it: embed.py SOURCE_ROOT WEB_BUILD OUT_C OUT_S DEPFILE

Names inside the program (src/core/app/embedded.h):
  page/<domain>/<name>, page/core/<name>, page/layouts/.., page/partials/.., page/gallery   templates
  schema/<room>/<file>.sql and <file>.pg.sql                                              schema, one dialect each
  rules/...json, locale/zh.mo, manifest.json, assets/..., pinyin/...
A schema file is written once, in the dialect both share but for two words: STRICT, which only SQLite has, and the
names of the integer types, which STRICT tables of SQLite do not know.
"""
import bz2
import os
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata

root, web, out_c, out_s, depfile = sys.argv[1:6]
UNIHAN = "/usr/share/unicode/Unihan_Readings.txt.bz2"
files = {}   # name -> bytes
deps = []


def read(path):
    deps.append(path)
    with open(path, "rb") as f:
        return f.read()


def tree(folder, ending):
    for at, dirs, names in os.walk(folder):
        dirs[:] = sorted(d for d in dirs if d not in ("node_modules", "golden"))
        deps.append(at)  # a file that comes or goes changes its folder
        for name in sorted(names):
            if name.endswith(ending):
                yield os.path.join(at, name)


def pages(folder, prefix):
    for path in tree(folder, ".html"):
        files["page/" + prefix + os.path.relpath(path, folder)[:-5]] = read(path)


def sqlite(text):
    return re.sub(rb"\b(bigint|smallint)\b", b"INTEGER", text)


def postgres(text):
    return re.sub(rb"\)\s*STRICT\b", b")", text)


def schema(folder, room):
    for path in tree(folder, ".sql"):
        name, text = os.path.basename(path), read(path)
        if name.endswith(".pg.sql"):
            files[f"schema/{room}/{name}"] = postgres(text)
            continue
        files[f"schema/{room}/{name}"] = sqlite(text)
        other = name[:-4] + ".pg.sql"
        if not os.path.exists(os.path.join(folder, other)) and postgres(text) != sqlite(text):
            files[f"schema/{room}/{other}"] = postgres(text)


def catalogue():
    """All .po files of the house as one .mo; msgfmt checks that formats agree."""
    po = [p for folder in ("src", "web", "locale") for p in tree(os.path.join(root, folder), ".po")]
    if not po:
        return
    deps.extend(po)
    with tempfile.TemporaryDirectory() as tmp:
        every, mo = os.path.join(tmp, "zh.po"), os.path.join(tmp, "zh.mo")
        subprocess.run(["msgcat", "--use-first", "--no-location", "--to-code=UTF-8", "-o", every] + po, check=True)
        subprocess.run(["msgfmt", "--check-format", "--check-header", "--endianness=little", "--no-hash",
                        "-o", mo, every], check=True)
        with open(mo, "rb") as f:
            files["locale/zh.mo"] = f.read()


def pinyin():
    """Readings of the Chinese characters U+4E00..U+9FFF out of the Unicode Han database (Debian: unicode-data), without tones.

    pinyin/readings: two bytes a character, the offset of its readings in pinyin/words; the first one is the usual one.
    pinyin/words: "zhong chong" and a NUL each, empty at offset 0. pinyin/syllables: each syllable on a line, one empty before.
    """
    wanted = {"kMandarin": 0, "kTGHZ2013": 1, "kXHC1983": 2}  # the usual reading, then those of the standard dictionaries
    found = {}
    deps.append(UNIHAN)
    with bz2.open(UNIHAN, "rt", encoding="utf-8") as f:
        for line in f:
            code, _, rest = line.rstrip("\n").partition("\t")
            field, _, value = rest.partition("\t")
            if code.startswith("U+") and field in wanted and 0x4E00 <= int(code[2:], 16) <= 0x9FFF:
                found.setdefault(int(code[2:], 16), {})[wanted[field]] = value
    offsets, words, at, syllables = [], bytearray(b"\0"), {"": 0}, set()
    for c in range(0x4E00, 0xA000):
        readings = []
        for _, value in sorted(found.get(c, {}).items()):
            for word in re.sub(r"[0-9.*]+:", "", value).replace(",", " ").split():
                plain = unicodedata.normalize("NFD", word).replace("u\u0308", "v")
                plain = "".join(x for x in plain if "a" <= x <= "z")
                if plain and plain not in readings:
                    readings.append(plain)
        syllables.update(readings)
        text = " ".join(readings[:4])
        if text not in at:
            at[text] = len(words)
            words += text.encode() + b"\0"
        offsets.append(at[text])
    files["pinyin/readings"] = struct.pack(f"<{len(offsets)}H", *offsets)
    files["pinyin/words"] = bytes(words)
    files["pinyin/syllables"] = ("\n" + "\n".join(sorted(syllables)) + "\n").encode()


pinyin()
domains = os.path.join(root, "src", "domains")
for domain in sorted(os.listdir(domains)):
    pages(os.path.join(domains, domain, "pages"), domain + "/")
    schema(os.path.join(domains, domain, "schema"), domain)
for room, folder in (("core", "app"), ("ledger", "ledger"), ("papers", "papers")):
    schema(os.path.join(root, "src", "core", folder, "schema"), room)
    pages(os.path.join(root, "src", "core", folder, "pages"), ("core" if folder == "app" else room) + "/")
pages(os.path.join(root, "web", "layouts"), "layouts/")
pages(os.path.join(root, "web", "partials"), "partials/")
gallery = os.path.join(root, "web", "gallery.html")
if os.path.exists(gallery):
    files["page/gallery"] = read(gallery)
for path in tree(os.path.join(root, "rules"), ".json"):
    files["rules/" + os.path.relpath(path, os.path.join(root, "rules"))] = read(path)
catalogue()
for path in tree(web, ""):
    name = os.path.relpath(path, web)
    files[name if name == "manifest.json" or name.startswith("assets/") else "assets/" + name] = read(path)

order = sorted(files, key=lambda n: n.encode())
blob = os.path.abspath(out_s + ".bin")
offsets, at = [], 0
with open(blob, "wb") as f:
    for name in order:
        offsets.append(at)
        f.write(files[name] + b"\0")
        at += len(files[name]) + 1
with open(out_s, "w") as f:
    f.write('\t.section .rodata\n\t.balign 16\n\t.global embedded_blob\n\t.hidden embedded_blob\nembedded_blob:\n'
            f'\t.incbin "{blob}"\n\t.section .note.GNU-stack,"",%progbits\n')
with open(out_c, "w") as f:
    f.write('/* Generated by tools/embed.py. */\n#include "core/app/embedded.h"\n\n'
            'extern const uint8_t embedded_blob[];\nconst struct embedded embedded_files[] = {\n')
    for name, offset in zip(order, offsets):
        f.write(f'\t{{ "{name}", embedded_blob + {offset}, {len(files[name])} }},\n')
    f.write(f'}};\nconst size_t embedded_count = {len(order)};\n')
with open(depfile, "w") as f:
    f.write(f"{out_c} {out_s}: " + " ".join(sorted(set(deps))) + "\n")
