/**
 * Writes the lists of what lies in a folder, so that adding a model family or a task is one new file:
 *
 *     node scripts/generate-indexes.ts [--check] [root]
 *
 * Every file of the folder, tests aside, exports exactly one constant of the type. With --check nothing is written, and
 * a list that is stale is an error.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Index {
  /** Folder of the files, from the root. */
  readonly folder: string;
  readonly output: string;
  readonly type: string;
  /** Name of the generated constant. */
  readonly name: string;
}

const indexes: readonly Index[] = [
  {
    folder: 'packages/models/src/families',
    output: 'packages/models/src/generated/families.ts',
    type: 'ModelFamily',
    name: 'families',
  },
  { folder: 'packages/tasks/src/tasks', output: 'packages/tasks/src/generated/tasks.ts', type: 'Task', name: 'tasks' },
];

/** Width at which the formatter breaks lines: what is generated passes it unchanged. */
const printWidth = 120;

process.exitCode = main(process.argv.slice(2));

function main(given: readonly string[]): number {
  const isCheck = given.includes('--check');
  const root = given.find((argument) => !argument.startsWith('--')) ?? dirname(dirname(fileURLToPath(import.meta.url)));
  const problems: string[] = [];
  for (const index of indexes) {
    const output = join(root, index.output);
    const entries = readEntries(root, index, problems);
    const text = indexText(index, entries);
    if (existsSync(output) && readFileSync(output, 'utf8') === text) continue;
    if (isCheck)
      problems.push(`${index.output} is stale. Run \`node scripts/generate-indexes.ts\` and commit the result.`);
    else write(output, text);
  }
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? 0 : 1;
}

interface Entry {
  readonly file: string;
  readonly constant: string;
}

function readEntries(root: string, { folder, type }: Index, problems: string[]): Entry[] {
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return files.toSorted().flatMap((file) => {
    const source = readFileSync(join(root, folder, file), 'utf8');
    // Exports have explicit types (isolatedDeclarations), so the text shows which constant it is.
    const constants = [...source.matchAll(new RegExp(`^export const (\\w+): ${type}\\b`, 'gm'))].map(
      (match) => match[1]!,
    );
    if (constants.length !== 1) {
      problems.push(
        `${folder}/${file} exports ${constants.length} constants of the type ${type}; expected one, written \`export const name: ${type}\`.`,
      );
    }
    return constants.map((constant) => ({ file, constant }));
  });
}

function indexText({ folder, type, name }: Index, entries: readonly Entry[]): string {
  const from = `../${folder.split('/').at(-1)}`;
  const declaration = `export const ${name}: readonly ${type}[] = [`;
  const constants = entries.map(({ constant }) => constant);
  const line = `${declaration}${constants.join(', ')}];`;
  const lines = [
    `// Written by scripts/generate-indexes.ts from the files of ${from}. Do not edit.`,
    `import type { ${type} } from '@linchpin/plugin-api';`,
    ...entries.map(({ file, constant }) => `import { ${constant} } from '${from}/${file}';`),
    '',
    line.length <= printWidth ? line : `${declaration}\n${constants.map((constant) => `  ${constant},\n`).join('')}];`,
    '',
  ];
  return lines.join('\n');
}

function write(output: string, text: string): void {
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, text);
}
