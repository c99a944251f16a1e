/** `linchpin evaluate` on the embedded model: what it gives back, and what it refuses. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultRow } from '@linchpin/plugin-api';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { type Ended, expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();
const others = temporaryFolder();
const mini = join(repositoryRoot, 'datasets/mini');

afterEach(() => {
  vi.unstubAllEnvs();
});

it('heeds OMP_NUM_THREADS where --threads is absent, and refuses what is no number in commands that compute', async () => {
  const args = ['--tasks', 'piqa', '--limit', '1', '--json', '--quiet'];
  const threadsIn = ({ stdout }: Ended): unknown => (JSON.parse(stdout) as ResultRow[])[0]!.threads;
  vi.stubEnv('OMP_NUM_THREADS', '1,8');
  expect(threadsIn(await linchpin(['evaluate', ...args]))).toBe(1);
  vi.stubEnv('OMP_NUM_THREADS', 'all');
  expectRefusal(await linchpin(['evaluate', ...args]), 'OMP_NUM_THREADS', '"all"', 'a positive integer');
  expect(threadsIn(await linchpin(['evaluate', ...args, '--threads', '1']))).toBe(1);
  const merge = ['merge', '--quiet', '--intervention', 'prune-super-weight', '--out', join(others, 'merged')];
  const plan = ['plan', '--out', join(others, 'plan.json'), 'census', '--windows', '1', '--threads', '1'];
  for (const each of [merge, plan, ['ls', 'tasks']]) expect(await linchpin(each)).toMatchObject({ code: 0 });
});

describe('linchpin evaluate', () => {
  const csv = join(root, 'numbers.csv');
  const samples = join(root, 'samples.jsonl');
  const chain = [
    '--intervention',
    'prune-super-weight',
    '--intervention',
    'restore-super-activation:{"weights": ["1:100:300"]}',
  ];
  let json: Ended;
  let text: Ended;
  beforeAll(async () => {
    const tasks = ['evaluate', '--tasks', 'piqa, arc_easy,piqa', '--limit', '2', ...chain];
    json = await linchpin([...tasks, '--json', '--quiet', '--csv', csv, '--samples', samples]);
    text = await linchpin(tasks);
  }, 60_000);

  it('gives JSON and nothing else, with the interventions in their order', () => {
    expect(json).toMatchObject({ code: 0, stderr: '' });
    const rows = JSON.parse(json.stdout) as ResultRow[];
    expect(rows.map(({ task, metric, items }) => [task, metric, items])).toEqual([
      ['piqa', 'acc', 2],
      ['piqa', 'acc_norm', 2],
      ['arc_easy', 'acc', 2],
      ['arc_easy', 'acc_norm', 2],
    ]);
    const weights = [{ layer: 1, row: 100, column: 300 }];
    for (const { interventions, label } of rows) {
      expect(label).toBe('prune-super-weight + restore-super-activation');
      expect(interventions).toEqual([
        { name: 'prune-super-weight', version: 1, settings: { weights } },
        { name: 'restore-super-activation', version: 1, settings: { weights } },
      ]);
    }
  });

  it("prints a table like lm-evaluation-harness's, and what it was made of", () => {
    expect(text.code).toBe(0);
    for (const name of ['Task', 'Version', 'Metric', 'Value', 'Stderr', 'Items', 'piqa', 'acc_norm', 'arc_easy']) {
      expect(text.stdout).toContain(name);
    }
    expect(text.stdout).toContain(
      'Model mini under prune-super-weight + restore-super-activation (1 weight changed) on the embedded mini data sets, the first 2 items of each. BOS always.',
    );
    expect(text.stderr).toMatch(/^1\/2 .+ · piqa: 2 in \d+\.\d s\n2\/2 .+ · arc_easy: 2 in \d+\.\d s\n$/);
    expect(text.stdout + text.stderr).not.toContain(String.fromCodePoint(0x1b));
  });

  it('writes the same numbers as CSV', () => {
    const rows = JSON.parse(json.stdout) as ResultRow[];
    const lines = readFileSync(csv, 'utf8').trimEnd().split('\r\n');
    expect(lines[0]!.split(',').toSorted()).toEqual(Object.keys(rows[0]!).toSorted());
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 5))).toEqual(
      rows.map(({ model, label, task, metric, value }) => [model, label, task, metric, String(value)]),
    );
  });

  it('writes every request once, with all that is known of it', () => {
    const lines = readFileSync(samples, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => [line['task'], line['doc_id'], line['choice']])).toEqual([
      ...[0, 1].flatMap((item) => [0, 1].map((choice) => ['piqa', item, choice])),
      ...[0, 1].flatMap((item) => [0, 1, 2, 3].map((choice) => ['arc_easy', item, choice])),
    ]);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual([
        'task',
        'doc_id',
        'choice',
        'context',
        'continuation',
        'loglikelihood',
        'is_greedy',
        'token_loglikelihoods',
        'context_tokens',
        'continuation_tokens',
        'tokens_cut',
        'first_ids',
        'bos',
        'predicted',
        'correct',
      ]);
      const tokens = line['token_loglikelihoods'] as number[];
      expect(tokens).toHaveLength(line['continuation_tokens'] as number);
      expect(line['loglikelihood']).toBe(tokens.reduce((sum, value) => sum + value, 0));
      expect(line).toMatchObject({ bos: 'always', first_ids: [1, ...Array<unknown>(3).fill(expect.any(Number))] });
    }
    const [first] = readFileSync(join(mini, 'piqa.validation.jsonl'), 'utf8').split('\n');
    const { goal, sol1 } = JSON.parse(first!) as { goal: string; sol1: string };
    expect(lines[0]).toMatchObject({ context: `Question: ${goal}\nAnswer:`, continuation: ` ${sol1}` });
    // What predicts best is what the accuracy counts.
    const best = [0, 1].map((item) => {
      const [a, b] = lines
        .filter((line) => line['task'] === 'piqa' && line['doc_id'] === item)
        .map((line) => Number(line['loglikelihood']));
      return a! >= b! ? 0 : 1;
    });
    expect(best).toEqual([0, 1].map((item) => lines[2 * item]!['predicted']));
    expect(readdirSync(root).toSorted()).toEqual(['numbers.csv', 'samples.jsonl']);
  });
});

describe('linchpin evaluate refuses', () => {
  const nowhere = join(root, 'absent');
  const noCard = join(root, 'no-card');
  beforeAll(() => {
    cpSync(join(repositoryRoot, 'models/mini'), noCard, { recursive: true });
    rmSync(join(noCard, 'README.md'));
  });

  const prune = ['--intervention', 'prune-super-weight'];
  it.each<[string, string[], string[]]>([
    ['a task with another name', ['--tasks', 'piqa,arc_eesy'], ['arc_eesy', 'Did you mean arc_easy']],
    ['a model that is not there', ['--tasks', 'piqa', '--model', nowhere], ['--model', nowhere]],
    ['a folder that is no model', ['--tasks', 'piqa', '--model', mini], ['config.json']],
    [
      'data that are not there',
      ['--tasks', 'piqa', '--datasets', nowhere],
      ['data set piqa', nowhere, 'piqa.validation.jsonl'],
    ],
    [
      'samples in a missing folder',
      ['--tasks', 'piqa', '--samples', join(nowhere, 's.jsonl')],
      ['a folder that does not exist'],
    ],
    ['a CSV file that is a folder', ['--tasks', 'piqa', '--csv', root], [root, 'a folder']],
    [
      'an intervention with another name',
      ['--tasks', 'piqa', '--intervention', 'prune-superweight'],
      ['"prune-superweight"', 'one like prune-super-weight'],
    ],
    [
      'an intervention like no other',
      ['--tasks', 'piqa', '--intervention', 'x'],
      ['one of amplify, full, lora, prune-outliers, prune-super-weight'],
    ],
    [
      'options that are not JSON',
      ['--tasks', 'piqa', '--intervention', 'prune-outliers:{fraction}'],
      ['prune-outliers:{fraction}', 'is not JSON'],
    ],
    [
      'an option that there is not',
      ['--tasks', 'piqa', '--intervention', 'prune-outliers:{"fractoin": 0.1}'],
      ['fractoin'],
    ],
    [
      'an option of another type',
      ['--tasks', 'piqa', '--intervention', 'prune-outliers:{"fraction": "all"}'],
      ['fraction: ', 'expected number'],
    ],
    [
      'an option out of range',
      ['--tasks', 'piqa', '--intervention', 'prune-outliers:{"fraction": 2}'],
      ['2', 'from 0 to 1'],
    ],
    ['a layer out of range', ['--tasks', 'piqa', ...prune, '--super-weight', '8:0:0'], ['layer 8', 'from 0 to 7']],
    [
      'a row out of range',
      ['--tasks', 'piqa', ...prune, '--super-weight', '1:256:0'],
      ['[256, 0]', 'a row from 0 to 255'],
    ],
    [
      'a column out of range',
      ['--tasks', 'piqa', ...prune, '--super-weight', '1:0:704'],
      ['[0, 704]', 'a column from 0 to 703'],
    ],
    [
      'one bad super weight of two',
      ['--tasks', 'piqa', ...prune, '--super-weight', '1:0:0', '--super-weight', '1:-1:0'],
      ['"1:-1:0"', 'LAYER:ROW:COLUMN'],
    ],
    [
      'a super weight that nothing asks for',
      ['--tasks', 'piqa', '--super-weight', '1:0:0'],
      ['--super-weight', '1:0:0', 'no intervention'],
    ],
    [
      'the published weights of a model of another size',
      ['--tasks', 'piqa', ...prune, '--super-weight', 'huggyllama/llama-7b'],
      ['32 layers'],
    ],
    [
      'to prune super weights that nobody knows',
      ['--tasks', 'piqa', '--model', noCard, ...prune],
      ['none given', '--super-weight LAYER:ROW:COLUMN'],
    ],
    [
      'to keep super weights that nobody knows',
      ['--tasks', 'piqa', '--model', noCard, '--intervention', 'prune-outliers'],
      ['none given'],
    ],
  ])('%s', async (_, args, says) => {
    expectRefusal(await linchpin(['evaluate', '--limit', '1', ...args]), ...says);
  });

  const good = { goal: 'To open a lock,', sol1: 'take a key.', sol2: 'take a fish.', label: 0 };
  it.each<[string, string, string[]]>([
    ['a line that is not JSON', '{"goal": "To op', ['piqa.validation.jsonl:3', '{"goal": "To op']],
    ['a line that is no object', '[1]', ['piqa.validation.jsonl:3', '[1]', 'a JSON object']],
    ['a field of another type', JSON.stringify({ ...good, sol1: 7 }), ['piqa.validation.jsonl:3', 'sol1', 'a text']],
    ['a field that is missing', JSON.stringify({ ...good, sol2: undefined }), ['piqa.validation.jsonl:3', 'sol2']],
    ['an answer that there is not', JSON.stringify({ ...good, label: 2 }), ['piqa.validation.jsonl:3', 'label']],
  ])('%s, before the first item is scored', async (name, line, says) => {
    const folder = join(root, name.replaceAll(' ', '-'));
    mkdirSync(folder);
    writeFileSync(join(folder, 'piqa.validation.jsonl'), `${JSON.stringify(good)}\n\n${line}\n`);
    const samples = join(folder, 'samples.jsonl');
    const ended = await linchpin(['evaluate', '--tasks', 'piqa', '--datasets', folder, '--samples', samples]);
    expectRefusal(ended, ...says);
    expect(ended.stderr).not.toContain('1/1');
    expect(existsSync(samples)).toBe(false);
    expect(readdirSync(folder)).toEqual(['piqa.validation.jsonl']);
  });
});

describe('linchpin evaluate with examples', () => {
  const data = join(root, 'own');
  const config = join(root, 'own.config.ts');
  beforeAll(() => {
    mkdirSync(data);
    const row = (thing: string, right: string) => `${JSON.stringify({ thing, colours: ['red', 'green'], right })}\n`;
    writeFileSync(
      join(data, 'asked.jsonl'),
      [row('grass', 'green'), row('blood', 'red'), row('a leaf', 'green')].join(''),
    );
    writeFileSync(join(data, 'shown.jsonl'), [row('moss', 'green'), row('a cherry', 'red')].join(''));
    writeFileSync(
      config,
      `export default {
        datasets: 'mini',
        store: false,
        tasks: [{
          name: 'own_colours', file: 'own/asked.jsonl', tags: ['own'],
          question: 'The colour of {{thing}} is', choices: 'colours', answer: (row: any) => row.right,
          fewshot: { file: 'own/shown.jsonl', leavesOutOwn: false },
        }],
        fewshot: { own: 2 },
      };`,
    );
  });

  const evaluate = async (...flags: string[]): Promise<Ended> =>
    await linchpin(['evaluate', '--config', config, ...flags]);
  const rowsOf = ({ stdout }: Ended): ResultRow[] => JSON.parse(stdout) as ResultRow[];

  it('takes tasks and numbers of examples from the settings, and a flag wins', async () => {
    const [own] = rowsOf(await evaluate('--tasks', 'own_*', '--json', '--quiet'));
    expect(own).toMatchObject({ task: 'own_colours', items: 3, numFewshot: 2, fewshotSeed: 1234 });
    const table = await evaluate('--tasks', 'own', '--num-fewshot', '1', '--fewshot-seed', '3', '--limit', '0.5');
    expect(table).toMatchObject({ code: 0, stdout: expect.stringContaining('n-shot') });
    expect(table.stdout).toContain('50 % of the items');
    const listed = await linchpin(['ls', 'tasks', '--json', '--config', config]);
    expect(rowsOf(listed)).toContainEqual(expect.objectContaining({ name: 'own_colours', tags: ['own'] }));
  });

  it('draws a sample', async () => {
    const [row] = rowsOf(await evaluate('--tasks', 'own', '--sample', '2', '--seed', '7', '--json', '--quiet'));
    expect(row).toMatchObject({ items: 2, sampleSeed: 7 });
    expectRefusal(await evaluate('--tasks', 'own', '--seed', '7'), '--sample N beside it');
    expect(await evaluate('--tasks', 'own', '--sample', '2', '--limit', '2')).toMatchObject({ code: 2 });
  });

  it('refuses what cannot be had', async () => {
    expectRefusal(await evaluate('--tasks', 'piqa', '--num-fewshot', '2'), 'data set piqa_train');
    expectRefusal(await evaluate('--tasks', 'piqa', '--num-fewshot', 'published'), 'no number of examples');
    expectRefusal(await evaluate('--tasks', 'own', '--num-fewshot', '3'), '2 rows to draw 3 examples from');
    expectRefusal(await evaluate('--tasks', 'mmlu'), 'data set mmlu_');
    expectRefusal(await evaluate('--tasks', 'own', '--apply-chat-template'), 'no chat_template');
    expectRefusal(await evaluate('--tasks', 'mmlx_*'), 'fits no task, group or tag');
    expect(await evaluate('--tasks', 'own', '--num-fewshot', 'many')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Expected a whole number of at least 0, or published.'),
    });
    writeFileSync(join(root, 'yaml.config.ts'), "export default { tasks: [{ yaml: 'task.yaml' }] };");
    writeFileSync(join(root, 'task.yaml'), 'task: t\nprocess_docs: !function utils.process\n');
    const refused = await linchpin(['evaluate', '--config', join(root, 'yaml.config.ts'), '--tasks', 't']);
    expectRefusal(refused, 'task.yaml: process_docs', '!function utils.process, which is Python');
  });
});
