import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRunStore } from '@linchpin/run-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeStores } from '../store/open-stores.ts';
import { endRecord, noteCommand, noteMatrixSpeed, recordOf } from './command-record.ts';
import { noRecord } from './run-record.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-record-'));
});
afterEach(() => {
  closeStores();
  rmSync(folder, { recursive: true });
});

describe('the record of a command', () => {
  it('is one, whatever parts the command has, and ends with it', async () => {
    noteCommand(['reproduce', '--tables', '1']);
    const flags = { store: folder, threads: 1, quiet: true } as const;
    const record = await recordOf(flags);
    expect(await recordOf(flags)).toBe(record);
    noteMatrixSpeed(12.5);
    const id = await endRecord('failed');
    expect(await endRecord('finished')).toBeUndefined();
    await recordOf(flags);
    await endRecord('finished');
    const store = openRunStore(folder);
    const [first, second, ...others] = store.runs.list();
    store.close();
    expect([first!.id, others]).toEqual([id, []]);
    expect(first).toMatchObject({
      command: ['reproduce', '--tables', '1'],
      status: 'failed',
      environment: { threads: 1, node: process.version, matrixSpeed: 12.5 },
    });
    // Any process with a JavaScript engine and onnxruntime in it has more than 30 MB, and this machine less than 1 TB.
    expect(first!.environment.peakMemory).toBeGreaterThan(30e6);
    expect(first!.environment.peakMemory).toBeLessThan(1e12);
    expect(second).toMatchObject({ status: 'finished' });
    expect(second!.environment).not.toHaveProperty('matrixSpeed');
  });

  it('is none without a store', async () => {
    expect(await recordOf({ store: false })).toBe(noRecord);
    expect(await recordOf({})).toBe(noRecord);
    expect(await endRecord('finished')).toBeUndefined();
  });
});
