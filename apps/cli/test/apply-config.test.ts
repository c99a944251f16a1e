import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinchpinConfig } from '@linchpin/config';
import { Command } from 'commander';
import { afterAll, expect, it } from 'vitest';
import { addConfigFlags, applyConfig } from '../src/apply-config.ts';
import { addModelFlags, interventionOption, modelOption, modelsOption, threadsOption } from '../src/flags.ts';
import { createInvocation } from '../src/invocation.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'checkpoint'));

let files = 0;

/** The flags that a command sees. */
async function flagsOf(
  config: LinchpinConfig,
  args: readonly string[],
  { name = 'evaluate', several = false } = {},
): Promise<Record<string, unknown>> {
  const file = join(folder, `${files++}.config.ts`);
  writeFileSync(file, `export default ${JSON.stringify(config)};`);
  const invocation = createInvocation(args);
  const program = addConfigFlags(new Command()).hook('preAction', async (_, acting) => applyConfig(acting, invocation));
  const command = program
    .command(name)
    .addOption(several ? modelsOption() : modelOption())
    .addOption(threadsOption())
    .addOption(interventionOption())
    .option('--datasets <DIR>')
    .option('--store <DIR>', '', '.linchpin')
    .option('--no-store')
    .action(() => {});
  await program.parseAsync([name, '--config', file, ...args], { from: 'user' });
  return command.opts();
}

const config: LinchpinConfig = {
  model: 'own',
  models: { own: './checkpoint', hub: 'org/model' },
  datasets: 'data',
  store: 'kept',
  threads: 3,
  interventions: { both: ['prune-super-weight', { name: 'amplify', settings: { factor: 2 } }] },
};

it('fills in what no flag says, with paths from the folder of the file', async () => {
  expect(await flagsOf(config, [])).toEqual({
    model: join(folder, 'checkpoint'),
    datasets: join(folder, 'data'),
    store: join(folder, 'kept'),
    threads: 3,
  });
  expect(await flagsOf({ store: false }, [])).toEqual({ store: false });
  expect(await flagsOf(config, [], { several: true })).toMatchObject({ model: [join(folder, 'checkpoint')] });
});

it('takes devices, stages and types as they are, in commands that run models on a device', async () => {
  const settings: LinchpinConfig = { device: 'webgpu', stages: 'auto', dtype: 'float16' };
  const file = join(folder, 'device.config.ts');
  writeFileSync(file, `export default ${JSON.stringify(settings)};`);
  const flags = async (command: Command, ...args: readonly string[]): Promise<Record<string, unknown>> => {
    const program = addConfigFlags(new Command());
    program.hook('preAction', async (_, acting) => applyConfig(acting, createInvocation(args)));
    program.addCommand(command.action(() => {}));
    await program.parseAsync([command.name(), '--config', file, ...args], { from: 'user' });
    return command.opts();
  };
  expect(await flags(addModelFlags(new Command('evaluate')))).toEqual(settings);
  expect(await flags(addModelFlags(new Command('evaluate')), '--device', 'cpu', '--stages', '2')).toEqual({
    ...settings,
    device: 'cpu',
    stages: 2,
  });
  // Here it is the type of a file.
  expect(await flags(new Command('merge').option('--dtype <TYPE>'))).toEqual({});
});

it('gives way to flags', async () => {
  const flags = ['--model', 'mini', '--datasets', 'here', '--no-store', '--threads', '1'];
  expect(await flagsOf(config, flags)).toEqual({ model: 'mini', datasets: 'here', store: false, threads: 1 });
});

it('puts what names stand for in their place', async () => {
  const flags = ['--model', 'hub', '--intervention', 'amplify', '--intervention', 'both'];
  expect(await flagsOf(config, flags)).toMatchObject({
    model: 'org/model',
    intervention: ['amplify', 'prune-super-weight', { name: 'amplify', settings: { factor: 2 } }],
  });
  // A name that the file does not know is a path or a Hub id, and no folder of the file's.
  expect(await flagsOf(config, ['--model', 'checkpoint'])).toMatchObject({ model: 'checkpoint' });
});

it('leaves the models of a matrix to the matrix', async () => {
  expect(await flagsOf(config, [], { name: 'nightly', several: true })).not.toHaveProperty('model');
  expect(await flagsOf(config, ['--model', 'hub'], { name: 'nightly', several: true })).toMatchObject({
    model: ['org/model'],
  });
});
