"""Trains small tokenizers and writes what sentencepiece and transformers make of odd texts: packages/models/test/fixtures/tokenizers.

    pip install sentencepiece==0.2.3 transformers==5.24.0 protobuf tokenizers torch
    python packages/models/scripts/tokenizer_files.py

`llama`: byte-pair encoding as LLaMA's, bytes for what is unknown. `gemma`: without a space in front, with pieces of the user.
`unigram`: a normalization of characters, extra spaces removed. `bytes`: unigram with bytes and pieces of the user. For `llama` also what
transformers makes of texts with special tokens, from the same file: `auto` with nothing beside it, `modern` as LlamaTokenizer that is not legacy.
"""

import json
import tempfile
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, LlamaTokenizer

ROOT = Path(__file__).parents[3]
OUT = Path(__file__).parents[1] / "test" / "fixtures" / "tokenizers"
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

with tempfile.TemporaryDirectory() as folder:
    rules = Path(folder) / "rules.tsv"
    rules.write_text("\n".join(RULES) + "\n")
    corpus = Path(folder) / "corpus.txt"
    corpus.write_text("\n".join(line for file in sorted((ROOT / "datasets" / "mini").glob("*.jsonl")) for line in file.read_text().splitlines()[:200]))
    for name, options in MODELS.items():
        prefix = Path(folder) / name
        extra = {"normalization_rule_tsv": str(rules)} if name == "unigram" else {}
        sentencepiece.SentencePieceTrainer.train(input=str(corpus), model_prefix=str(prefix), **{**SHARED, **options}, **extra)
        (OUT / name).mkdir(exist_ok=True)
        (OUT / name / "tokenizer.model").write_bytes(prefix.with_suffix(".model").read_bytes())

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
