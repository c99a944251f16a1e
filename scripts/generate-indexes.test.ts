import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paperFolder, pluginsFolder } from './composition.ts';

const root = mkdtempSync(join(tmpdir(), 'linchpin-indexes-'));
const families = join(root, 'packages/models/src/families');
const index = join(root, 'packages/models/src/generated/families.ts');

function generate(...options: string[]): { status: number | null; message: string } {
  const script = join(import.meta.dirname, 'generate-indexes.ts');
  const { status, stderr } = spawnSync(process.execPath, [script, ...options, root], { encoding: 'utf8' });
  return { status, message: stderr };
}

describe('scripts/generate-indexes.ts', () => {
  beforeAll(() => {
    for (const folder of [families, join(root, 'packages/tasks/src/tasks')]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(families, 'zebra.ts'), 'export const zebra: ModelFamily<ZebraConfig> = {};\n');
    writeFileSync(
      join(families, 'ant-hill.ts'),
      'export interface AntConfig {}\nexport const antHill: ModelFamily = {};\n',
    );
    writeFileSync(join(families, 'zebra.test.ts'), '');
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('finds an index stale until it is written', () => {
    expect(generate('--check')).toMatchObject({
      status: 1,
      message: expect.stringContaining('generated/families.ts is stale'),
    });
    expect(generate().status).toBe(0);
    expect(generate('--check').status).toBe(0);
    expect(readFileSync(index, 'utf8')).toMatchInlineSnapshot(`
      "// Written by scripts/generate-indexes.ts from the files of ../families. Do not edit.
      import type { ModelFamily } from '@linchpin/plugin-api';
      import { antHill } from '../families/ant-hill.ts';
      import { zebra } from '../families/zebra.ts';

      export const families: readonly ModelFamily[] = [antHill, zebra];
      "
    `);
    writeFileSync(join(families, 'bee.ts'), 'export const bee: ModelFamily = {};\n');
    expect(generate('--check').status).toBe(1);
  });

  it('lists tables and figures by number, without what they share, and plugins by the name of their package', () => {
    write(`${paperFolder}/src/tables/table-10-ten.ts`, 'export const table10: PaperTable = {};\n');
    write(`${paperFolder}/src/tables/table-2-two.ts`, 'export const table2: MetricsTable = {};\n');
    write(`${paperFolder}/src/tables/join-tables.ts`, 'export const shared = 1;\n');
    write(`${paperFolder}/src/figures/figure-3-three.ts`, 'export const figure3: PaperFigure = {};\n');
    write('packages/plugin-move-weights/src/plugin.ts', '');
    expect(generate().status).toBe(0);
    expect(read(`${paperFolder}/src/generated/tables.ts`)).toContain('readonly PaperTable[] = [table2, table10];');
    expect(read(`${paperFolder}/src/generated/figures.ts`)).toContain('readonly PaperFigure[] = [figure3];');
    expect(read(`${pluginsFolder}/src/generated/plugins.ts`)).toContain(
      "import { plugin as moveWeights } from '@linchpin/plugin-move-weights';",
    );
  });

  it('refuses a file that does not export one constant of the type', () => {
    writeFileSync(join(families, 'none.ts'), 'export const none = 1;\n');
    expect(generate()).toMatchObject({ status: 1, message: expect.stringContaining('families/none.ts exports 0') });
  });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
