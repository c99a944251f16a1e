import { stderr } from 'node:process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inWords, terminalReporter } from './terminal-reporter.ts';

const written: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  written.length = 0;
  vi.spyOn(stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const { signal } = new AbortController();

/** Work of so many steps, each of which takes so many seconds. */
function steps(count: number, seconds: number): (step: () => void) => Promise<string> {
  return async (step) => {
    for (let done = 0; done < count; done++) {
      await vi.advanceTimersByTimeAsync(1000 * seconds);
      step();
    }
    return 'done';
  };
}

const downloads = [
  { file: 'config.json', bytes: 500, total: 500 },
  { file: 'model.safetensors', bytes: 1_000_000, total: 13_476_838_000 },
  { file: 'model.safetensors', bytes: 13_476_838_000, total: 13_476_838_000 },
];

describe('where no terminal looks on', () => {
  it('a line is written for every part that is finished, with what is said aside', async () => {
    const progress = terminalReporter({ signal }).begin(2);
    expect(await progress.part('Original · piqa', 3, steps(3, 0.5))).toBe('done');
    expect(written).toEqual(['1/2 Original · piqa: 3 in 1.5 s\n']);
    await progress.part('Original · c4', 9, steps(2, 0.25), () => ', 2 of 2 batches from the store');
    expect(vi.getTimerCount()).toBe(0);
    expect(written[1]).toBe('2/2 Original · c4: 2 in 0.5 s, 2 of 2 batches from the store\n');
    expect(written).toHaveLength(2);
  });

  it('a line a minute says how far a part is that takes long, and what is left', async () => {
    await terminalReporter({ signal }).begin(1).part('part', 10, steps(10, 20));
    expect(written).toEqual([
      'about 3 min for all of it\n',
      '1/1 part: 2 of 10 after 60 s, about 2 min left\n',
      '1/1 part: 5 of 10 after 2 min, about 80 s left\n',
      '1/1 part: 8 of 10 after 3 min, about 20 s left\n',
      '1/1 part: 10 in 200.0 s\n',
    ]);
  });

  it('the time before the first step, which no other one takes, is not counted for the rest', async () => {
    const work = async (step: () => void): Promise<void> => {
      await vi.advanceTimersByTimeAsync(30_000);
      for (let done = 0; done < 20; done++) {
        step();
        await vi.advanceTimersByTimeAsync(5000);
      }
    };
    await terminalReporter({ signal }).begin(2).part('part', 20, work);
    // 38 steps of 5 s are left.
    expect(written[0]).toBe('about 3 min for all of it\n');
  });

  it('nothing is said of what is left as long as nothing is done', async () => {
    const work = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(61_000));
    await terminalReporter({ signal }).begin(1).part('part', 4, work);
    expect(written).toEqual(['1/1 part: 0 of 4 after 60 s\n', '1/1 part: 0 in 61.0 s\n']);
  });

  it('the time of the whole is announced once, as soon as it can be told', async () => {
    const progress = terminalReporter({ signal }).begin(4);
    await progress.part('one', 10, steps(10, 4));
    // The first step says nothing of the others' time; the third is 8 s behind it.
    expect(written).toEqual(['about 2 min for all of it\n', '1/4 one: 10 in 40.0 s\n']);
    await progress.part('two', 10, steps(10, 4));
    expect(written.slice(2)).toEqual(['2/4 two: 10 in 40.0 s\n']);
  });

  it('no time is announced that is not worth a line', async () => {
    await terminalReporter({ signal }).begin(1).part('short', 10, steps(10, 3));
    expect(written).toEqual(['1/1 short: 10 in 30.0 s\n']);
  });

  it('no line is written for a part that fails, nor after it', async () => {
    const failed = terminalReporter({ signal })
      .begin(1)
      .part('part', 1, () => Promise.reject(new Error('failed')));
    await expect(failed).rejects.toThrow('failed');
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(written).toEqual([]);
  });

  it('remarks stand on lines of their own, and files that are downloaded, each once', () => {
    const reporter = terminalReporter({ signal });
    reporter.remark('warning: something');
    for (const download of downloads) reporter.download(download);
    expect(written).toEqual([
      'warning: something\n',
      'downloading config.json, 1 MB\n',
      'downloading model.safetensors, 13477 MB\n',
    ]);
  });
});

describe('quiet', () => {
  it('says nothing, and does the work', async () => {
    const reporter = terminalReporter({ quiet: true, signal });
    reporter.remark('warning: something');
    for (const download of downloads) reporter.download(download);
    expect(await reporter.begin(1).part('part', 10, steps(10, 60))).toBe('done');
    expect(written).toEqual([]);
  });
});

describe('on a terminal', () => {
  let isTTY: boolean;
  beforeEach(() => {
    ({ isTTY } = stderr);
    stderr.isTTY = true;
  });
  afterEach(() => {
    stderr.isTTY = isTTY;
  });

  it('a bar shows the part, and is gone at its end', async () => {
    await terminalReporter({ signal }).begin(1).part('Original · piqa', 4, steps(4, 3));
    const shown = written.join('');
    expect(shown).toContain('1/1 Original · piqa');
    expect(shown).toContain('2/4');
    expect(shown).not.toContain('piqa: 4 in');
  });

  it('a bar gives the terminal back when the work is aborted', async () => {
    const controller = new AbortController();
    const work = async (step: () => void): Promise<void> => {
      step();
      controller.abort();
      written.length = 0;
      step();
      await vi.advanceTimersByTimeAsync(10_000);
    };
    await terminalReporter({ signal: controller.signal }).begin(1).part('part', 4, work);
    expect(written).toEqual([]);
  });

  it('a bar shows every file that is downloaded', () => {
    const reporter = terminalReporter({ signal });
    for (const download of downloads) reporter.download(download);
    const shown = written.join('');
    for (const text of ['config.json (MB)', 'model.safetensors (MB)', '13477/13477']) expect(shown).toContain(text);
  });
});

it.each([
  [0.4, '0 s'],
  [89.4, '89 s'],
  [90, '2 min'],
  [5399, '1 h 30 min'],
  [12_000, '3 h 20 min'],
])('%d seconds are %s', (seconds, words) => {
  expect(inWords(seconds)).toBe(words);
});

describe('where nodes are computed', () => {
  const onWebgpu = {
    device: 'webgpu',
    nodes: 279,
    onCpu: new Map([
      ['Range', 1],
      ['Cast', 3],
    ]),
    copies: 2,
  };

  it('is said when it is asked for, once for graphs that are alike', () => {
    const reporter = terminalReporter({ signal, verbose: true });
    reporter.place?.(onWebgpu);
    reporter.place?.(onWebgpu);
    reporter.place?.({ ...onWebgpu, copies: 1 });
    reporter.place?.({ device: 'cpu', nodes: 486, onCpu: new Map(), copies: 0 });
    expect(written).toEqual([
      'device webgpu computes 279 of 283 nodes and leaves the CPU 3 Cast, 1 Range; 2 tensors cross in a batch\n',
      'device webgpu computes 279 of 283 nodes and leaves the CPU 3 Cast, 1 Range; 1 tensor crosses in a batch\n',
      'device cpu computes all 486 nodes\n',
    ]);
  });

  it.each([{}, { quiet: true, verbose: true }])('is not asked for with %o', (options) => {
    expect(terminalReporter({ signal, ...options })).not.toHaveProperty('place');
  });
});
