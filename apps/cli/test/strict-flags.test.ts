/** What is wrong with a command line is said of the flag that is wrong. */
import type { ResultRow } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';

const evaluate = ['evaluate', '--tasks', 'piqa'];

describe('flags', () => {
  it.each([
    [['evaluate', '--taks', 'piqa'], "unknown option '--taks'\n(Did you mean --tasks?)"],
    [['table', '1', '--modle', 'mini'], "unknown option '--modle'\n(Did you mean --model?)"],
    [['generate', '--promt', 'A'], "unknown option '--promt'\n(Did you mean --prompt?)"],
    [['runs', 'expor'], "unknown command 'expor'\n(Did you mean export?)"],
    [['evaluate'], "required option '--tasks <NAMES>' not specified"],
    [['perplexity'], "required option '--corpus <NAME|FILE>' not specified"],
    ...['--model', '--datasets', '--csv', '--store', '--samples', '--cache', '--super-weight', '--limit'].map(
      (flag): [string[], string] => [[...evaluate, flag, ''], `option '${flag} `],
    ),
    [[...evaluate, '--csv', ' '], 'It is empty. Is it a variable of the shell that is not set?'],
    [['table', '1', '--model', ''], "option '--model <DIR|ID>' argument '' is invalid"],
    [
      [...evaluate, '--intervention', 'prune-outliers:{fraction:1e-2}'],
      String.raw`write 'prune-outliers:{\"fraction\":1e-2}'`,
    ],
    [
      [
        ...evaluate,
        '--intervention',
        'quantize-weights:{preset:ours, clipping:{method:iqr,value:1.5},restore:[2:3:4]}',
      ],
      String.raw`'quantize-weights:{\"preset\":\"ours\",\"clipping\":{\"method\":\"iqr\",\"value\":1.5},\"restore\":[\"2:3:4\"]}'`,
    ],
    [['table', '3', '--quantize', '{preset:ours}'], String.raw`write '{\"preset\":\"ours\"}'`],
  ])('%j', async (args, message) => {
    const { code, stderr } = await linchpin(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('says nothing of quotes where they are there', async () => {
    const { stderr } = await linchpin([...evaluate, '--intervention', 'prune-outliers:{"fraction"}']);
    expect(stderr).toContain('{"fraction"}, which is not JSON.\n');
  });

  it('--tasks collects', async () => {
    const args = ['evaluate', '--tasks', 'arc_easy', '--tasks', 'piqa,sciq', '--limit', '1', '--json', '--quiet'];
    const rows = JSON.parse((await linchpin(args)).stdout) as ResultRow[];
    expect([...new Set(rows.map(({ task }) => task))]).toEqual(['arc_easy', 'piqa', 'sciq']);
  });
});
