#!/usr/bin/env python3
"""Keyphrases of `groundswell tag` beside YAKE, on texts whose phrases people chose.

    pip install yake==0.7.3 snowballstemmer==3.1.1
    cargo build --release
    python3 tests/bench/keyphrases.py target/release/groundswell DATA

DATA holds the sets, one folder each with `dev.tsv.gz`: language, phrases parted by |, text. A
phrase is right when it equals one of them in lower case, word by word under Porter's stemmer. F1 is
the mean over the texts. `--part tune` reads two thirds of each file, `--part check` the third that
no scorer was tuned on, by the hash of the text. One thread each; the tagger's time is its whole run
with every head, YAKE's that of `extract_keywords` alone. The figures do not change from run to run,
the times do.
"""

import argparse
import gzip
import json
import pathlib
import re
import subprocess
import sys
import time
import zlib

import snowballstemmer

SETS = {
    "kp_inspec": (5, 10),
    "kp_semeval2017": (5, 10),
    "kp_kdd": (5, 10),
    "kp_www": (5, 10),
    "kp_500n": (5, 10),
    "kp_110ptbn": (5, 10),
    "kp_wikinews_fr": (5, 10),
    "kp_pak2018": (5, 10),
    "kp_hashtag_proxy": (1, 3, 5),
}
PORTER = snowballstemmer.stemmer("porter")


def folded(phrase):
    words = re.findall(r"[^\W_]+", phrase.lower())
    return " ".join(PORTER.stemWords(words))


def rows(path, part):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            language, phrases, text = line.rstrip("\n").split("\t")
            third = zlib.adler32(text.encode()) % 3
            if part == "all" or (third == 0) == (part == "check"):
                gold = {folded(phrase) for phrase in phrases.split("|")} - {""}
                if gold:
                    yield language, gold, text


def f1(found, gold):
    right = len(found & gold)
    return 2 * right / (len(found) + len(gold)) if right else 0.0


def score(answers, texts, cuts):
    """Mean F1 at each cut. Phrases that fold to one count once, in the place of the first."""
    out = []
    for cut in cuts:
        total = 0.0
        for phrases, (_, gold, _) in zip(answers, texts, strict=True):
            different = list(dict.fromkeys(filter(None, map(folded, phrases))))
            total += f1(set(different[:cut]), gold)
        out.append(100 * total / len(texts))
    return out


def ours(binary, texts):
    lines = "".join(text + "\n" for _, _, text in texts)
    start = time.perf_counter()
    run = subprocess.run(
        [binary, "tag", "--lines", "-", "--keyphrases", "15", "--threads", "1"],
        input=lines.encode(), stdout=subprocess.PIPE, check=True,
    )
    wall = time.perf_counter() - start
    found = [json.loads(line)["keyphrases"] for line in run.stdout.decode().splitlines()]
    return [[phrase["phrase"] for phrase in phrases] for phrases in found], wall


def yake_of(texts):
    import yake

    extractors = {}
    answers = []
    wall = 0.0
    for language, _, text in texts:
        if language not in extractors:
            extractors[language] = yake.KeywordExtractor(lan=language, n=3, top=15)
        start = time.perf_counter()
        answers.append([phrase for phrase, _ in extractors[language].extract_keywords(text)])
        wall += time.perf_counter() - start
    return answers, wall


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("binary")
    arguments.add_argument("data", type=pathlib.Path)
    arguments.add_argument("--part", choices=("all", "tune", "check"), default="all")
    arguments.add_argument("--alone", action="store_true", help="without YAKE")
    arguments.add_argument("--set", action="append", choices=SETS)
    given = arguments.parse_args()
    print(f"{'set':<18}{'texts':>6}  {'F1 at':<10}{'groundswell':<18}{'YAKE':<18}texts/s, and times YAKE's")
    for name in given.set or SETS:
        path = given.data / name / "dev.tsv.gz"
        if not path.exists():
            print(f"{name:<18} skipped: no {path}")
            continue
        texts = list(rows(path, given.part))
        cuts = SETS[name]
        answers, wall = ours(given.binary, texts)
        shown = "/".join(f"{value:.1f}" for value in score(answers, texts, cuts))
        line = f"{name:<18}{len(texts):>6}  {'/'.join(map(str, cuts)):<10}{shown:<18}"
        speed = f"{len(texts) / wall:,.0f}"
        if not given.alone:
            peer, peer_wall = yake_of(texts)
            line += f"{'/'.join(f'{value:.1f}' for value in score(peer, texts, cuts)):<18}"
            speed += f", {peer_wall / wall:.0f}x"
        print(line + speed)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
