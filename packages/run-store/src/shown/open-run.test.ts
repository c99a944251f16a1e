import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { choicesPart, environment } from '../../test/sample-run.ts';
import { openRunStore, type RunStore } from '../open-store.ts';
import type { RunLog } from '../runs/run-log.ts';
import { openRun } from './open-run.ts';

let folder: string;
let store: RunStore;
let id: string;
const parts = [choicesPart(3), choicesPart(2, { task: 'sciq' })];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-open-'));
  store = openRunStore(folder);
  const recorder = store.runs.begin(['evaluate'], environment);
  for (const part of parts) recorder.part(part);
  recorder.finish('finished', {});
  ({ id } = recorder);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

describe('a run that is opened', () => {
  it('is the same by its id, by latest, and from its file, for which no store is opened', async () => {
    const file = join(folder, 'kept.run.gz');
    store.runs.exportTo(id, file);
    const openLog = vi.fn<() => RunLog>(() => store.runs);
    for (const name of [id, 'latest', file]) {
      const opened = await openRun(name, openLog);
      expect(opened.run).toEqual(store.runs.find(id));
      expect([...opened.rows()]).toEqual(parts.map(({ rows }) => rows));
      expect([...opened.parts(([row]) => row?.task === 'sciq')]).toEqual([parts[1]]);
      expect(opened.read()).toEqual(store.runs.read(id));
    }
    expect(openLog).toHaveBeenCalledTimes(2);
  });

  it('is refused where nothing has the name', async () => {
    const unknown = expect.objectContaining({ code: 'run-store/unknown-run' }) as unknown;
    await expect(openRun('nowhere', () => store.runs)).rejects.toEqual(unknown);
  });
});
