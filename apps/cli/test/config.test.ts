/** Settings from a file, and plugins that are not part of the program. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '@linchpin/config';
import { miniFolder } from '@linchpin/datasets';
import { planNightly } from '@linchpin/nightly';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import type { Listing } from '@linchpin/report';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal, linchpinProcess } from './run-linchpin.ts';

const root = temporaryFolder();

function write(name: string, text: string): string {
  const file = join(root, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Scales one weight; its schema is written by hand, so that it depends on nothing. */
const pluginText = (name: string): string => `
  const plugin: { name: string } & Record<string, unknown> = {
    name: '${name}',
    summary: 'Scales one weight of the first layer.',
    options: { factor: 'what the weight is multiplied with' },
    schema: { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } },
    create: ({ factor }: { factor: number }) => ({
      name: '${name}', version: 1, settings: { factor },
      edit: (model: any) => model.weight('model.layers.0.mlp.down_proj.weight').scale(0, 0, factor),
    }),
  };
  export default plugin;
`;

const evaluate = ['evaluate', '--tasks', 'piqa', '--limit', '2', '--json', '--quiet'];

describe('linchpin.config.ts', () => {
  it('of the working folder says what flags do not, with its types stripped by Node, and flags win', async () => {
    write('here/damp.ts', pluginText('damp'));
    write(
      'here/node_modules/damp-more/package.json',
      JSON.stringify({ name: 'damp-more', type: 'module', exports: './plugin.js' }),
    );
    write(
      'here/node_modules/damp-more/plugin.js',
      pluginText('damp-more').replaceAll(/: (?:any|unknown|\{.*\} & .*>)(?=[ )])|: \{ factor: number \}/g, ''),
    );
    write(
      'here/linchpin.config.ts',
      `import { defineConfig, type LinchpinConfig } from '@linchpin/cli';
       const settings: LinchpinConfig = {
         model: 'small',
         models: { small: 'mini', none: './not-there' },
         threads: 1,
         plugins: ['./damp.ts', 'damp-more'],
         interventions: { soft: [{ name: 'damp', settings: { factor: 0.5 } }, 'prune-super-weight'] },
       };
       export default defineConfig(settings);`,
    );
    // Of its own: the import of the file is resolved by hooks of Node, which the tests' own loader does not ask.
    const cwd = join(root, 'here');
    const { code, stdout, stderr } = await linchpinProcess(
      [...evaluate, '--intervention', 'soft', '--intervention', 'damp-more:{"factor": 2}'],
      { cwd },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [row] = JSON.parse(stdout) as { model: string; interventions: { name: string; settings: unknown }[] }[];
    expect(row!.model).toBe('mini');
    expect(row!.interventions.map(({ name }) => name)).toEqual(['damp', 'prune-super-weight', 'damp-more']);
    expect(row!.interventions[0]!.settings).toEqual({ factor: 0.5 });
    // The flag's name is looked up in the file, too.
    expectRefusal(await linchpinProcess([...evaluate, '--model', 'none'], { cwd }), 'not-there');
  });

  it.each([
    ['{ thread: 2 }', '', 'thread'],
    ['{ threads: 0 }', ': threads', '0'],
    ['{ tasks: [3] }', ': tasks[0]', 'a task with a name'],
    ['{ fewshot: { piqa: -1 } }', ': fewshot.piqa', '-1'],
    ["{ nightly: { tasks: ['piqa', 3] } }", ': nightly.tasks[1]', '3'],
    ["{ nightly: { compare: { judge: 'luck' } } }", ': nightly.compare.judge', 'luck'],
    ["{ interventions: { a: ['amplify:{factor}'] } }", ': interventions.a[0]', 'its settings as JSON'],
    ["{ interventions: { 'a:b': ['amplify'] } }", ': interventions.a:b', 'a name without colons'],
  ])('%s is refused with the path', async (text, path, found) => {
    const file = write(`wrong-${Math.random()}.config.ts`, `export default ${text};`);
    expectRefusal(await linchpin(['ls', 'tasks', '--config', file]), `error: ${file}${path}\n`, found);
  });

  it('is refused where it is not there, cannot be run, or exports nothing', async () => {
    const refuse = async (file: string, says: string): Promise<void> =>
      expectRefusal(await linchpin(['ls', 'tasks', '--config', file]), says);
    await refuse(join(root, 'nowhere.ts'), 'where no file is');
    await refuse(write('throws.ts', "throw new Error('out of luck');"), 'out of luck');
    await refuse(write('empty.ts', 'export const threads = 2;'), 'no default export');
  });
});

describe('--plugin', () => {
  it('makes a plugin of a file known by its name', async () => {
    const file = write('soften.ts', pluginText('soften'));
    const listed = await linchpin(['ls', 'interventions', '--json', '--plugin', file]);
    const names = (JSON.parse(listed.stdout) as Listing).map(({ name }) => name);
    expect(names).toContain('soften');
    const run = await linchpin([...evaluate, '--plugin', file, '--intervention', 'soften:{"factor": 0}']);
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('"soften"') });
    // What one command was told, the next does not know.
    expectRefusal(await linchpin([...evaluate, '--intervention', 'soften']), 'soften');
  });

  it.each([
    ['export default 3;', 'default: '],
    ['export const plugin = {};', 'plugin.name: '],
    [pluginText('x y'), 'default.name: '],
    [pluginText('x').replace('create:', 'make:'), 'default.create: '],
    [pluginText('x').replace('validate:', 'check:'), 'default.schema: '],
    [pluginText('amplify'), 'another plugin has'],
    ["throw new Error('broken');", 'broken'],
  ])('refuses what is no plugin: case %#', async (text, says) => {
    const file = write(`no-plugin-${Math.random()}.ts`, text);
    expectRefusal(await linchpin(['ls', 'interventions', '--plugin', file]), says, `plugin ${file}`);
  });

  it('refuses what is not there', async () => {
    expectRefusal(await linchpin(['ls', 'tasks', '--plugin', './nothing.ts']), 'nothing of that name');
    expectRefusal(await linchpin(['ls', 'tasks', '--plugin', 'no-such-package']), 'nothing of that name');
  });
});

it('the settings of the guide are settings', async () => {
  const guide = readFileSync(join(repositoryRoot, 'docs/nightly.md'), 'utf8');
  const example = /```ts\n([^`]*)```/
    .exec(guide)?.[1]
    ?.replace(/^import .*\n/, '')
    .replace('defineConfig(', '(');
  const { config } = await readConfig(write('guide.config.ts', example ?? ''));
  expect(planNightly({}, { config, file: '', folder: root })).toMatchObject({
    matrix: {
      models: ['huggyllama/llama-7b', 'mini'],
      chains: [{ label: 'Original' }, { label: 'pruned' }, { label: 'w8a8' }],
    },
    compare: { tolerance: 1e-4 },
  });
});

it('a setting is no flag without effect', async () => {
  const settings = write('data.config.ts', `export default { datasets: ${JSON.stringify(miniFolder)} };`);
  // Table 2 reads no data, and refuses the flag.
  const table = ['table', '2', '--quiet', '--out', join(root, 'table')];
  expect(await linchpin([...table, '--config', settings])).toMatchObject({ code: 0 });
  expectRefusal(await linchpin([...table, '--datasets', miniFolder]), '--datasets, which changes nothing');
});
