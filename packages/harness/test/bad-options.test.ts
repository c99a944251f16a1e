/** What a script without a type check can hand over is refused where it comes in; nothing is a silent no-op. */
import { join } from 'node:path';
import { openRunStore } from '@linchpin/run-store';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { openHarness } from '../src/open-harness.ts';
import { plugins } from '../src/generated/plugins.ts';

const root = temporaryFolder();
const refusal = (subject: string, code = 'harness/bad-option'): unknown =>
  expect.objectContaining({ code, problem: expect.objectContaining({ subject }) });

it.each<[string, unknown]>([
  ['threads', 0],
  ['threads', 1.5],
  ['batchTokens', Number.NaN],
  ['castWeights', 'never'],
  ['execution', 'float8'],
  ['dtype', 'half'],
  ['stages', 0],
  ['stages', 'all'],
  ['store', ''],
])('openHarness refuses %s %j', async (name, value) => {
  const options: Record<string, unknown> = { [name]: value };
  await expect(openHarness(options)).rejects.toThrow(refusal(`option ${name}`));
});

it('openHarness refuses what is no plugin, and a plugin of the name of another', async () => {
  await expect(openHarness({ plugins: [{}] as never })).rejects.toThrow(
    expect.objectContaining({ code: 'harness/not-a-plugin' }),
  );
  const twin = { ...plugins[0]! };
  await expect(openHarness({ plugins: [twin] })).rejects.toThrow(
    refusal('plugin given to openHarness', 'harness/plugin-name-taken'),
  );
});

it('every verb refuses what would compute nothing, or something else', async () => {
  await using harness = await openHarness();
  const model = await harness.open();
  const wrong: [string, () => Promise<unknown>][] = [
    ['tasks', () => harness.evaluate(model, { tasks: [] })],
    ['bos', () => harness.evaluate(model, { tasks: ['piqa'], bos: 'allways' as never })],
    ['windows', () => harness.perplexity(model, { corpus: 'c4', windows: 0 })],
    ['windowBos', () => harness.perplexity(model, { corpus: 'c4', windowBos: 'always' as never })],
    ['prompts', () => harness.generate(model, { prompts: [] })],
    ['prompts', () => harness.generate(model, { prompts: 'abc' as never })],
    ['maxTokens', () => harness.generate(model, { prompts: ['a'], maxTokens: 0 })],
    ['limit', () => harness.find(model, { limit: 0 })],
  ];
  for (const [name, call] of wrong) await expect(call()).rejects.toThrow(refusal(`option ${name}`));
});

it('is closed for good', async () => {
  const harness = await openHarness();
  const model = await harness.open();
  await harness.close();
  const closed = refusal('harness', 'harness/closed');
  await expect(harness.open()).rejects.toThrow(closed);
  await expect(harness.chain(model, ['prune-super-weight'])).rejects.toThrow(closed);
  await expect(harness.openStore()).rejects.toThrow(closed);
  await expect(harness.evaluate(model, { tasks: ['piqa'] })).rejects.toThrow(closed);
  expect(await harness.close()).toBeUndefined();
});

it('records what was aborted as interrupted, however it is closed', async () => {
  const controller = new AbortController();
  const store = join(root, 'aborted');
  const harness = await openHarness({ store, signal: controller.signal });
  const onItem = (): void => controller.abort(new Error('enough'));
  await expect(harness.evaluate(await harness.open(), { tasks: ['piqa', 'sciq'], onItem })).rejects.toThrow('enough');
  await harness.close();
  const { runs, ...opened } = openRunStore(store);
  try {
    expect(runs.list()).toMatchObject([{ status: 'interrupted' }]);
  } finally {
    opened.close();
  }
});

it('a reporter that throws while files are hashed ends the call, not the process', async () => {
  const reporter = {
    meter: () => () => {
      throw new Error('no room to draw');
    },
  };
  await using harness = await openHarness({ reporter });
  const model = await harness.open();
  await expect(harness.evaluate(model, { tasks: ['piqa'], limit: 1 })).rejects.toThrow('no room to draw');
});
