#!/usr/bin/env python3
"""Posts a second of tools that people use instead, on the texts and names of `cargo bench --bench tag`.

    GROUNDSWELL_BENCH_KEEP=/tmp/bench cargo bench --bench tag
    pip install vaderSentiment==3.3.2 spacy==3.8.* fasttext-numpy2-wheel==0.9.2
    python3 tests/bench/tag_peers.py /tmp/bench

One thread each, loading not counted. They do less than the tagger does: VADER one head in one
language, PhraseMatcher the names alone, fastText one head (trained here on the texts with their
own length as label, because only the time of `predict` is asked). Run it in the same hour on the
same machine as the bench; it prints the load.
"""

import csv
import os
import statistics
import sys
import tempfile
import time

ROUNDS = 3


def rate(name, posts, work):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work(posts)
        times.append(time.perf_counter() - start)
    print(f"{name:<28} {len(posts) / statistics.median(times):>10,.0f} posts/s   load {os.getloadavg()[0]:.1f}")


def vader(posts):
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    rate("vaderSentiment", posts, lambda posts: [analyzer.polarity_scores(post) for post in posts])


def phrase_matcher(posts, names):
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("names", list(nlp.tokenizer.pipe(names)))
    rate("spaCy PhraseMatcher", posts, lambda posts: [matcher(doc) for doc in nlp.tokenizer.pipe(posts)])


def fast_text(posts):
    import fasttext

    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        for post in posts:
            file.write(f"__label__{len(post) % 3} {post}\n")
    model = fasttext.train_supervised(
        file.name, dim=50, epoch=1, wordNgrams=2, minn=2, maxn=5, thread=1, verbose=0
    )
    os.unlink(file.name)
    rate("fastText predict", posts, lambda posts: [model.predict(post) for post in posts])


def main():
    if len(sys.argv) != 2:
        sys.exit("give the folder that GROUNDSWELL_BENCH_KEEP named")
    folder = sys.argv[1]
    products = 22_000
    with open(f"{folder}/posts-{products}.txt", encoding="utf-8") as file:
        posts = file.read().splitlines()
    with open(f"{folder}/names-{products}.csv", encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    # As many names as the tagger looks for: it also knows each without its brand and number.
    names += [" ".join(name.split(" ")[1:]) for name in names]
    names += [name.replace(" ", "-") for name in names] + [name.replace(" ", "") for name in names]
    print(f"{len(posts)} posts, {len(set(names))} names")
    for tool in (lambda: vader(posts), lambda: phrase_matcher(posts, names), lambda: fast_text(posts)):
        try:
            tool()
        except ImportError as missing:
            print(f"not measured: {missing}")


if __name__ == "__main__":
    main()
