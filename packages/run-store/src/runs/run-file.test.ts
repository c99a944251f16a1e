import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunStore, type RunStore } from '../open-store.ts';
import { readRunFile, writeRunFile } from './run-file.ts';
import { choicesPart, environment, otherItems } from '../../test/sample-run.ts';

let folder: string;
let store: RunStore;
let file: string;
let id: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-run-file-'));
  store = openRunStore(join(folder, 'store'));
  const recorder = store.runs.begin(['table', '1'], environment);
  recorder.part(choicesPart(3));
  recorder.part({ rows: choicesPart(0).rows, items: otherItems });
  recorder.finish('finished');
  id = recorder.id;
  file = join(folder, 'run.linchpin.gz');
  store.runs.exportTo(id, file);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const code = (name: string): unknown => expect.objectContaining({ code: `run-store/${name}` });

/** Puts other text into the file. */
function rewrite(edit: (text: string) => string): void {
  const text = gunzipSync(readFileSync(file)).toString('utf8');
  expect(edit(text)).not.toBe(text);
  writeFileSync(file, gzipSync(edit(text)));
}

describe('the file of a run', () => {
  it('is read as what was exported', () => {
    expect(readRunFile(file)).toEqual(store.runs.read(id));
    expect(readdirSync(folder).toSorted()).toEqual(['run.linchpin.gz', 'store']);
  });

  it('has what was asked once, whatever was answered', () => {
    const run = store.runs.read(id);
    const [part] = run.parts;
    const other = { ...part!, items: part!.items.map((item) => ({ ...item, isRight: true })) };
    const twice = { ...run, parts: [part!, other] };
    writeRunFile(file, twice);
    expect(readRunFile(file)).toEqual(twice);
    expect(
      gunzipSync(readFileSync(file))
        .toString('utf8')
        .match(/^\{"asked":/gm),
    ).toHaveLength(1);
  });

  it('brings the run to another store, once', () => {
    const other = openRunStore(join(folder, 'other'));
    expect(other.runs.importFrom(file)).toMatchObject({ isNew: true, run: { id, partCount: 2 } });
    expect(other.runs.read(id)).toEqual(store.runs.read(id));
    expect(other.runs.importFrom(file)).toMatchObject({ isNew: false, run: { id, partCount: 2 } });
    expect(other.runs.list()).toHaveLength(1);
    const again = join(folder, 'again.linchpin.gz');
    other.runs.exportTo(id, again);
    expect(readFileSync(again)).toEqual(readFileSync(file));
    other.close();
  });

  it.each([
    ['cut off', 'damaged-file', () => writeFileSync(file, readFileSync(file).subarray(0, -40))],
    ['without its last line', 'damaged-file', () => rewrite((text) => text.slice(0, text.lastIndexOf('\n') + 1))],
    ['changed in a number', 'damaged-file', () => rewrite((text) => text.replace('"value":0.5', '"value":0.6'))],
    ['empty behind its head', 'damaged-file', () => rewrite((text) => text.slice(0, text.indexOf('\n') + 1))],
    ['of a later version', 'newer-file', () => rewrite((text) => text.replace('"version":1', '"version":3'))],
    ['of something else', 'other-file', () => rewrite(() => '{"rows": []}\n')],
    ['of no bytes', 'damaged-file', () => writeFileSync(file, '')],
    ['no gzip', 'other-file', () => writeFileSync(file, '{}')],
    ['not there', 'file-out-of-reach', () => rmSync(file)],
  ])('is refused when it is %s', (_, expected, damage) => {
    damage();
    store.runs.remove(id);
    expect(() => store.runs.importFrom(file)).toThrow(code(expected));
    expect(store.runs.list()).toEqual([]);
  });

  it('is refused when the store has another run of its id', () => {
    const run = store.runs.read(id);
    writeRunFile(file, { ...run, status: 'failed' });
    expect(() => store.runs.importFrom(file)).toThrow(code('other-run-of-id'));
    expect(store.runs.read(id)).toEqual(run);
  });

  it('cannot be of a run at work, or lie where nothing can', () => {
    const atWork = store.runs.begin(['table', '1'], environment);
    expect(() => store.runs.exportTo(atWork.id, file)).toThrow(code('run-at-work'));
    expect(() => store.runs.exportTo(id, join(folder, 'missing', 'run'))).toThrow(code('file-out-of-reach'));
  });
});
