/** A table by several workers, as users run it. */
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedModels } from '@linchpin/harness';
import { miniFolder } from '@linchpin/datasets';
import { openRunStore } from '@linchpin/run-store';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();
const plan = join(root, 'plan.json');
/** One thread, so that the plan fits every machine. */
const table = ['table', '1', '--limit', '2', '--threads', '1'];

interface PlanText {
  readonly command: readonly string[];
  readonly cells: readonly {
    readonly label: string;
    readonly task: string;
    readonly unit: string;
    readonly tokens: number;
  }[];
}

async function worked(index: number, of: number, file = plan): Promise<string> {
  const args = ['work', '--plan', file, '--shard', `${index}/${of}`, '--store', join(root, `${index}-of-${of}`)];
  const { code, stdout } = await linchpin(args);
  expect(code).toBe(0);
  return stdout;
}

describe('Table 1 by three workers', { timeout: 300_000 }, () => {
  it('is planned without a token computed', async () => {
    const args = [...table, '--store', join(root, 'planning'), '--out', plan];
    // In the folder that a claim of Kubernetes would hold.
    const { code, stdout } = await linchpin(['plan', ...args], { cwd: root });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^.*plan\.json: 36 cells of 1 model, \d+ units, \d+ tokens;\n/);
    const { cells, command } = JSON.parse(readFileSync(plan, 'utf8')) as PlanText;
    expect(command).toEqual([...table, '--cast-weights', 'once']);
    expect(new Set(cells.map(({ label }) => label))).toEqual(
      new Set(['Original', 'Prune SW', 'Prune Non-SW', 'Prune SW, +SA']),
    );
    // What is restored at a token may have to be asked again; such a cell is divided by windows.
    expect(cells.map(({ unit }) => unit === 'window')).toEqual(cells.map(({ label }) => label === 'Prune SW, +SA'));
    const store = openRunStore(join(root, 'planning'));
    expect([...store.carried.all()]).toEqual([]);
    expect(store.runs.list()).toEqual([]);
    store.close();
  });

  it('is missing something while a shard is, which the merge says', async () => {
    expect(await worked(1, 3)).toMatch(/^shard 1 of 3: (\d+) units, \1 of them computed now\n$/);
    expect(await worked(3, 3)).toContain('shard 3 of 3');
    const { code, stdout, stderr } = await linchpin(['store', 'merge', '--plan', plan, '--store', join(root, 'part')]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Missing: \d+ of \d+ units of mini · /m);
    expect(stderr).toContain('has not everything');
  });

  it('is merged to the bytes of one process, which computes nothing any more', async () => {
    await worked(2, 3);
    const merged = join(root, 'merged');
    const { code, stdout } = await linchpin(['store', 'merge', '--plan', plan, '--store', merged]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+ batches are new, \d+ were there already\.\n$/),
    });
    const written = async (store: string, out: string): Promise<string> => {
      const ended = await linchpin([...table, '--cast-weights', 'once', '--store', store, '--out', join(root, out)]);
      expect(ended.code).toBe(0);
      return ended.stderr;
    };
    const said = await written(merged, 'of-merged');
    expect(said.match(/, (\d+) of \1 batches from the store$/gm)).toHaveLength(36);
    await written(join(root, 'single'), 'of-one');
    const csv = (out: string): string => readFileSync(join(root, out, 'table-1.csv'), 'utf8');
    expect(csv('of-merged')).toBe(csv('of-one'));
  });

  it('is carried with its batches in the file of its run, too', async () => {
    const file = join(root, 'run.gz');
    const [one, other] = [join(root, 'single'), join(root, 'carried')];
    expect((await linchpin(['runs', 'export', 'latest', file, '--store', one])).code).toBe(0);
    const { stdout } = await linchpin(['runs', 'import', file, '--store', other]);
    expect(stdout).toMatch(/, with \d+ batches that the store did not have\n$/);
    const { stderr } = await linchpin([
      ...table,
      '--cast-weights',
      'once',
      '--store',
      other,
      '--out',
      join(root, 'of-carried'),
    ]);
    expect(stderr.match(/, (\d+) of \1 batches from the store$/gm)).toHaveLength(36);
  });
});

describe('a worker', { timeout: 120_000 }, () => {
  it('refuses a model that differs in one byte, by name', async () => {
    const model = join(root, 'model');
    cpSync(embeddedModels['mini']!, model, { recursive: true });
    const file = join(root, 'copy.json');
    const args = [
      'evaluate',
      '--model',
      model,
      '--datasets',
      'mini',
      '--tasks',
      'piqa',
      '--limit',
      '2',
      '--threads',
      '1',
    ];
    expect((await linchpin(['plan', ...args, '--store', join(root, 'planning'), '--out', file])).code).toBe(0);
    const weights = join(
      model,
      readdirSync(model).find((name) => name.endsWith('.safetensors'))!,
    );
    const bytes = readFileSync(weights);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(weights, bytes);
    const ended = await linchpin(['work', '--plan', file, '--shard', '1/1', '--store', join(root, 'refusing')]);
    expectRefusal(ended, 'model model', 'content with the sha256', 'of which the plan was made');
  });

  it('refuses a plan that was changed, and one that is none', async () => {
    const changed = join(root, 'changed.json');
    writeFileSync(changed, readFileSync(plan, 'utf8').replace('"threads": 1', '"threads": 2'));
    expectRefusal(await linchpin(['work', '--plan', changed, '--shard', '1/3']), 'changed since it was made');
    appendFileSync(changed, '}');
    expectRefusal(await linchpin(['work', '--plan', changed, '--shard', '1/3']), 'not JSON');
    expectRefusal(await linchpin(['work', '--plan', join(root, 'none.json'), '--shard', '1/3']), 'none.json', 'ENOENT');
  });
});

describe('linchpin plan', { timeout: 120_000 }, () => {
  const planned = async (...args: readonly string[]): Promise<PlanText> => {
    const file = join(root, 'other.json');
    const { code, stderr } = await linchpin([
      'plan',
      ...args,
      '--threads',
      '1',
      '--out',
      file,
      '--store',
      join(root, 'planning'),
    ]);
    expect({ code, stderr: stderr.match(/error:.*/s)?.[0] }).toEqual({ code: 0 });
    return JSON.parse(readFileSync(file, 'utf8')) as PlanText;
  };

  it('takes a sweep, whose factors are computed together', async () => {
    const { cells } = await planned('sweep', '--factors', '0,2', '--limit', '1');
    expect(cells).toHaveLength(9);
    expect(new Set(cells.map(({ label }) => label))).toEqual(new Set(['s = 0 … s = 2']));
  });

  it('takes a census and a figure as wholes', async () => {
    for (const args of [
      ['census', '--windows', '1'],
      ['figure', '3'],
    ]) {
      expect((await planned(...args)).cells.map(({ unit }) => unit)).toEqual(['whole']);
    }
  });

  it('takes the matrix of a settings file', async () => {
    const config = join(root, 'night.config.ts');
    const nightly = {
      interventions: ['original', 'pruned'],
      tasks: ['piqa'],
      corpora: ['wikitext2'],
      limit: 2,
      windows: 1,
    };
    writeFileSync(
      config,
      `export default ${JSON.stringify({ interventions: { pruned: ['prune-super-weight'] }, nightly })};`,
    );
    const { cells, command } = await planned(config);
    expect(cells.map(({ label, task }) => `${label} ${task}`)).toEqual(
      ['original', 'pruned'].flatMap((label) => [
        `${label === 'original' ? 'Original' : label} piqa`,
        `${label === 'original' ? 'Original' : label} wikitext2`,
      ]),
    );
    expect(command).toContain('--resume');
  });

  it('refuses what cannot be divided', async () => {
    expectRefusal(await linchpin(['plan', 'generate', '--prompt', 'x']), '"generate"', 'table, sweep, census');
    expectRefusal(await linchpin(['plan', 'table', '1', '--fresh']), 'table --fresh');
    expectRefusal(await linchpin(['plan', 'table', '1', '--no-store']), 'table --no-store');
    expectRefusal(await linchpin(['plan', 'table', '99']), '99');
  });
});

describe('tasks whose answers are written', { timeout: 120_000 }, () => {
  it('are computed by one worker each, as wholes', async () => {
    const data = join(root, 'data');
    mkdirSync(data);
    const rows = ['river', 'word'].map((word) => ({ question: `Which ${word}?`, answer: { aliases: ['None'] } }));
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
    writeFileSync(join(data, 'triviaqa.validation.jsonl'), lines.join(''));
    cpSync(join(miniFolder, 'piqa.validation.jsonl'), join(data, 'piqa.validation.jsonl'));
    const asked = ['--tasks', 'triviaqa,piqa', '--limit', '2', '--datasets', data, '--threads', '1'];
    const file = join(root, 'written.json');
    const planned = await linchpin(['plan', 'evaluate', ...asked, '--store', join(root, 'planning'), '--out', file]);
    expect(planned.code).toBe(0);
    const { cells } = JSON.parse(readFileSync(file, 'utf8')) as PlanText;
    const units = cells.map(({ label, task, unit }) => [label, task, unit]);
    expect(units).toEqual([
      ['Original', 'piqa', 'batch'],
      ['Original', 'triviaqa', 'whole'],
    ]);
    const texts = (store: string): number => {
      const opened = openRunStore(join(root, store));
      const count = [...opened.carried.texts()].length;
      opened.close();
      return count;
    };
    expect(texts('planning')).toBe(0);
    await worked(1, 2, file);
    await worked(2, 2, file);
    expect(new Set([texts('1-of-2'), texts('2-of-2')])).toEqual(new Set([0, 2]));
    const merged = join(root, 'merged-texts');
    expect((await linchpin(['store', 'merge', '--plan', file, '--store', merged])).code).toBe(0);
    const { code, stderr } = await linchpin(['evaluate', ...asked, '--cast-weights', 'once', '--store', merged]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/triviaqa.*2 of 2 texts from the store/);
    expect(stderr).toMatch(/piqa.*, (\d+) of \1 batches from the store/);
  });
});

it('linchpin submit writes the job file and says how it is handed over', async () => {
  mkdirSync(join(root, 'jobs'));
  const job = join(root, 'jobs', 'job.yaml');
  const { code, stderr } = await linchpin([
    'submit',
    '--engine',
    'kubernetes',
    '--shards',
    '3',
    '--plan',
    plan,
    '--job',
    job,
  ]);
  expect(code).toBe(0);
  expect(stderr).toContain(`hand it over with: kubectl create --filename ${job} --output name\n`);
  expect(readdirSync(join(root, 'jobs')).toSorted()).toEqual(['Dockerfile', 'job.yaml']);
  expect(existsSync(join(root, 'plan.work'))).toBe(true);
});
