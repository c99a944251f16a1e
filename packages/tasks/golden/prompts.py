"""Writes prompts.json and rows/: the requests that lm-evaluation-harness builds for every task with and without examples.

    pip install torch==2.13.0 transformers==5.23.0 lm-eval==0.4.13 datasets
    python prompts.py SHARED_FOLDER

The task files are those of the installed package; only rows come from elsewhere: parts of the shared data sets, of which other
rows than those that are asked stand in for the training splits that are not there, and rows/, which this script makes up in the
form of sets that are not there at all. Of the requests of a case the file has the sha256 and one example in full, where they are short.
"""

import hashlib
import json
import os
import random
import sys
from pathlib import Path

for name in ('HF_HUB_OFFLINE', 'HF_DATASETS_OFFLINE', 'TRANSFORMERS_OFFLINE'):
    os.environ[name] = '1'
os.environ['TQDM_DISABLE'] = '1'

from datasets import Dataset, DatasetDict
from datasets.utils.logging import disable_progress_bar
from lm_eval.api.task import ConfigurableTask
from lm_eval.tasks import __file__ as tasks_init
from lm_eval.tasks._yaml_loader import load_yaml

HERE = Path(__file__).resolve().parent

# task: definition, split that is asked, split of the examples (None: the same), and the rows of both: file, first, last
TASKS = {
    'arc_easy': ('arc/arc_easy.yaml', 'test', 'train', ('ARC-Easy/test.jsonl', 0, 30), ('ARC-Easy/validation.jsonl', 0, 120)),
    'arc_challenge': ('arc/arc_challenge.yaml', 'test', 'train', ('ARC-Challenge/test.jsonl', 0, 30), ('ARC-Challenge/validation.jsonl', 0, 200)),
    'boolq': ('super_glue/boolq/default.yaml', 'validation', 'train', ('boolq/validation.jsonl', 0, 30), ('boolq/validation.jsonl', 0, 40)),
    'commonsense_qa': ('commonsense_qa/default.yaml', 'validation', 'train', ('commonsense_qa/validation.jsonl', 0, 30), ('commonsense_qa/validation.jsonl', 20, 60)),
    'hellaswag': ('hellaswag/hellaswag.yaml', 'validation', 'train', ('hellaswag/validation_raw_sample1000.jsonl', 0, 30), ('hellaswag/validation_raw_sample1000.jsonl', 0, 90)),
    'lambada_openai': ('lambada/lambada_openai.yaml', 'test', None, ('lambada_openai/test.jsonl', 0, 30), None),
    'lambada_standard': ('lambada/lambada_standard.yaml', 'test', 'validation', ('lambada_openai/test.jsonl', 40, 70), ('lambada_openai/test.jsonl', 100, 160)),
    'openbookqa': ('openbookqa/openbookqa.yaml', 'test', 'train', ('openbookqa/test.jsonl', 0, 30), ('openbookqa/validation.jsonl', 0, 60)),
    'piqa': ('piqa/piqa.yaml', 'validation', 'train', ('piqa/validation.jsonl', 0, 30), ('piqa/validation.jsonl', 10, 70)),
    'race': ('race/race.yaml', 'test', None, ('rows/race.jsonl', 0, 8), None),
    'sciq': ('sciq/sciq.yaml', 'test', 'train', ('sciq/test.jsonl', 0, 30), ('sciq/validation.jsonl', 0, 60)),
    'social_iqa': ('siqa/siqa.yaml', 'validation', 'train', ('social_i_qa/validation.jsonl', 0, 30), ('social_i_qa/validation.jsonl', 0, 60)),
    'truthfulqa_mc1': ('truthfulqa/truthfulqa_mc1.yaml', 'validation', None, ('rows/truthful_qa.jsonl', 0, 4), None),
    'truthfulqa_mc2': ('truthfulqa/truthfulqa_mc2.yaml', 'validation', None, ('rows/truthful_qa.jsonl', 0, 4), None),
    'winogrande': ('winogrande/default.yaml', 'validation', 'train', ('winogrande_xl/validation.jsonl', 0, 30), ('winogrande_xl/validation.jsonl', 0, 60)),
    'mmlu_anatomy': ('mmlu/default/mmlu_anatomy.yaml', 'test', 'dev', ('rows/mmlu_anatomy.test.jsonl', 0, 12), ('rows/mmlu_anatomy.dev.jsonl', 0, 5)),
    'mmlu_high_school_us_history': ('mmlu/default/mmlu_high_school_us_history.yaml', 'test', 'dev', ('rows/mmlu_high_school_us_history.test.jsonl', 0, 7), ('rows/mmlu_high_school_us_history.dev.jsonl', 0, 5)),
    'mmlu_marketing': ('mmlu/default/mmlu_marketing.yaml', 'test', 'dev', ('rows/mmlu_marketing.test.jsonl', 0, 9), ('rows/mmlu_marketing.dev.jsonl', 0, 5)),
}
COUNTS = {'arc_challenge': [0, 1, 5, 25], 'hellaswag': [0, 3, 10], 'race': [0, 2], 'truthfulqa_mc1': [0, 5], 'truthfulqa_mc2': [0, 5]}
MARK = '<{role}>{content}</{role}>'
SYSTEM = 'You are a careful student.'


def make_rows():
    """Rows in the form of data sets of which none are in the shared folder; nothing of them is copied."""
    rng = random.Random(7)
    words = 'cell river market senate artery price treaty bone brand charter nerve colony vein demand valley vote "quoted" it\'s déjà'.split()
    text = lambda n: ' '.join(rng.choice(words) for _ in range(n))  # noqa: E731

    def mmlu(n):
        return [{'question': f'{" " * (i % 2)}Which of these is {text(rng.randint(2, 9))}?{chr(10) * (i % 3 == 2)}', 'subject': 'made up',
                 'choices': [text(rng.randint(1, 4)) for _ in range(4)], 'answer': rng.randrange(4)} for i in range(n)]

    def problem(i):
        question = f'{text(5)}  _  .' if i % 2 else f'What is {text(4)}?'
        return {'question': question, 'answer': rng.choice('ABCD'), 'options': [text(rng.randint(1, 5)) for _ in range(4)]}

    def truths(i):
        choices = [f'{text(rng.randint(2, 6))}.' for _ in range(4 + i)]
        return {'question': f'Is {text(4)} true?', 'mc1_targets': {'choices': choices, 'labels': [1] + [0] * (len(choices) - 1)},
                'mc2_targets': {'choices': choices + ['I have no comment.'], 'labels': [int(j % 2 == 0) for j in range(len(choices) + 1)]}}

    rows = {f'mmlu_{s}.{split}': mmlu(n) for s, sizes in {'anatomy': (12, 5), 'high_school_us_history': (7, 5), 'marketing': (9, 5)}.items()
            for split, n in zip(('test', 'dev'), sizes)}
    rows['race'] = [{'example_id': f'high{i}.txt', 'article': f'{text(20)}\n{text(12)}', 'problems': repr([problem(j) for j in range(1 + i % 4)])} for i in range(8)]
    rows['truthful_qa'] = [truths(i) for i in range(4)]
    (HERE / 'rows').mkdir(exist_ok=True)
    for name, each in rows.items():
        (HERE / 'rows' / f'{name}.jsonl').write_text(''.join(json.dumps(r, ensure_ascii=False) + '\n' for r in each), encoding='utf-8')


def read_rows(shared, name, place):
    file, first, last = place
    path = HERE / file if file.startswith('rows/') else shared / 'datasets' / file
    rows = [json.loads(line) for line in path.read_text(encoding='utf-8').split('\n') if line][first:last]
    if name == 'boolq':  # the hub's super_glue form has `label`, the original form has a true/false `answer`
        rows = [r if 'label' in r else {**r, 'label': int(r['answer'])} for r in rows]
    return rows


def open_task(shared, name, count):
    yaml_file, asked, shown, rows, examples = TASKS[name]
    config = load_yaml(Path(tasks_init).parent / yaml_file)
    splits = {asked: Dataset.from_list(read_rows(shared, name, rows))}
    if shown is not None:
        splits[shown] = Dataset.from_list(read_rows(shared, name, examples))
    config['dataset_path'], config['dataset_name'] = 'json', None
    config['custom_dataset'] = lambda **_: DatasetDict(splits)
    for key in ('tag', 'group', 'task_list'):
        config.pop(key, None)
    task = ConfigurableTask(config=config)
    if task.get_config('num_fewshot') != 0:  # lm_eval/evaluator.py: a task's own 0 stays
        task.set_config(key='num_fewshot', value=count)
    return task


def requests_of(task, seed, **options):
    task.set_fewshot_seed(seed=seed)
    task.build_all_requests(**options)
    return [{'doc': i.doc_id, 'context': i.args[0], 'continuation': i.args[1]} for i in task.instances]


def case(task, requests, **settings):
    whole = ''.join(f'{r["doc"]}\n{r["context"]}\x00{r["continuation"]}\x00' for r in requests)
    digest = {'task': task, **settings, 'requests': len(requests), 'sha256': hashlib.sha256(whole.encode()).hexdigest()}
    is_short = settings.get('chat') or (settings['count'] in (1, 2, 3) and 'limit' not in settings and 'only' not in settings)
    return {**digest, 'example': requests[len(requests) // 2]} if is_short else digest


def chat(messages, add_generation_prompt=True):
    return ''.join(MARK.format(**m) for m in messages) + ('<assistant>' if add_generation_prompt else '')


def cases(shared):
    for name in TASKS:
        for count in COUNTS.get(name, [0, 1, 5]):
            task = open_task(shared, name, count)
            yield case(name, requests_of(task, 1234), count=count, seed=1234)
        few = COUNTS.get(name, [0, 2])[1]
        task = open_task(shared, name, few)
        yield case(name, requests_of(task, 42, limit=6), count=few, seed=42, limit=6)
        yield case(name, requests_of(task, 1234, samples=[0, 2, 3]), count=few, seed=1234, only=[0, 2, 3])
        yield case(name, requests_of(task, 1234, limit=5, system_instruction=SYSTEM), count=few, seed=1234, limit=5, system=SYSTEM)
        yield case(name, requests_of(task, 1234, limit=5, apply_chat_template=True, fewshot_as_multiturn=True, chat_template=chat,
                                     system_instruction=SYSTEM), count=few, seed=1234, limit=5, system=SYSTEM, chat=True)


def own_cases():
    """Tasks of own/, whose YAML lm-evaluation-harness reads itself."""
    for name in ('capitals', 'letters'):
        config = load_yaml(HERE / 'own' / f'{name}.yaml')
        rows = {split: Dataset.from_list([json.loads(line) for line in (HERE / 'own' / file).read_text(encoding='utf-8').split('\n') if line])
                for split, file in config.pop('dataset_kwargs')['data_files'].items()}
        config['custom_dataset'] = lambda rows=rows, **_: DatasetDict(rows)
        config.pop('tag', None)
        for count in (None, 3):
            task = ConfigurableTask(config=dict(config))
            if count is not None:
                task.set_config(key='num_fewshot', value=count)
            targets = [task.doc_to_target(doc) for doc in task.eval_docs]
            gold = [t if isinstance(t, int) else task.doc_to_choice(doc).index(t) for t, doc in zip(targets, task.eval_docs, strict=True)]
            yield case(name, requests_of(task, 1234), count=count, seed=1234) | {'gold': gold}


def main():
    disable_progress_bar()
    shared = Path(sys.argv[1])
    make_rows()
    data = {name: {'data': rows, 'examples': examples} for name, (_, _, _, rows, examples) in TASKS.items()}
    made = list(cases(shared))
    lines = ',\n'.join('  ' + json.dumps(each, ensure_ascii=False) for each in made)
    files = ',\n'.join(f'  {json.dumps(k)}: {json.dumps(v)}' for k, v in data.items())
    own = ',\n'.join('  ' + json.dumps(each, ensure_ascii=False) for each in own_cases())
    (HERE / 'prompts.json').write_text(f'{{\n"files": {{\n{files}\n}},\n"own": [\n{own}\n],\n"cases": [\n{lines}\n]\n}}\n', encoding='utf-8')


if __name__ == '__main__':
    main()
