"""Writes test/fixtures/declared-tokens.json: what transformers makes of tokens that only the small files declare.

    pip install transformers==5.23.0
    python packages/models/scripts/declared_tokens.py
"""

import json
import sys
import tempfile
from pathlib import Path

from transformers import PreTrainedTokenizerFast

VOCAB = {"<unk>": 0, "<s>": 1, "</s>": 2, "▁": 3, "a": 4, "b": 5, "c": 6, "▁a": 7, "ab": 8, "▁ab": 9}
MODEL = {"type": "BPE", "unk_token": "<unk>", "fuse_unk": True, "byte_fallback": False, "vocab": VOCAB,
         "merges": [["▁", "a"], ["a", "b"], ["▁a", "b"]]}
SPACES = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}


def token(content, **flags):
    base = {"content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
    return {**base, **flags}


def named(content, **flags):
    return {"__type": "AddedToken", **token(content, **flags)}


def decoder(**tokens):
    return {"added_tokens_decoder": {key[1:]: value for key, value in tokens.items()}}


OWN = [{"id": 10, **token("<x>")}]
CASES = {
    "added_tokens_decoder": {"config": decoder(_10=token("<x>"), _11=token("<y>", special=True))},
    "added_tokens_decoder with gaps, not in order": {"config": decoder(_30=token("<x>"), _25=token("<y>"))},
    "added_tokens_decoder under ids of others": {"config": decoder(_5=token("<x>"), _10=token("<y>")), "own": OWN},
    "flags that the file adds": {"config": decoder(_10=token("<x>", lstrip=True, rstrip=True)), "own": OWN},
    "flags that the file takes away": {
        "config": decoder(_10=token("<x>")),
        "own": [{"id": 10, **token("<x>", lstrip=True, rstrip=True, single_word=True)}],
    },
    "flags that the file does not have": {
        "config": {"added_tokens_decoder": {"10": {"content": "a c"}, "11": {"content": "c a", "special": True}}},
        "texts": ["a c", "a▁c", "c a", "c▁a", "ba ca"],
    },
    "single_word": {"config": decoder(_10=token("ab", single_word=True)), "texts": ["ab", "cab", "ab c", "aab"]},
    "normalized": {"config": decoder(_10=token("c a", normalized=True)), "texts": ["c a", "c▁a"]},
    "a token of the vocabulary": {"config": decoder(_4=token("a"))},
    "a bos_token that is nowhere else": {"config": {"bos_token": "<x>"}},
    "a bos_token with flags": {"config": {"bos_token": named("<x>", lstrip=True, normalized=True)}},
    "a bos_token of the vocabulary": {"config": {"bos_token": "ab", "eos_token": "</s>"}},
    "names become special": {"config": {**decoder(_10=token("<x>"), _11=token("<y>")), "pad_token": "<x>"}},
    "all names": {
        "config": {"mask_token": "<m>", "sep_token": "<y>", "pad_token": "<p>", "cls_token": "<c>", "bos_token": "<x>"},
        "texts": ["<c>a<m><x><y><p>"],
    },
    "names of some models": {
        "config": {"image_token": "<x>", "foo_token": named("<y>"), "add_bos_token": True, "bos_token": "<s>"},
    },
    "extra_special_tokens": {"config": {"extra_special_tokens": ["<x>", named("<y>", rstrip=True)]}},
    "extra_special_tokens by name": {"config": {"extra_special_tokens": {"image_token": "<x>"}}},
    "additional_special_tokens": {"config": {"additional_special_tokens": ["<y>", "<x>"]}},
    "both lists": {"config": {"additional_special_tokens": ["<x>"], "extra_special_tokens": ["<y>"]}},
    "an empty list beside another": {"config": {"additional_special_tokens": ["<x>"], "extra_special_tokens": []}},
    "special_tokens_map.json over tokenizer_config.json": {
        "config": {"bos_token": "a", "eos_token": None, "pad_token": "<y>"},
        "map": {"bos_token": "b", "eos_token": token("</s>", lstrip=True), "pad_token": None},
    },
    "special_tokens_map.json beside added_tokens_decoder": {
        "config": {**decoder(_10=token("<x>")), "eos_token": "</s>"},
        "map": {"bos_token": "<y>", "additional_special_tokens": ["<y>"]},
    },
    "a null in special_tokens_map.json": {"config": {"bos_token": "<s>"}, "map": {"bos_token": None}},
    "lists in special_tokens_map.json": {"config": {}, "map": {"additional_special_tokens": ["<x>", "<y>"]}},
    "added_tokens.json": {"config": {}, "added": {"<x>": 10, "<y>": 11}},
    "added_tokens.json with gaps, not in order": {"config": {}, "added": {"<x>": 30, "<y>": 25}},
    "added_tokens.json and names": {"config": {"pad_token": "<x>", "extra_special_tokens": ["<y>"]}, "added": {"<x>": 11, "<y>": 10}},
    "added_tokens.json under an id of tokenizer.json": {"config": {}, "added": {"<y>": 10}, "own": OWN},
    "added_tokens.json beside added_tokens_decoder": {"config": decoder(_10=token("<x>")), "added": {"<y>": 11}},
    "no tokenizer_config.json": {"added": {"<x>": 10}, "map": {"bos_token": "<x>", "eos_token": "</s>"}},
}
TEXTS = ["a <x> b<y> a", "a<x>b <y>", "ab ab", "</s> <s>a"]


def run(case):
    files = {"tokenizer.json": {"version": "1.0", "added_tokens": case.get("own", []), "normalizer": SPACES,
                                "pre_tokenizer": None, "post_processor": None, "decoder": {"type": "Fuse"}, "model": MODEL,
                                "truncation": None, "padding": None}}
    names = {"config": "tokenizer_config.json", "map": "special_tokens_map.json", "added": "added_tokens.json"}
    files.update({name: case[key] for key, name in names.items() if key in case})
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_text(json.dumps(content))
        tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    texts = []
    for text in case.get("texts", TEXTS):
        ids = tokenizer(text, add_special_tokens=False).input_ids
        texts.append({"text": text, "ids": ids, "skipped": tokenizer.decode(ids, skip_special_tokens=True)})
    return {"files": files, "bosId": tokenizer.bos_token_id, "eosId": tokenizer.eos_token_id, "texts": texts}


def main():
    target = Path(__file__).parent.parent / "test" / "fixtures" / "declared-tokens.json"
    cases = [{"name": name, **run(case)} for name, case in CASES.items()]
    target.write_text("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n")


sys.exit(main())
