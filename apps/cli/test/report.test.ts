/** `linchpin report`: what it reads, what it writes, and what stops it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { writeExampleResults } from './example-results.ts';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();
const out = join(root, 'report.html');

function newFolder(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

describe('linchpin report', () => {
  it('writes one page of all results of a folder, and says where', async () => {
    const folder = newFolder('results');
    writeExampleResults(folder);
    writeFileSync(join(folder, 'table-1.csv'), 'not read');
    const before = readdirSync(folder);
    const { code, stdout, stderr } = await linchpin(['report', folder, '--out', out, '--title', 'Two & two']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `Report: ${out}\n`, stderr: '' });
    const page = readFileSync(out, 'utf8');
    expect(page).toContain('<h1>Two &amp; two</h1>');
    for (const text of ['Table 1', 'Table 2', 'Figure 6', 'Generated text']) expect(page).toContain(text);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('takes single files of several runs', async () => {
    const folders = [newFolder('a'), newFolder('b')];
    for (const folder of folders) writeExampleResults(folder);
    const files = folders.map((folder) => join(folder, 'figure-6.json'));
    expect(await linchpin(['report', ...files, '--out', out])).toMatchObject({ code: 0 });
    expect(readFileSync(out, 'utf8').match(/<section id="result-/g)).toHaveLength(2);
  });

  it('refuses what is not there, what has no results, and files that are damaged', async () => {
    expectRefusal(await linchpin(['report', join(root, 'nowhere'), '--out', out]), 'where nothing is');
    expectRefusal(await linchpin(['report', newFolder('empty'), '--out', out]), 'table-1.json');
    const folder = newFolder('damaged');
    writeExampleResults(folder);
    const file = join(folder, 'table-1.json');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    expectRefusal(await linchpin(['report', folder, '--out', out]), file, 'Write it again');
  });

  it('says before it reads anything that it cannot write', async () => {
    const target = join(root, 'no', 'folder', 'report.html');
    expectRefusal(await linchpin(['report', join(root, 'nowhere'), '--out', target]), target);
  });
});
