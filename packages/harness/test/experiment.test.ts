/** Experiments through the harness: what is asked before the first number, and what is left of one that ends early. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interrupted, silentReporter } from '@linchpin/execution';
import type { ResultRow } from '@linchpin/plugin-api';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it, vi } from 'vitest';
import type { Experiment, Harness } from '../src/harness.ts';
import { openHarness } from '../src/open-harness.ts';

const root = temporaryFolder();

interface TrialOptions {
  readonly tasks: readonly string[];
  /** Called after every task, for what ends the trial early. */
  readonly afterTask?: () => void;
}

/** Tasks of the embedded model, one after the other. */
const trial: Experiment<TrialOptions> = {
  name: 'trial',
  async plan(harness, { tasks, afterTask = () => {} }) {
    const model = await harness.open();
    return {
      async run(onNumbers) {
        const onRows = (rows: readonly ResultRow[]): void => {
          onNumbers(rows);
          afterTask();
        };
        const { rows } = await harness.evaluate(model, { tasks, limit: 2, onRows });
        return {
          table: { columns: ['Task', 'Value'], rows: rows.map(({ task, value }) => [task, value]) },
          numbers: rows,
          inWords: ({ table, numbers }) => `${table}, ${numbers}`,
          json: rows.length,
        };
      },
    };
  },
};

interface Tried {
  readonly out: string;
  readonly partial: string;
  readonly remarks: readonly string[];
}

/** Runs the trial into a folder of its own; `work` expects what comes of it. */
async function withTrial(
  name: string,
  work: (tried: Tried, harness: Harness, controller: AbortController) => Promise<void>,
): Promise<void> {
  const out = join(root, name);
  const remarks: string[] = [];
  const controller = new AbortController();
  const reporter = { ...silentReporter, remark: (text: string) => void remarks.push(text) };
  const harness = await openHarness({ threads: 1, signal: controller.signal, reporter });
  try {
    await work({ out, partial: join(out, 'trial-numbers.partial.csv'), remarks }, harness, controller);
  } finally {
    await harness.close();
  }
}

/** `task metric` of every line. */
function numbersIn(file: string): string[] {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\r\n');
  const [task, metric] = ['task', 'metric'].map((name) => header.split(',').indexOf(name));
  return lines.map((line) => `${line.split(',')[task!]} ${line.split(',')[metric!]}`);
}

const ofPiqa = ['piqa acc', 'piqa acc_norm'];

it('writes its files, names them, and removes what an interrupted one has left', async () => {
  await withTrial('whole', async ({ out, partial }, harness) => {
    const write = await harness.plan(trial, { tasks: ['piqa'] }, { out });
    writeFileSync(partial, 'left');
    const { words, json } = await write();
    expect(words).toBe(`${join(out, 'trial.csv')}, ${join(out, 'trial-numbers.csv')}`);
    expect(json).toBe(2);
    expect(readdirSync(out).toSorted()).toEqual(['trial-numbers.csv', 'trial.csv']);
    expect(numbersIn(join(out, 'trial-numbers.csv'))).toEqual(ofPiqa);
  });
});

it('computes without a place, and writes nothing', async () => {
  await withTrial('nowhere', async ({ out }, harness) => {
    expect((await harness.run(trial, { tasks: ['piqa'] })).numbers).toHaveLength(2);
    expect(existsSync(out)).toBe(false);
  });
});

it('saves the numbers that are done when it fails, and says where', async () => {
  await withTrial('failed', async ({ out, partial, remarks }, harness) => {
    const afterTask = (): never => {
      throw new Error('cannot go on');
    };
    const failed = harness.run(trial, { tasks: ['piqa', 'sciq'], afterTask }, { out });
    await expect(failed).rejects.toThrow('cannot go on');
    expect(remarks).toEqual([`2 finished numbers are saved in ${partial}; nothing else was written`]);
    expect(readdirSync(out)).toEqual(['trial-numbers.partial.csv']);
    expect(numbersIn(partial)).toEqual(ofPiqa);
  });
});

it('says in what it throws where they are when it is aborted', async () => {
  await withTrial('aborted', async ({ out, partial, remarks }, harness, controller) => {
    const afterTask = (): void => controller.abort(new Error('enough'));
    const aborted = harness.run(trial, { tasks: ['piqa', 'sciq'], afterTask }, { out });
    const message = `interrupted: 2 finished numbers are saved in ${partial}; nothing else was written`;
    await expect(aborted).rejects.toEqual(new Interrupted(message.replace('interrupted: ', '')));
    await expect(aborted).rejects.toBeInstanceOf(Interrupted);
    await expect(aborted).rejects.toMatchObject({ message, cause: { message: 'enough' } });
    expect(remarks).toEqual([]);
    expect(numbersIn(partial)).toEqual(ofPiqa);
  });
});

it('leaves nothing where no number was done', async () => {
  await withTrial('early', async ({ out, remarks }, harness, controller) => {
    const write = await harness.plan(trial, { tasks: ['piqa'] }, { out });
    controller.abort(new Error('enough'));
    await expect(write()).rejects.toThrow('enough');
    expect([existsSync(out), remarks]).toEqual([false, []]);
  });
});

it('removes the folders that it has made where a plan fails, and no other', async () => {
  const failing: Experiment<object> = {
    name: 'failing',
    plan: async () => await Promise.reject(new Error('no data')),
  };
  await withTrial('planned', async ({ out }, harness) => {
    await expect(harness.plan(failing, {}, { out: join(out, 'a', 'b') })).rejects.toThrow('no data');
    expect(existsSync(out)).toBe(false);
    // Made for one that can be planned, and empty when the next one fails.
    await harness.plan(trial, { tasks: ['piqa'] }, { out });
    await expect(harness.plan(failing, {}, { out })).rejects.toThrow('no data');
    expect(existsSync(out)).toBe(false);
    mkdirSync(out);
    await expect(harness.plan(failing, {}, { out: join(out, 'a') })).rejects.toThrow('no data');
    expect(readdirSync(out)).toEqual([]);
    writeFileSync(join(out, 'other'), '');
    await expect(harness.plan(failing, {}, { out })).rejects.toThrow('no data');
    expect(readdirSync(out)).toEqual(['other']);
  });
});

it('is not planned where its files cannot be written', async () => {
  await withTrial('unwritable', async ({ out }, harness) => {
    writeFileSync(out, 'a file');
    const plan = vi.fn<typeof trial.plan>();
    await expect(harness.run({ name: 'trial', plan }, { tasks: [] }, { out })).rejects.toMatchObject({
      code: expect.stringMatching(/^report\//),
    });
    expect(plan).not.toHaveBeenCalled();
  });
});
