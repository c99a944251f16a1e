"""Trains small tokenizers and writes what sentencepiece and transformers make of odd texts: packages/models/test/fixtures/tokenizers.

    pip install sentencepiece==0.2.3 transformers==5.24.0 protobuf tokenizers torch
    python packages/models/scripts/tokenizer_files.py

`llama`: byte-pair encoding as LLaMA's, bytes for what is unknown. `gemma`: without a space in front, with pieces of the user.
`unigram`: a normalization of characters, extra spaces removed. `bytes`: unigram with bytes and pieces of the user. For `llama` also what
transformers makes of texts with special tokens, from the same file: `auto` with nothing beside it, `modern` as LlamaTokenizer that is not legacy.
"""

import contextlib
import json
import tempfile
from pathlib import Path

import sentencepiece
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import AutoTokenizer, LlamaTokenizer

ROOT = Path(__file__).resolve().parents[3]
OUT = Path(__file__).resolve().parents[1] / "test" / "fixtures" / "tokenizers"
OUT.mkdir(parents=True, exist_ok=True)
TEXTS = [
    "", " ", "  ", "Hello world", " Hello world", "Hello  world ", "   three   spaces   ", "a\nb\n\nc", "\ttabs\t", "don't we'll", "1234567 3.14", "naïve café", "日本語のテキスト",
    "😀 emoji 👩‍👩‍👧", "ﬁne ＡＢＣ Å é", "▁already▁marked", "x▁", "<unk> <s> </s>", "<user> and <user><other>", "aaaaaaaaaaaaaaaa", "the model of the table, the table of the model",
    "\u00a0no\u00a0break", "\ufeffbom", "zero\u200bwidth", "mixed ДАННЫЕ and text", "a" * 200, "\u0000nul", "end.\r\n", "tabletable<other>model",
]
SHARED = dict(vocab_size=400, hard_vocab_limit=False, num_threads=1, unk_id=0, bos_id=1, eos_id=2, minloglevel=2, character_coverage=0.99)
MODELS = {
    "llama": dict(model_type="bpe", byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False, allow_whitespace_only_pieces=True, split_digits=True, vocab_size=500),
    "gemma": dict(model_type="bpe", byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=False, vocab_size=520,
                  user_defined_symbols=["<user>", "<other>", "\n\n", "▁▁", "▁▁▁"]),
    "unigram": dict(model_type="unigram"),
    "bytes": dict(model_type="unigram", byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False, user_defined_symbols=["<user>", "<other>"], vocab_size=520),
}
# From code points to code points: a ligature, full-width letters, an accent, white space.
RULES = ["FB01\t66 69", "FF21\t41", "FF22\t42", "FF23\t43", "41 30A\tC5", "65 301\tE9", "A0\t20", "9\t20", "A\t20", "D\t20", "200B\t20", "FEFF\t"]

# Paths of the training are kept in the models: they are relative, so that the same files come out everywhere.
with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
    Path("rules.tsv").write_text("\n".join(RULES) + "\n")
    Path("corpus.txt").write_text("\n".join(line for file in sorted((ROOT / "datasets" / "mini").glob("*.jsonl")) for line in file.read_text().splitlines()[:200]))
    for name, options in MODELS.items():
        extra = {"normalization_rule_tsv": "rules.tsv"} if name == "unigram" else {}
        sentencepiece.SentencePieceTrainer.train(input="corpus.txt", model_prefix=name, **{**SHARED, **options}, **extra)
        (OUT / name).mkdir(exist_ok=True)
        (OUT / name / "tokenizer.model").write_bytes(Path(f"{name}.model").read_bytes())

goldens = {}
for name in MODELS:
    processor = sentencepiece.SentencePieceProcessor(model_file=str(OUT / name / "tokenizer.model"))
    goldens[name] = [{"text": text, "ids": processor.encode(text), "decoded": processor.decode(processor.encode(text))} for text in TEXTS]
special = ["<s>Hello</s> world", "a<s>b", "</s></s> x", "<s> <unk>y"]
with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "tokenizer.model").write_bytes((OUT / "llama" / "tokenizer.model").read_bytes())
    (Path(folder) / "config.json").write_text('{"model_type": "llama"}')
    bare = AutoTokenizer.from_pretrained(folder)
    modern = LlamaTokenizer.from_pretrained(folder, add_bos_token=True, legacy=False)
for name, tokenizer in {"auto": bare, "modern": modern}.items():
    goldens[name] = [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False), "special": tokenizer.encode(text)} for text in [*TEXTS, *special]]
# A tokenizer.json with a unigram model, as transformers saves it.
with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "tokenizer.model").write_bytes((OUT / "bytes" / "tokenizer.model").read_bytes())
    (Path(folder) / "config.json").write_text('{"model_type": "llama"}')
    tokenizer = AutoTokenizer.from_pretrained(folder)
    (OUT / "json").mkdir(exist_ok=True)
    tokenizer.backend_tokenizer.save(str(OUT / "json" / "tokenizer.json"), pretty=False)
    goldens["json"] = [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False), "decoded": tokenizer.decode(tokenizer.encode(text, add_special_tokens=False))} for text in TEXTS]
# vocab.json and merges.txt, as OPT has them.
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.train_from_iterator(
    [line for file in sorted((ROOT / "datasets" / "mini").glob("*.jsonl")) for line in file.read_text().splitlines()[:200]],
    trainers.BpeTrainer(vocab_size=330, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
(OUT / "merges").mkdir(exist_ok=True)
tokenizer.model.save(str(OUT / "merges"))
(OUT / "merges" / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "GPT2Tokenizer", "add_bos_token": True, "bos_token": "</s>", "eos_token": "</s>", "unk_token": "</s>", "pad_token": "<pad>"}) + "\n")
tokenizer = AutoTokenizer.from_pretrained(OUT / "merges")
goldens["merges"] = [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False), "special": tokenizer.encode(text), "decoded": tokenizer.decode(tokenizer.encode(text, add_special_tokens=False))} for text in [*TEXTS, *special]]
(OUT / "goldens.json").write_text(json.dumps(goldens, ensure_ascii=True, indent=1) + "\n")

# How GGUF files name the rules by which texts are cut into words, and the pre-tokenizers of the tokenizer.json of the models that the names come from.
CL100K = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
words = pre_tokenizers.ByteLevel(add_prefix_space=False)
only_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
digits = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), words])


def pattern(numbers):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(CL100K % numbers), "isolated"), only_bytes])


RULES_OF_WORDS = {
    "gpt-2": (None, words, False), "olmo": (normalizers.NFC(), words, False), "smollm": (None, digits, False), "command-r": (normalizers.NFC(), digits, False),
    "dbrx": (None, pattern(r"\p{N}{1,3}"), False), "llama-bpe": (None, pattern(r"\p{N}{1,3}"), True), "qwen2": (normalizers.NFC(), pattern(r"\p{N}"), False),
}
rules = {}
for name, (normalizer, pre_tokenizer, ignores_merges) in RULES_OF_WORDS.items():
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignores_merges))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.train_from_iterator(
        ["Hello  world 1234 1234 2024  2024 the table's the model's\r\n\r\nthe end."] * 3, trainers.BpeTrainer(vocab_size=340, special_tokens=["<s>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    vocab = tokenizer.get_vocab()
    saved = json.loads(tokenizer.to_str())
    texts = [*TEXTS, "in  2024  and\t\t12 345678", "It's  THE Table's", "cafe\u0301\r\n\r\n x"]
    rules[name] = {"tokens": sorted(vocab, key=vocab.get), "merges": [" ".join(merge) for merge in saved["model"]["merges"]], "cases": [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids} for text in texts]}
(OUT / "rules.json").write_text(json.dumps(rules, ensure_ascii=True) + "\n")
