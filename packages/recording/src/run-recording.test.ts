import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRunStore, type RunStore } from '@linchpin/run-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CodeIdentity } from './run-environment.ts';
import { RunRecording } from './run-recording.ts';
import { noRecord } from './run-record.ts';

let folder: string;
let store: RunStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-record-'));
  store = openRunStore(folder);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const code = async (): Promise<CodeIdentity> => ({ version: '1.2.3', commit: 'a1b2c3' });

describe('RunRecording', () => {
  it('is one run, whatever parts come in, and ends', async () => {
    const recording = new RunRecording(
      { command: ['reproduce', '--tables', '1'], code },
      { settings: { threads: 1 }, openStore: async () => store },
    );
    const [record, same] = await Promise.all([recording.open(), recording.open()]);
    expect(same).toBe(record);
    recording.noteMatrixSpeed(12.5);
    const id = await recording.end('failed');
    expect(await recording.end('finished')).toBeUndefined();
    await recording.open();
    await recording.end('finished');
    const [first, second, ...others] = store.runs.list();
    expect([first!.id, others]).toEqual([id, []]);
    expect(first).toMatchObject({
      command: ['reproduce', '--tables', '1'],
      status: 'failed',
      environment: { version: '1.2.3', commit: 'a1b2c3', threads: 1, node: process.version, matrixSpeed: 12.5 },
    });
    // Any process with a JavaScript engine and onnxruntime in it has more than 30 MB, and this machine less than 1 TB.
    expect(first!.environment.peakMemory).toBeGreaterThan(30e6);
    expect(first!.environment.peakMemory).toBeLessThan(1e12);
    expect(second).toMatchObject({ status: 'finished' });
    expect(second!.environment).not.toHaveProperty('matrixSpeed');
  });

  it('is none without a store', async () => {
    const recording = new RunRecording({ command: [], code }, { settings: {}, openStore: async () => undefined });
    expect(await recording.open()).toBe(noRecord);
    expect(await recording.end('finished')).toBeUndefined();
  });
});
