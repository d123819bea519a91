#!/usr/bin/env python3
"""Writes Sources/Models/Resources/imagenet-1k.tsv: the classes of ImageNet's 2012 challenge.

One line a class, in the order of a network's outputs: WordNet synset, tab, label. The label is the
synset's first lemma; where two synsets share it (upper and lower case count as the same, because
labels become folder names), each gets a word in parentheses.

The lists come with the Python package timm (https://pypi.org/project/timm), whose code is not run:

    pip install --no-deps timm
    scripts/make_imagenet_classes.py [--info FOLDER_OF_THE_LISTS] [--output FILE]
"""

import argparse
import collections
import importlib.util
import pathlib
import sys

SHARED = {
    "n02012849": "bird",
    "n03126707": "machine",
    "n02113186": "dog",
    "n02963159": "jacket",
    "n03710637": "tights",
    "n03710721": "swimsuit",
}


def installed_lists():
    timm = importlib.util.find_spec("timm")
    if timm is None or timm.origin is None:
        sys.exit("the Python package timm is not installed: pip install --no-deps timm")
    return pathlib.Path(timm.origin).parent / "data" / "_info"


def labels(synsets, lemmas):
    first = {synset: lemmas[synset].split(",")[0].strip() for synset in synsets}
    count = collections.Counter(label.lower() for label in first.values())
    for synset, label in first.items():
        if count[label.lower()] > 1:
            if synset not in SHARED:
                sys.exit(f"{synset} shares its label '{label}': give it a word in SHARED")
            first[synset] = f"{label} ({SHARED[synset]})"
    return first


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--info", type=pathlib.Path, help="where the lists lie (default: timm's)")
    parser.add_argument("--output", type=pathlib.Path,
                        default=root / "Sources" / "Models" / "Resources" / "imagenet-1k.tsv")
    options = parser.parse_args()

    info = options.info or installed_lists()
    synsets = (info / "imagenet_synsets.txt").read_text(encoding="utf-8").split()
    rows = (info / "imagenet_synset_to_lemma.txt").read_text(encoding="utf-8").splitlines()
    lemmas = dict(row.split("\t", 1) for row in rows)

    names = labels(synsets, lemmas)
    folded = {label.lower() for label in names.values()}
    if len(synsets) != 1000 or len(folded) != 1000:
        sys.exit(f"expected 1000 classes, found {len(synsets)} with {len(folded)} labels")
    text = "".join(f"{synset}\t{names[synset]}\n" for synset in synsets)
    options.output.write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    main()
