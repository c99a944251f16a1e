/** What every command takes from the store: the same results from a store that nothing may be added to any more. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';

const root = temporaryFolder();

/** From now on a result that is computed is an error. */
function seal(store: string): void {
  const database = new DatabaseSync(join(store, 'store.sqlite'));
  for (const table of ['batches', 'numbers'])
    database.exec(
      `CREATE TRIGGER sealed_${table} BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'computed again'); END`,
    );
  database.close();
}

/** The files of a folder; times, which alone may differ, are taken out of the rows of numbers. */
function filesOf(folder: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(folder).map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return [name, name.endsWith('.csv') ? withoutSeconds(text) : withoutTimes(text)];
    }),
  );
}

function withoutTimes(json: string): string {
  return json.replaceAll(/"seconds": ?[\d.e-]+/g, '');
}

/** Seconds are the only column that may differ; they stand before counts at the end, so that quoted texts do no harm. */
function withoutSeconds(text: string): string {
  const [header = '', ...lines] = text.split('\r\n');
  const names = header.split(',');
  if (!names.includes('seconds')) return text;
  const fromEnd = names.length - names.indexOf('seconds');
  return [header, ...lines.map((line) => line.split(',').toSpliced(-fromEnd, 1).join(','))].join('\n');
}

describe('the store gives again, without the model,', () => {
  it.each([
    ['a task with its bootstrap', ['evaluate', '--tasks', 'lambada_openai', '--limit', '2']],
    ['a sweep', ['sweep', '--limit', '1', '--factors', '0,2']],
    ['a search for super weights', ['find', '--controls', '1']],
    ['activations', ['figure', '3']],
    ['distributions of next tokens', ['figure', '11', '--limit', '2']],
  ])('%s', { timeout: 120_000 }, async (name, command) => {
    const store = join(root, `${name} store`);
    const writesFiles = command[0] === 'sweep' || command[0] === 'figure';
    const run = async (out: string): Promise<{ readonly stdout: string; readonly files: unknown }> => {
      const folder = join(root, name, out);
      const written = writesFiles ? ['--out', folder] : ['--json'];
      const args = [...command, ...written, '--quiet', '--threads', '1', '--store', store];
      const { code, stdout, stderr } = await linchpin(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr });
      return { stdout: withoutTimes(stdout.replaceAll(folder, '')), files: writesFiles ? filesOf(folder) : undefined };
    };
    const computed = await run('computed');
    seal(store);
    expect(await run('remembered')).toEqual(computed);
    // The seal holds: whatever asks for something new fails.
    const again = ['--quiet', '--fresh', '--threads', '1', '--store', store];
    const fresh = await linchpin([...command, ...again, ...(writesFiles ? ['--out', join(root, name, 'fresh')] : [])]);
    expect(fresh.code).toBe(2);
    expect(fresh.stderr).toContain('computed again');
  });
});

it('refuses --fresh where nothing is remembered', async () => {
  const { code, stderr } = await linchpin(['figure', '1', '--fresh', '--out', join(root, 'refused')]);
  expect(code).toBe(2);
  expect(stderr).toContain('--fresh');
});
