/** `linchpin find`, `table 2`, the figures of activations, and `--super-weight auto`, on the embedded model. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArtifact } from '@linchpin/report';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();

interface FindRecord {
  readonly superWeights: readonly { readonly at: string; readonly name: string }[];
  readonly confirmation: { readonly candidates: readonly { effect: number; controlEffects: readonly number[] }[] };
  readonly cold: readonly { readonly layer: number; readonly row: number; readonly column: number }[];
}

describe('linchpin find', () => {
  it('finds exactly the super weight of the embedded model within 10 s', async () => {
    const csv = join(root, 'profile.csv');
    const start = performance.now();
    const { code, stdout } = await linchpin(['find', '--json', '--quiet', '--csv', csv, '--cold']);
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(code).toBe(0);
    const record = JSON.parse(stdout) as FindRecord;
    expect(record.superWeights).toEqual([{ at: '1:100:300', name: 'model.layers[1].mlp.down_proj.weight[100, 300]' }]);
    const [candidate, ...others] = record.confirmation.candidates;
    expect(others).toEqual([]);
    expect(candidate!.effect).toBeGreaterThan(1);
    expect(Math.max(...candidate!.controlEffects.map(Math.abs))).toBeLessThan(0.01);
    expect(record.cold).toContainEqual(expect.objectContaining({ layer: 1, row: 100, column: 300 }));
    const lines = (await readFile(csv, 'utf8')).trimEnd().split('\r\n');
    // Two rounds of eight layers.
    expect(lines.length).toBe(1 + 16);
  });

  it('gives by stages of layers what it gives whole, and says with --verbose what the device computes', async () => {
    const common = ['find', '--json', '--controls', '1'];
    const whole = await linchpin(common);
    const staged = await linchpin([...common, '--stages', '4', '--verbose']);
    expect(staged).toMatchObject({ code: 0, stdout: whole.stdout });
    expect(whole.stderr).not.toContain('device cpu computes');
    expect(staged.stderr).toContain('device cpu computes all ');
    expectRefusal(await linchpin([...common, '--stages', '9']), '--stages', 'at most 8');
  });

  it('says what it has found, and why it has not', async () => {
    const found = await linchpin(['find', '--quiet', '--controls', '1']);
    expect(found.stdout).toContain('Found one super weight in mini.');
    expect(found.stdout).toContain('Super weight model.layers[1].mlp.down_proj.weight[100, 300] = 1.539:');
    const none = await linchpin(['find', '--quiet', '--controls', '1', '--output-above', '5000']);
    expect(none.code).toBe(0);
    expect(none.stdout).toContain('None found in mini: ');
    const harmless = await linchpin(['find', '--quiet', '--controls', '1', '--least-effect', '50']);
    expect(harmless.code).toBe(0);
    expect(harmless.stdout).toContain('None found in mini. One candidate spikes');
  });

  it('says where its limit has cut it short, and takes all candidates above a ratio', async () => {
    const common = ['find', '--quiet', '--controls', '1'];
    const short = await linchpin([...common, '--limit', '1']);
    expect(short.stdout).toContain('cut short at its limit of 1 candidate');
    expect(short.stdout).toMatch(/--limit 2 goes on; --all-above \d+ takes all/);
    const all = await linchpin([...common, '--all-above', '3', '--json']);
    const record = JSON.parse(all.stdout) as FindRecord & { readonly endedBy?: number };
    expect(record.superWeights.map(({ at }) => at)).toContain('1:100:300');
    expect(record.endedBy).toBeUndefined();
    expectRefusal(
      await linchpin([...common, '--all-above', '3', '--limit', '2']),
      'error: --all-above',
      '--limit 2 beside it',
      '--input-above',
    );
  });

  it('takes of a text what the model can take, and says so', async () => {
    const text = join(root, 'long.txt');
    await mkdir(root, { recursive: true });
    await writeFile(text, 'word '.repeat(2000));
    const { code, stdout } = await linchpin(['find', '--quiet', '--controls', '1', '--text', text]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Of ${text} the first 512 of `);
    const missing = await linchpin(['find', '--text', join(root, 'missing.txt')]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/missing\.txt\n.*ENOENT/);
  });
});

describe('linchpin table 2', () => {
  it.each(['--limit', '--datasets', '--window-bos'])('refuses %s, which it would not read', async (flag) => {
    const value = flag === '--window-bos' ? 'first' : '1';
    const refused = await linchpin(['table', '2', flag, value, '--out', join(root, 'refused')]);
    expectRefusal(refused, flag, 'changes nothing');
  });

  it('writes what is found beside what is named', async () => {
    const out = join(root, 'directory');
    const { code, stdout } = await linchpin(['table', '2', '--quiet', '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toContain('The card names 1:100:300: the same.');
    const [header, ...rows] = (await readFile(join(out, 'table-2.csv'), 'utf8')).trimEnd().split('\r\n');
    expect(header).toBe('Model,No.,Type,Weight,Value,Input,Output,Effect,Effect of others,Found,Named by');
    expect(rows.length).toBe(1);
    expect(rows[0]).toMatch(/^mini,1,mlp\.down_proj,"\[100, 300\]",1\.5391,.*,yes,card$/);
    const file = join(out, 'table-2.json');
    expect(parseArtifact(await readFile(file, 'utf8'), file)).toMatchObject({
      kind: 'directory',
      models: [{ model: 'mini', found: [{ layer: 1, row: 100, column: 300 }] }],
    });
  });
});

describe('linchpin figure', () => {
  it.each([
    ['3', 1 + 8],
    ['10', 1 + 2 * 8],
    ['4', 1 + 4 * 8],
  ])('%s has a line for every layer of every curve', async (number, lines) => {
    const out = join(root, `figure-${number}`);
    const { code } = await linchpin(['figure', number, '--quiet', '--out', out]);
    expect(code).toBe(0);
    expect((await readFile(join(out, `figure-${number}.csv`), 'utf8')).trimEnd().split('\r\n').length).toBe(lines);
    expect(await readFile(join(out, `figure-${number}.svg`), 'utf8')).toContain('<svg');
  });

  it.each(['5', '11'])('%s shows that stop-words rise', async (number) => {
    const out = join(root, `figure-${number}`);
    const { code, stdout } = await linchpin(['figure', number, '--quiet', '--limit', '5', '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toContain('they rise, as in the paper');
    const rows = (await readFile(join(out, `figure-${number}.csv`), 'utf8')).trimEnd().split('\r\n');
    expect(rows.length).toBe(1 + 100);
  });
});

describe('--super-weight auto', () => {
  it('finds what a command then prunes', async () => {
    const command = 'perplexity --corpus wikitext2 --windows 1 --quiet --json';
    const flags = '--super-weight auto --intervention prune-super-weight';
    const { code, stdout } = await linchpin(`${command} ${flags}`.split(' '));
    expect(code).toBe(0);
    const [row] = JSON.parse(stdout) as [{ interventions: readonly { settings: unknown }[] }];
    expect(row.interventions[0]!.settings).toEqual({ weights: [{ layer: 1, row: 100, column: 300 }] });
  });
});
