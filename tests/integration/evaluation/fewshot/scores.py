"""Writes scores.json: log-likelihoods, answers and metrics that lm-evaluation-harness computes with examples, of small models.

    pip install torch==2.13.0 transformers==5.23.0 lm-eval==0.4.13 datasets
    OMP_NUM_THREADS=1 python scores.py SHARED_FOLDER [MODEL_FOLDER ...]

Tasks and rows are those of packages/tasks/golden/prompts.py. Scored in float32, one request at a time, without a BOS and with the
tokenizer.json as it is. Models are those of the shared folder; further folders, such as one with SmolLM2, are scored too, under their
names. Log-likelihoods are rounded to 1e-5; of token ids there is the sha256.
"""

import contextlib
import hashlib
import json
import logging
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3] / 'packages/tasks/golden'))
import prompts  # noqa: E402
import transformers  # noqa: E402
from datasets.utils.logging import disable_progress_bar  # noqa: E402
from lm_eval import evaluator  # noqa: E402
from lm_eval.api.group import Group  # noqa: E402
from lm_eval.config.group import AggMetricConfig  # noqa: E402
from lm_eval.models.huggingface import HFLM  # noqa: E402

MODELS = ['stories260K', 'tinystories-656k', 'mini']
# task, examples, items
RUNS = [
    ('arc_easy', 5, 6), ('arc_challenge', 25, 2), ('boolq', 2, 3), ('commonsense_qa', 5, 5), ('hellaswag', 3, 4),
    ('lambada_openai', 2, 6), ('openbookqa', 5, 4), ('piqa', 5, 5), ('race', 1, 4), ('sciq', 2, 4), ('social_iqa', 3, 4),
    ('truthfulqa_mc1', 0, 3), ('truthfulqa_mc2', 0, 3), ('winogrande', 5, 5),
    ('mmlu_anatomy', 5, 6), ('mmlu_marketing', 5, 5), ('mmlu_high_school_us_history', 5, 4),
]
# Of larger models.
FEW = [('arc_easy', 2, 3), ('winogrande', 2, 3), ('truthfulqa_mc2', 0, 2), ('mmlu_anatomy', 5, 4), ('mmlu_marketing', 5, 3)]
CHAT = [('arc_easy', 2, 3), ('winogrande', 2, 3), ('mmlu_anatomy', 2, 3)]


def load(folder):
    tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(folder, add_bos_token=False)
    return HFLM(pretrained=str(folder), tokenizer=tokenizer, backend='causal', device='cpu', dtype='float32', add_bos_token=False, batch_size=1)


def run(lm, shared, runs, **options):
    tasks = {}
    for name, count, _ in runs:
        tasks[name] = prompts.open_task(shared, name, count)
        tasks[name].set_config(key='task', value=name)
        tasks[name].set_fewshot_seed(seed=1234)
    groups = {}
    subjects = [name for name in tasks if name.startswith('mmlu_')]
    if len(subjects) > 1:
        group = Group('mmlu', aggregate_metric_list=[AggMetricConfig(metric='acc', weight_by_size=True)])
        for name in subjects:
            group.add(tasks[name])
        groups['mmlu'] = group
    with contextlib.redirect_stdout(sys.stderr):
        out = evaluator.evaluate(lm=lm, task_dict={'tasks': tasks, 'groups': groups, 'group_map': {}}, bootstrap_iters=1000, log_samples=True,
                                 samples={name: list(range(min(items, len(tasks[name].eval_docs)))) for name, _, items in runs}, **options)
    for name, count, _ in runs:
        samples = sorted(out['samples'][name], key=lambda s: s['doc_id'])
        metrics = {k.split(',')[0]: v for k, v in out['results'][name].items() if k.endswith(',none') and isinstance(v, float)}
        yield {'task': name, 'count': count, 'items': len(samples), **metrics,
               'loglikelihoods': [[round(float(r[0]), 5) for r in s['filtered_resps']] for s in samples],
               'tokens': tokens_digest(lm, [tuple(pair[:2]) for s in samples for pair in s['arguments']]),
               'greedy': ''.join(str(int(r[1])) for s in samples for r in s['filtered_resps'])}
    for name in groups:
        metrics = {k.split(',')[0]: float(v) for k, v in out['results'][name].items() if k.endswith(',none')}
        yield {'task': name, 'members': subjects, **metrics}


def tokens_digest(lm, pairs):
    """sha256 of the ids of contexts and continuations, as compact JSON."""
    ids = [lm._encode_pair(*pair) for pair in pairs]
    return hashlib.sha256(json.dumps(ids, separators=(',', ':')).encode()).hexdigest()


def main():
    disable_progress_bar()
    logging.getLogger('lm_eval').setLevel(logging.ERROR)
    transformers.logging.set_verbosity_error()
    shared = Path(sys.argv[1])
    models = {}
    for folder in [*(shared / 'models' / name for name in MODELS), *map(Path, sys.argv[2:])]:
        lm = load(folder)
        models[folder.name] = list(run(lm, shared, RUNS if folder.name in MODELS else FEW))
        if folder.name not in ('stories260K', 'mini'):
            template = json.loads((HERE.parents[3] / 'packages/models/test/fixtures/chat-templates.json').read_text())['templates']['smollm2']
            lm.tokenizer.chat_template = template
            models[f'{folder.name} chat'] = list(run(lm, shared, CHAT, apply_chat_template=True, fewshot_as_multiturn=True, system_instruction='Think.'))
        print(folder.name, len(models[folder.name]), flush=True)
        write(models)


def write(models):
    lines = ',\n'.join(f'{json.dumps(name)}: [\n' + ',\n'.join(json.dumps(each) for each in runs) + '\n]' for name, runs in models.items())
    (HERE / 'scores.json').write_text(f'{{\n{lines}\n}}\n', encoding='utf-8')


if __name__ == '__main__':
    main()
