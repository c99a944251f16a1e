/**
 * Writes the lists of what lies in a folder, so that adding a model family, a task, a corpus, a table, a figure or a plugin
 * edits no other file:
 *
 *     node scripts/generate-indexes.ts [--check] [root]
 *
 * With --check nothing is written, and a list that is stale is an error.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { corporaFolder, paperFolder, pluginsFolder, smtFolder } from './composition.ts';

interface Index {
  /** Folder of what is listed, from the root, and as it is seen from the index. */
  readonly folder: string;
  readonly source: string;
  readonly output: string;
  readonly type: string;
  /** Where the type is a union: what a file may declare instead. */
  readonly members?: readonly string[];
  /** Module that exports the type. */
  readonly typeModule: string;
  /** Name of the generated constant. */
  readonly name: string;
  readonly readEntries: (root: string, index: Index, problems: string[]) => readonly Entry[];
}

interface Entry {
  readonly module: string;
  /** What is imported from the module, and the name that it has in the list. */
  readonly imported: string;
  readonly constant: string;
}

const contract = '@linchpin/plugin-api';

const indexes: readonly Index[] = [
  {
    folder: 'packages/models/src/families',
    source: '../families',
    output: 'packages/models/src/generated/families.ts',
    type: 'ModelFamily',
    typeModule: contract,
    name: 'families',
    readEntries: readConstants,
  },
  {
    folder: 'packages/tasks/src/tasks',
    source: '../tasks',
    output: 'packages/tasks/src/generated/tasks.ts',
    type: 'Task',
    typeModule: contract,
    name: 'tasks',
    readEntries: readConstants,
  },
  {
    folder: 'packages/tasks/src/groups',
    source: '../groups',
    output: 'packages/tasks/src/generated/groups.ts',
    type: 'TaskGroup',
    typeModule: '../task-group.ts',
    name: 'groups',
    readEntries: readConstants,
  },
  {
    folder: `${paperFolder}/src/tables`,
    source: '../tables',
    output: `${paperFolder}/src/generated/tables.ts`,
    type: 'PaperTable',
    members: ['PaperTable', 'MetricsTable'],
    typeModule: '../tables/paper-table.ts',
    name: 'tables',
    readEntries: readTables,
  },
  {
    folder: `${smtFolder}/src/tables`,
    source: '../tables',
    output: `${smtFolder}/src/generated/tables.ts`,
    type: 'SmtTable',
    typeModule: '../tables/smt-table.ts',
    name: 'tables',
    readEntries: readNamedTables,
  },
  {
    folder: `${paperFolder}/src/figures`,
    source: '../figures',
    output: `${paperFolder}/src/generated/figures.ts`,
    type: 'PaperFigure',
    typeModule: '../figures/paper-figure.ts',
    name: 'figures',
    readEntries: readFigures,
  },
  {
    folder: `${smtFolder}/src/figures`,
    source: '../figures',
    output: `${smtFolder}/src/generated/figures.ts`,
    type: 'SmtFigure',
    typeModule: '../figures/smt-figure.ts',
    name: 'figures',
    readEntries: readNamedFigures,
  },
  {
    folder: corporaFolder,
    source: '../corpora',
    output: 'packages/harness/src/generated/corpora.ts',
    type: 'NamedCorpus',
    typeModule: '../named-corpus.ts',
    name: 'corpora',
    readEntries: readConstants,
  },
  {
    folder: 'packages/exporting/src/formats',
    source: '../formats',
    output: 'packages/exporting/src/generated/formats.ts',
    type: 'ExportFormat',
    typeModule: '../export-format.ts',
    name: 'exportFormats',
    readEntries: readConstants,
  },
  {
    folder: 'packages',
    source: '@linchpin/plugin-*',
    output: `${pluginsFolder}/src/generated/plugins.ts`,
    type: 'InterventionPlugin',
    typeModule: contract,
    name: 'plugins',
    readEntries: readPlugins,
  },
];

/** Width at which the formatter breaks lines: what is generated passes it unchanged. */
const printWidth = 120;

process.exitCode = main(process.argv.slice(2));

function main(given: readonly string[]): number {
  const isCheck = given.includes('--check');
  const root = given.find((argument) => !argument.startsWith('--')) ?? dirname(dirname(fileURLToPath(import.meta.url)));
  const problems: string[] = [];
  for (const index of indexes.filter(({ folder }) => existsSync(join(root, folder)))) {
    const output = join(root, index.output);
    const text = indexText(index, index.readEntries(root, index, problems));
    if (existsSync(output) && readFileSync(output, 'utf8') === text) continue;
    if (isCheck) problems.push(`${index.output} is stale. Run \`npm run indexes\` and commit the result.`);
    else write(output, text);
  }
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? 0 : 1;
}

/** Every file of the folder, tests aside, exports exactly one constant of the type. */
function readConstants(root: string, index: Index, problems: string[]): Entry[] {
  return readFiles(root, index, problems, /(?<!\.test)\.ts$/);
}

/** What tables share lies beside them; the tables themselves are named after their number. */
function readTables(root: string, index: Index, problems: string[]): Entry[] {
  return readFiles(root, index, problems, /^table-\d.*(?<!\.test)\.ts$/);
}

/** Of a paper whose tables are asked for by names. */
function readNamedTables(root: string, index: Index, problems: string[]): Entry[] {
  return readFiles(root, index, problems, /^table-.*(?<!\.test)\.ts$/);
}

/** As for tables. */
function readFigures(root: string, index: Index, problems: string[]): Entry[] {
  return readFiles(root, index, problems, /^figure-\d.*(?<!\.test)\.ts$/);
}

/** As for tables. */
function readNamedFigures(root: string, index: Index, problems: string[]): Entry[] {
  return readFiles(root, index, problems, /^figure-.*(?<!\.test)\.ts$/);
}

function readFiles(root: string, index: Index, problems: string[], listed: RegExp): Entry[] {
  const { folder, source, type, members = [type] } = index;
  const files = readdirSync(join(root, folder)).filter((file) => listed.test(file));
  return files.toSorted(byNumberAndName).flatMap((file) => {
    const text = readFileSync(join(root, folder, file), 'utf8');
    // Exports have explicit types (isolatedDeclarations), so the text shows which constant it is.
    const exported = [...text.matchAll(new RegExp(`^export const (\\w+): (?:${members.join('|')})\\b`, 'gm'))];
    if (exported.length !== 1) {
      problems.push(
        `${folder}/${file} exports ${exported.length} constants of the type ${type}; expected one, written \`export const name: ${members.join(' or ')}\`.`,
      );
    }
    return exported.map(([, constant = '']) => ({ module: `${source}/${file}`, imported: constant, constant }));
  });
}

/** Packages whose names begin with `plugin-` export their intervention as `plugin`. */
function readPlugins(root: string, { folder }: Index): Entry[] {
  const packages = readdirSync(join(root, folder)).filter((name) =>
    existsSync(join(root, folder, name, 'src/plugin.ts')),
  );
  return packages.toSorted().map((name) => {
    const constant = name.replace(/^plugin-/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return { module: `@linchpin/${name}`, imported: `plugin as ${constant}`, constant };
  });
}

function byNumberAndName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function indexText({ source, type, typeModule, name }: Index, entries: readonly Entry[]): string {
  const declaration = `export const ${name}: readonly ${type}[] = [`;
  const constants = entries.map(({ constant }) => constant);
  const line = `${declaration}${constants.join(', ')}];`;
  const lines = [
    `// Written by scripts/generate-indexes.ts from the files of ${source}. Do not edit.`,
    `import type { ${type} } from '${typeModule}';`,
    ...entries.map(({ module, imported }) => `import { ${imported} } from '${module}';`),
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
