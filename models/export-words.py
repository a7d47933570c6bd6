#!/usr/bin/env python3
"""Writes the word lists that `groundswell model train` reads: DIR/words/<language>.tsv.gz.

One line a word: language, Zipf value (log10 of occurrences in 10^9 words), word.
Needs `pip install wordfreq pythainlp`. Lists: wordfreq 3.1.1 (data CC BY-SA 4.0) and, for
Thai, the Thai National Corpus counts in pythainlp 5.4.0 (CC0-1.0).
"""
import gzip, math, pathlib, sys

LANGUAGES = ("ar cs da de el en es fa fi fil fr he hi hu id it ja ko ms nb nl pl pt ro ru sv tr "
             "uk vi zh").split()
WORDS = 30_000


def write(folder, language, rows):
    # A fixed time in the header keeps the file the same from run to run.
    with open(folder / f"{language}.tsv.gz", "wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as out:
            for word, zipf in rows:
                if not any(c in word for c in "\t\n\r"):
                    out.write(f"{language}\t{zipf:.2f}\t{word}\n".encode())


def main():
    folder = pathlib.Path(sys.argv[1]) / "words"
    folder.mkdir(parents=True, exist_ok=True)
    import wordfreq
    for language in LANGUAGES:
        counts = wordfreq.get_frequency_dict(language)
        rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))[:WORDS]
        write(folder, language, [(w, math.log10(f) + 9) for w, f in rows])
    from pythainlp.corpus import tnc
    counts = {w.strip(): n for w, n in tnc.word_freqs() if w.strip()}
    total = sum(counts.values())
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))[:WORDS]
    write(folder, "th", [(w, math.log10(n / total) + 9) for w, n in rows])


main()
