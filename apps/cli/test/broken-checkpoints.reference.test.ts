/** Every folder of shared/golden/families/broken through the command: refused with a message, or used with a warning. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const folder = 'golden/families/broken';

interface Case {
  readonly case: string;
  readonly kind: 'ok' | 'error' | 'policy' | 'warning';
}

const flagsFor = (name: string): string[] => [
  'evaluate',
  '--model',
  sharedPath(join(folder, name)),
  '--datasets',
  'mini',
  '--tasks',
  'piqa',
  '--limit',
  '1',
];

/** A message that names what is wrong in the folder, what was found, what was expected and what to do. */
const wholeMessage = /^error: (.+)\n {2}found: {4}.+\n {2}expected: .+\n {2}[A-Z].+\.\n$/;

describeShared('linchpin evaluate on a broken checkpoint', [folder], () => {
  const cases = JSON.parse(readFileSync(sharedPath(join(folder, 'cases.json')), 'utf8')) as Case[];
  const named = (...kinds: readonly Case['kind'][]): string[] =>
    cases.filter(({ kind }) => kinds.includes(kind)).map((each) => each.case);

  it.each(named('error', 'policy'))('%s is refused', async (name) => {
    const ended = await linchpin(flagsFor(name));
    expectRefusal(ended, sharedPath(join(folder, name)));
    expect(ended.stderr).toMatch(wholeMessage);
  });

  it.each(named('warning'))('%s works, with a warning', async (name) => {
    const { code, stdout, stderr } = await linchpin(flagsFor(name));
    expect(code).toBe(0);
    expect(stdout).toContain('piqa');
    expect(stderr).toMatch(new RegExp(`^warning: .*${name}.*\\n1/1 Original · piqa`));
  });

  it.each(named('ok'))('%s works without a word', async (name) => {
    const { code, stdout, stderr } = await linchpin([...flagsFor(name), '--quiet']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('piqa');
  });

  it.each([
    ['weights-nan', 'model.layers.0.mlp.down_proj.weight', 'NaN at [3, 5]'],
    ['weights-infinite', 'lm_head.weight', '-Infinity at [7, 2]'],
  ])('%s is refused with the weight that spoils the scores', async (name, tensor, position) => {
    expectRefusal(await linchpin(flagsFor(name)), `model.safetensors: ${tensor}\n`, position);
    const corpus = [
      'perplexity',
      '--model',
      sharedPath(join(folder, name)),
      '--corpus',
      'wikitext2',
      '--windows',
      '1',
      '--datasets',
      'mini',
    ];
    expectRefusal(await linchpin(corpus), `model.safetensors: ${tensor}\n`, position);
  });

  it('that is cut is refused with both sizes', async () => {
    const ended = await linchpin(flagsFor('data-truncated'));
    expectRefusal(ended, 'data-truncated/model.safetensors', '2940 bytes', '3040 bytes');
  });
});
