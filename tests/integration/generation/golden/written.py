"""Writes written.json and gsm8k*.jsonl: answers that lm-evaluation-harness has small models write, and how it judges texts.

    pip install torch transformers lm-eval==0.4.13 datasets
    python written.py SHARED_FOLDER

Task files are those of the installed package. GSM8K's rows are made up here; TriviaQA's are the first of the shared data set.
"""
import json
import os
import random
import sys
from pathlib import Path

for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE"):
    os.environ[name] = "1"
os.environ["TQDM_DISABLE"] = "1"

import transformers
from datasets import Dataset, DatasetDict
from lm_eval.api.task import ConfigurableTask
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import __file__ as tasks_init
from lm_eval.tasks._yaml_loader import load_yaml

HERE = Path(__file__).resolve().parent
SHARED = Path(sys.argv[1])

# Texts that a model could write, with what trips over: several numbers, dollars, thousands, full stops, no number at all.
TEXTS = {
    "gsm8k": [" 3 + 4 = 7\n#### 7", " #### 1,234.", " The answer is $1,234.", "It is 12 or 13", "none", " #### -5\n#### 6", "", " 7.", " #### $7", "#### ,", "3.5 and .", " so 1/2 #### 0.5."],
    "triviaqa": [" Onion", " the onion ", "ONION!", " On-ion", "", " Allium  cepa", " bulb onions", "Onion skins?"],
}


def made_up(count, seed):
    rng = random.Random(seed)
    rows = []
    for _ in range(count):
        a, b = rng.randint(1, 2000), rng.randint(1, 90)
        rows.append({"question": f"Tom has {a} stones and finds {b}. How many has he?", "answer": f"{a} + {b} = <<{a}+{b}={a + b}>>{a + b}\n#### {a + b:,}"})
    return rows


def open_task(name, count):
    config = load_yaml(Path(tasks_init).parent / ("gsm8k/gsm8k.yaml" if name == "gsm8k" else "triviaqa/default.yaml"))
    if name == "gsm8k":
        splits = {split: Dataset.from_list(rows) for split, rows in (("test", ASKED), ("train", SHOWN))}
    else:
        lines = (SHARED / "datasets/triviaqa/rc_subset3000.jsonl").read_text(encoding="utf-8").split("\n")[:6]
        splits = {"validation": Dataset.from_list([json.loads(line) for line in lines])}
        config["training_split"] = None
    config["dataset_path"], config["dataset_name"] = "json", None
    config["custom_dataset"] = lambda **_: DatasetDict(splits)
    config.pop("tag", None)
    task = ConfigurableTask(config=config)
    task.set_config(key="num_fewshot", value=count)
    task.set_fewshot_seed(seed=1234)
    return task


def judged(task, doc, text):
    """The metrics of one document, by the names of its filters."""
    found = {}
    for filters in task._filters:
        class Asked:
            resps, filtered_resps = [text], {}
        asked = Asked()
        asked.doc, asked.filtered_resps = doc, {}
        filters.apply([asked])
        result = task.process_results(doc, [asked.filtered_resps[filters.name]])
        found[filters.name] = [str(asked.filtered_resps[filters.name]), int(result["exact_match"])]
    return found


ASKED, SHOWN = made_up(4, 1), made_up(9, 2)
for name, rows in (("gsm8k.test", ASKED), ("gsm8k.train", SHOWN)):
    (HERE / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

lines = []
for name, texts in TEXTS.items():
    task = open_task(name, 0)
    doc = list(task.eval_docs)[0]
    if name == "gsm8k":
        doc = {"question": "?", "answer": "3 + 4 = 7\n#### 7"}
    for text in texts:
        lines.append({"task": name, "answers": doc["answer"]["aliases"] if name == "triviaqa" else [doc["answer"]], "text": text, "judged": judged(task, doc, text)})
models = []
for model in ("stories260K", "tinystories-656k"):
    folder = SHARED / "models" / model
    tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(folder)
    lm = HFLM(pretrained=str(folder), tokenizer=tokenizer, backend="causal", device="cpu", dtype="float32", batch_size=3)
    for name, count in (("gsm8k", 2), ("triviaqa", 0)):
        task = open_task(name, count)
        task.build_all_requests()
        texts = lm.generate_until(task.instances, disable_tqdm=True)
        docs = list(task.eval_docs)
        models.append({"model": model, "task": name, "count": count, "max_length": lm.max_length,
                       "items": [{"prompt": i.args[0], "text": t, "judged": judged(task, docs[i.doc_id], t)} for i, t in zip(task.instances, texts, strict=True)]})
dump = lambda rows: ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)  # noqa: E731
(HERE / "written.json").write_text(f'{{"texts": [\n{dump(lines)}\n],\n"models": [\n{dump(models)}\n]}}\n', encoding="utf-8")
