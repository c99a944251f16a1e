/** `linchpin generate` on the embedded model: what is streamed, written and refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArtifact } from '@linchpin/report';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();
// From golden/generation/mini.json.
const prompt = 'Once upon a time';
const text = ', and the parson of the cottage, and the parson of the cottage';
const prune = ['--intervention', 'prune-super-weight'];

async function generated(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await linchpin(['generate', '--quiet', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** What follows the prompt in each text, with `--json`. */
async function texts(...args: readonly string[]): Promise<string[]> {
  const artifact = parseArtifact(await generated('--json', ...args), 'stdout');
  if (artifact.kind !== 'generation') throw new Error(artifact.kind);
  return artifact.prompts.flatMap(({ continuations }) => continuations.map((continuation) => continuation.text));
}

describe('linchpin generate', () => {
  it('streams prompt and text, and says what was expected next', async () => {
    const stdout = await generated('--prompt', prompt);
    expect(stdout.startsWith(`${prompt}${text}`)).toBe(true);
    expect(stdout).toContain(`Likeliest tokens after "${prompt}"`);
    expect(stdout).toContain('Tokens greedy; at most 40; BOS tokenizer (always).');
    expect(stdout).not.toContain('──  Original');
  });

  it('shows the original before what an edited model writes', async () => {
    const stdout = await generated('--prompt', prompt, '--max-tokens', '8', ...prune);
    const [, before, after] = stdout.split(/── .+ ──\n/);
    expect(before).toBe(`${prompt}, and the parson of the\n\n`);
    expect(after!.startsWith(prompt)).toBe(true);
    expect(after!.slice(0, before!.length)).not.toBe(before);
    expect(stdout).toContain('── prune-super-weight ──');
    expect(stdout).toContain('Model mini under prune-super-weight (1 weight changed).');
  });

  it('gives everything as JSON that reports read, and as CSV', async () => {
    const csv = join(root, 'texts.csv');
    const prompts = ['--prompt', prompt, '--prompt', 'Summer is hot. Winter is '];
    const stdout = await generated(...prompts, '--max-tokens', '3', '--json', '--csv', csv, ...prune);
    const artifact = parseArtifact(stdout, 'stdout');
    expect(artifact).toMatchObject({
      kind: 'generation',
      model: 'mini',
      settings: { decoding: 'greedy', maxTokens: 3, bos: 'tokenizer' },
      prompts: [
        { prompt, continuations: [{ label: 'Original', text: ', and the' }, { label: 'prune-super-weight' }] },
        { prompt: 'Summer is hot. Winter is ', continuations: [{ label: 'Original' }, {}] },
      ],
    });
    const lines = readFileSync(csv, 'utf8').trim().split('\r\n');
    expect(lines[0]).toMatch(/^prompt,label,text,tokens,stopped,next1,probability1,/);
    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatch(/^Once upon a time,Original,", and the",3,max-tokens,/);
  });

  it('ends at the end of a text, of which nothing is shown', async () => {
    const stdout = await generated('--prompt', 'The little boy wanted to', '--max-tokens', '200', '--json');
    const { ids, stopped, text: written } = JSON.parse(stdout).prompts[0].continuations[0];
    expect({ last: ids.at(-1), stopped }).toEqual({ last: 2, stopped: 'end' });
    expect(written).not.toContain('</s>');
  });

  it('draws alike with one seed, and greedily from one token', async () => {
    const draw = (...args: string[]): Promise<string[]> => texts('--prompt', prompt, '--max-tokens', '12', ...args);
    const first = await draw('--temperature', '1.2', '--seed', '5');
    expect(await draw('--temperature', '1.2', '--seed', '5')).toEqual(first);
    expect(await draw('--temperature', '1.2', '--seed', '6')).not.toEqual(first);
    expect(await draw('--top-k', '1', '--seed', '5')).toEqual(await draw());
  });

  it('says when an edit keeps it from keeping keys and values', async () => {
    const edits = [...prune, '--intervention', 'restore-super-activation'];
    expect(await generated('--prompt', prompt, '--max-tokens', '2', ...edits)).toContain(
      'an edit looks at the whole sequence',
    );
  });

  it.each<[string, string[], string[]]>([
    ['no prompt', [], ['--prompt']],
    ['a seed without draws', ['--prompt', 'x', '--seed', '3'], ['--seed', 'nothing is drawn', '--temperature']],
    ['a temperature of nothing', ['--prompt', 'x', '--temperature', '0'], ['--temperature', 'above 0']],
    ['a share of nothing', ['--prompt', 'x', '--top-p', '0'], ['top-p', 'above 0']],
    ['no token to choose from', ['--prompt', 'x', '--top-k', '0'], ['--top-k']],
    ['no token to write', ['--prompt', 'x', '--max-tokens', '0'], ['--max-tokens']],
    ['an empty prompt without BOS', ['--prompt', '', '--bos', 'never'], ['no token']],
    ['a prompt beyond the context', ['--prompt', 'cat '.repeat(600)], ['512', "the model's context"]],
  ])('refuses %s', async (_, args, says) => {
    expectRefusal(await linchpin(['generate', ...args]), ...says);
  });
});
