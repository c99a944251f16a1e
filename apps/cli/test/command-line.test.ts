/** What holds of every command: help, exit codes, which stream gets what, and how little is loaded. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal, linchpinProcess, startLinchpin } from './run-linchpin.ts';

const folder = temporaryFolder();
const escape = String.fromCodePoint(0x1b);

describe('linchpin', () => {
  it('lists its commands and exit codes', async () => {
    const { code, stdout, stderr } = await linchpin(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const text of ['table', 'figure', 'evaluate', 'perplexity', 'ls', 'Exit codes: 0 ', '130 '])
      expect(stdout).toContain(text);
    expect(stdout).not.toContain(escape);
  });

  it.each(['table', 'figure', 'evaluate', 'perplexity', 'ls'])('%s explains itself', async (command) => {
    const { code, stdout, stderr } = await linchpin([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: linchpin ${command}`);
    for (const text of ['--json', '--csv <FILE>', '--quiet', 'Exit codes: 0 ']) expect(stdout).toContain(text);
  });

  it('knows its version', async () => {
    const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'apps/cli/package.json'), 'utf8')) as {
      version: string;
    };
    expect(await linchpin(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [[], 'Usage: linchpin'],
    [['tabel'], 'Did you mean table?'],
    [['evaluate'], "required option '--tasks <NAMES>'"],
    [['evaluate', '--tasks', 'piqa', '--limt', '3'], "unknown option '--limt'"],
    [['evaluate', '--tasks', 'piqa', '--limit', '0'], 'at least 1'],
    [['evaluate', '--tasks', 'piqa', '--threads', '1.5'], 'whole number'],
    [['evaluate', '--tasks', 'piqa', '--bos', 'maybe'], 'never, always, tokenizer'],
    [['perplexity', '--corpus', 'c4', '--window', '1'], 'at least 2'],
    [['perplexity', '--corpus', 'c4', '--bos', 'never'], "unknown option '--bos'"],
    [['table'], "missing required argument 'names'"],
    [['table', '1', '--outlier-fraction', '2'], 'from 0 to 1'],
    [['figure', '7', '--clip-z', '0'], 'above 0'],
    [['ls'], "missing required argument 'what'"],
  ])('refuses the flags %j', async (args, says) => {
    const { code, stdout, stderr } = await linchpin(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  it('ends its process with the exit codes', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect(await linchpinProcess(['ls', 'tasks'])).toMatchObject({ code: 0, stderr: '' });
    expect(await linchpinProcess(['doctor', '--store', empty, '--datasets', empty])).toMatchObject({
      code: 1,
      // Drivers of graphics that are asked for may complain before.
      stderr: expect.stringMatching(/^problem: data sets: none/m),
    });
    expectRefusal(await linchpinProcess(['ls', 'tabels']), 'one like tables');
  });

  it('ends without a word when whoever reads its output goes away', async () => {
    const { child, ended } = startLinchpin(['ls', 'tasks']);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['--help', ['onnxruntime', 'tokenizers', '/packages/', 'zod']],
    ['ls tasks', ['onnxruntime', 'tokenizers', '/packages/models/', 'linkedom', 'observablehq']],
    // The list of plugins is part of the harness, which knows models.
    ['ls interventions', ['/onnxruntime-node/', 'linkedom', 'observablehq', '/packages/paper-super-weight/']],
    ['evaluate --tasks piqa --limit 1 --quiet', ['linkedom', 'observablehq', '/packages/generation/']],
  ])('%s does not load what it does not need', async (line, needless) => {
    const report = `import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { process._rawDebug(url); return next(url, context); } });`;
    const node = ['--import', `data:text/javascript,${encodeURIComponent(report)}`];
    const { code, stderr } = await linchpinProcess(line.split(' '), { node });
    expect(code).toBe(0);
    expect(stderr).toContain('/apps/cli/src/program.ts');
    const loaded = stderr
      .split('\n')
      .filter(
        (url) => !/\/packages\/(?:errors|defaults|config|files)\//.test(url) && !url.endsWith('/commands/table.ts'),
      );
    expect(loaded.filter((url) => needless.some((name) => url.includes(name)))).toEqual([]);
  });
});

describe('linchpin ls', () => {
  const lists = {
    tasks: ['name', 'version', 'kind', 'metrics', 'chance', 'fewshot', 'tags'],
    models: ['name', 'where', 'superWeights'],
    interventions: ['name', 'summary', 'options'],
    tables: ['paper', 'name', 'title', 'columns'],
    figures: ['paper', 'name', 'title', 'flags'],
    datasets: ['name', 'hub', 'split', 'rows', 'file', 'recognised'],
  };

  it.each(Object.entries(lists))('%s as text, JSON and CSV', async (name, fields) => {
    const csv = join(folder, `${name}.csv`);
    const text = await linchpin(['ls', name]);
    const json = await linchpin(['ls', name, '--json', '--csv', csv]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).not.toContain(escape);
    expect(text.stdout).toContain(fields.at(-1));
    const items = JSON.parse(json.stdout) as Record<string, unknown>[];
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) expect(Object.keys(item)).toEqual(fields);
    const [header, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\r\n');
    expect(header).toBe(fields.join(','));
    expect(lines).toHaveLength(items.length);
  });

  it("names the mini model with its super weight, and the paper's", async () => {
    const models = JSON.parse((await linchpin(['ls', 'models', '--json'])).stdout) as {
      name: string;
      superWeights: string[];
    }[];
    expect(models.find(({ name }) => name === 'mini')?.superWeights).toHaveLength(1);
    expect(models.find(({ name }) => name === 'huggyllama/llama-7b')?.superWeights).toEqual(['2:3968:7003']);
  });

  it('says which data files are there', async () => {
    const list = async (args: readonly string[]) =>
      JSON.parse((await linchpin(['ls', 'datasets', '--json', ...args])).stdout) as {
        name: string;
        file: string | null;
      }[];
    const mini = await list([]);
    const empty = await list(['--datasets', folder]);
    expect(mini.find(({ name }) => name === 'piqa')?.file).toContain('piqa.validation.jsonl');
    expect(empty.filter(({ file }) => file !== null)).toEqual([]);
  });

  it.each([
    [['tabels'], 'one like tables'],
    [['datasets', '--datasets', join(folder, 'absent')], 'no folder is'],
    [['tasks', '--csv', join(folder, 'absent', 'tasks.csv')], 'a folder that does not exist'],
  ])('refuses %j', async (args, says) => {
    const ended = await linchpin(['ls', ...args]);
    expectRefusal(ended, says);
  });
});
