"""Writes smollm2.json: what lm-evaluation-harness 0.4.13 has SmolLM2-135M-Instruct write for gsm8k and triviaqa, greedy and in float32.

    pip install torch==2.13.0 transformers==5.23.0 lm-eval==0.4.13 accelerate
    OMP_NUM_THREADS=1 python smollm2.py SHARED_FOLDER MODEL_FOLDER GSM8K_FOLDER

Task files are those of the installed package, and the harness runs them from rows to metrics. The model is the one that
models/smollm2-135m/fetch.py of the shared folder makes. TriviaQA's rows are the first of the shared data set. GSM8K's are the first of
test.jsonl and train.jsonl of github.com/openai/grade-school-math (MIT; commit 3101c7d, grade_school_math/data); they are kept in the file.
"""
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE"):
    os.environ[name] = "1"
os.environ["TQDM_DISABLE"] = "1"

import lm_eval
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager
from lm_eval.tasks import __file__ as tasks_init

SHARED, MODEL, GSM8K = map(Path, sys.argv[1:])
ASKED, SHOWN = 10, 12
# task, examples, items
RUNS = [("triviaqa", 0, 20), ("gsm8k", 0, ASKED), ("gsm8k", 5, ASKED)]


def first(file, count):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n")[:count]]


def write_tasks(folder, rows):
    """The package's definitions, reading rows of the folder."""
    files = {"gsm8k": ("gsm8k/gsm8k.yaml", ["test", "train"]), "triviaqa": ("triviaqa/default.yaml", ["validation"])}
    for task, (definition, splits) in files.items():
        paths = {split: str(folder / f"{task}.{split}.jsonl") for split in splits}
        for split, path in paths.items():
            Path(path).write_text("".join(json.dumps(row) + "\n" for row in rows[task, split]), encoding="utf-8")
        config = {"include": str(Path(tasks_init).parent / definition), "task": f"{task}_rows", "tag": None, "dataset_path": "json",
                  "dataset_name": None, "dataset_kwargs": {"data_files": paths}, **({} if "train" in splits else {"training_split": None})}
        (folder / f"{task}.yaml").write_text(json.dumps(config), encoding="utf-8")


def run(lm, tasks, task, count, items):
    out = lm_eval.simple_evaluate(lm, tasks=[f"{task}_rows"], num_fewshot=count, limit=items, task_manager=tasks, log_samples=True)
    found = {}
    for sample in out["samples"][f"{task}_rows"]:
        prompt, text = sample["arguments"][0][0], sample["resps"][0][0]
        item = found.setdefault(sample["doc_id"], {"prompt": hashlib.sha256(prompt.encode()).hexdigest(), "text": text, "judged": {}})
        item["judged"][sample["filter"]] = [sample["filtered_resps"][0], int(sample["exact_match"])]
    metrics = {name: value for name, value in out["results"][f"{task}_rows"].items() if name.startswith("exact_match,")}
    return {"task": task, "count": count, "metrics": metrics, "items": [found[key] for key in sorted(found)]}


def main():
    rows = {("gsm8k", "test"): first(GSM8K / "test.jsonl", ASKED), ("gsm8k", "train"): first(GSM8K / "train.jsonl", SHOWN),
            ("triviaqa", "validation"): first(SHARED / "datasets/triviaqa/rc_subset3000.jsonl", 20)}
    with tempfile.TemporaryDirectory() as folder:
        write_tasks(Path(folder), rows)
        tasks = TaskManager(include_path=folder)
        lm = HFLM(pretrained=str(MODEL), device="cpu", dtype="float32", batch_size=1)
        runs = [run(lm, tasks, *each) for each in RUNS]
    kept = {"gsm8k": {split: rows["gsm8k", split] for split in ("test", "train")}, "runs": runs}
    (HERE / "smollm2.json").write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


HERE = Path(__file__).resolve().parent
if __name__ == "__main__":
    main()
