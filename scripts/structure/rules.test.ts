import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crumbsOf, shortFiles } from './crumbs.ts';
import { moduleStateExcept, stateExceptions } from './module-state.ts';
import { rules } from './rules.ts';
import { folderBudgets, folderLines, codeBudget, codeLines, sizeOf } from './sizes.ts';
import { readWorkspace } from './workspace.ts';

type Tree = Record<string, string>;

const repository = dirname(dirname(import.meta.dirname));

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'linchpin-structure-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('structure rules', () => {
  it('find nothing in a sound workspace', () => {
    expect(violations(sound)).toEqual([]);
  });

  const task = 'packages/tasks/src/tasks/arc-easy.ts';
  const plugin = 'packages/plugin-prune/src';
  const todo = 'TO'.concat('DO');
  const broken: [rule: string, path: string, text: string | undefined][] = [
    ['packageParts', 'packages/tensor/README.md', undefined],
    ['packageParts', 'packages/tensor/README.md', '# tensor\n\nIt does not run.\n'],
    ['packageParts', 'packages/tensor/README.md', '# tensor\n\n```ts\n```\n'],
    ['packageParts', 'packages/tensor/tsconfig.json', undefined],
    ['packageParts', 'packages/tensor/src/index.ts', undefined],
    ['packageParts', 'packages/tensor/turbo.json', '{ "tags": ["base", "format"] }'],
    ['packageParts', 'packages/tensor/turbo.json', '{ "tags": ["app"] }'],
    ['packageParts', 'packages/tensor/turbo.json', '{ "tags": ["tests"] }'],
    ['packageParts', 'packages/tensor/turbo.json', undefined],
    ['packageParts', 'apps/cli/turbo.json', '{ "tags": ["library"] }'],
    ['packageParts', 'tests/turbo.json', '{ "tags": ["app"] }'],
    ['packageParts', 'tests/README.md', undefined],
    [
      'packageParts',
      'packages/tensor/package.json',
      '{ "name": "@linchpin/tensor", "exports": { ".": "", "./*": "" } }',
    ],
    ['imports', 'packages/tensor/src/dtype.ts', "import '@linchpin/tasks';"],
    ['imports', 'packages/models/src/lay.ts', "import { arcEasy } from '@linchpin/tasks';"],
    ['imports', 'packages/models/src/lay.ts', "export {\n  arcEasy,\n} from '@linchpin/tasks';"],
    ['imports', 'packages/models/src/lay.ts', "const tasks = await import('@linchpin/tasks');"],
    ['imports', 'packages/models/src/lay.ts', "import '@linchpin/tensor/src/dtype.ts';"],
    ['imports', 'packages/models/src/lay.ts', "import '../../tensor/src/dtype.ts';"],
    ['imports', 'packages/models/src/lay.ts', "import { testTask } from '@linchpin/testing';"],
    ['imports', 'packages/models/src/lay.ts', "import 'onnxruntime-node';"],
    ['imports', 'packages/models/test/lay.test.ts', "import 'onnxruntime-node';"],
    ['imports', 'packages/models/src/lay.ts', "import '@linchpin/cli';"],
    ['imports', 'packages/models/src/lay.ts', "import '@linchpin/execution';"],
    ['imports', 'packages/harness/src/open.ts', "import '@linchpin/paper-weights';"],
    ['imports', 'packages/harness/src/open.ts', "import '@linchpin/cli';"],
    ['imports', 'packages/harness/src/open.ts', "import '@linchpin/tests';"],
    ['imports', 'packages/harness/src/open.ts', "import '@linchpin/testing';"],
    ['imports', 'packages/paper-weights/src/table.ts', "import '@linchpin/paper-other';"],
    ['imports', 'apps/bench/src/main.ts', "import '@linchpin/cli';"],
    ['imports', 'apps/cli/src/main.ts', "import '@linchpin/tensor/src/dtype.ts';"],
    ['imports', 'apps/cli/src/main.ts', "import '@linchpin/tests';"],
    ['imports', 'tests/integration/laws.test.ts', "import '@linchpin/cli';"],
    ['imports', 'packages/plugin-api/src/task.ts', "import { dtypes } from '@linchpin/onnx';"],
    ['imports', `${plugin}/prune.ts`, `${sourceHeader()}import '@linchpin/plugin-scale';`],
    ['imports', `${plugin}/prune.ts`, `${sourceHeader()}import '@linchpin/models';`],
    ['conformance', 'packages/tasks/src/tasks/arc-easy.test.ts', "import { arcEasy } from './arc-easy.ts';"],
    ['conformance', 'packages/tasks/src/tasks/piqa.ts', sourceHeader()],
    ['conformance', 'packages/models/src/families/llama.ts', sourceHeader()],
    ['conformance', `${plugin}/prune.test.ts`, undefined],
    ['conformance', `${plugin}/plugin.ts`, 'export const plugin = {\n  methods: [prune],\n};'],
    ['names', 'packages/tensor/src/dataType.ts', ''],
    ['names', 'packages/tensor/src/tensor-utils.ts', ''],
    ['names', 'packages/tensor/src/common/dtype.ts', ''],
    ['headers', task, "import type { Task } from '@linchpin/plugin-api';"],
    ['headers', task, '/** Questions about science. */\n'],
    ['headers', `${plugin}/prune.ts`, '/** Removes weights. */\n'],
    ['headers', 'packages/perplexity/src/windows.ts', 'export {};'],
    ['forbiddenText', 'README.md', `Run it in ${join('/', 'tmp', 'x')}.`],
    ['forbiddenText', 'packages/tensor/src/dtype.ts', `const folder = '${join('/', 'home')}/someone';`],
    ['forbiddenText', 'packages/tensor/src/dtype.ts', `// ${todo}: later`],
    ['forbiddenText', 'CONTRIBUTING.md', `Get it from ${['registry', 'npmjs', 'org'].join('.')}.`],
    ['forbiddenText', 'docs/start.md', ['npx', '--yes', 'linchpin'].join(' ')],
    ['thrownErrors', 'packages/tensor/src/dtype.ts', "throw new Error('no');"],
    ['thrownErrors', 'packages/tensor/src/dtype.ts', 'return new LinchpinError({});'],
    ['sizes', task, sourceHeader() + 'line();\n'.repeat(61)],
    ['sizes', 'packages/paper-weights/src/tables/table-1-weights.ts', 'line();\n'.repeat(71)],
    ...[
      'let known = 1;',
      'export let known: number | undefined;',
      'var known = 1;',
      'let [known, other] = [1, 2];',
      'const known = new Map<string, readonly string[]>();',
      'const known: ReadonlyMap<string, () => number> = new Map();',
      'const known =\n  new Set<string>();',
      'export const known: WeakMap<object, number> = new WeakMap();',
      'const known = new WeakSet();',
      'const known: string[] = [];',
      'const known = [] as string[];',
      'const known: Record<string, () => number> = {};',
      'class Known {\n  static last = 1;\n}',
      'class Known {\n  private static readonly all = new Map<string, Known>();\n}',
    ].map((text): [string, string, string] => ['moduleState', 'packages/tensor/src/dtype.ts', `${text}\n`]),
    ['moduleState', 'apps/cli/src/flags.ts', 'let known = 1;\n'],
    ['moduleState', 'datasets/src/files.ts', 'let known = 1;\n'],
  ];

  it.each(broken)('%s: %s as %j', (rule, path, text) => {
    const found = violations({ ...sound, [path]: text });
    expect(found.map((violation) => violation.rule)).toEqual([rule]);
    expect(found[0]?.path).toContain(text === undefined ? packageOf(path) : path.split('/')[0]);
  });

  const allowed: [path: string, text: string][] = [
    ['packages/models/src/lay.test.ts', "import { testTask } from '@linchpin/testing';"],
    ['packages/plugin-api/src/task.ts', "import type { Graph } from '@linchpin/onnx';"],
    ['apps/cli/src/main.ts', "import '@linchpin/tasks';\nimport '@linchpin/models';"],
    ['apps/cli/test/main.test.ts', "import 'onnxruntime-node';"],
    [
      'packages/harness/src/open.ts',
      "import '@linchpin/execution';\nimport '@linchpin/models';\nimport '@linchpin/plugin-prune';",
    ],
    ['packages/paper-weights/src/table.ts', "import '@linchpin/harness';\nimport '@linchpin/plugin-prune';"],
    ['apps/cli/src/main.ts', "import '@linchpin/paper-weights';\nimport '@linchpin/harness';"],
    ['tests/integration/table.test.ts', "import '@linchpin/paper-weights';"],
    ['apps/cli/src/main.ts', "import '@linchpin/cli';"],
    [
      'tests/integration/laws.test.ts',
      "import 'onnxruntime-node';\nimport '@linchpin/tasks';\nimport '@linchpin/testing';",
    ],
    ['tests/integration/open-executor.ts', "import '@linchpin/models';\nimport '@linchpin/testing';"],
    ['packages/runtime/src/session.ts', "import 'onnxruntime-node';"],
    ['packages/tensor/src/dtype.ts', `// ${todo}(#12): later`],
    ['packages/tensor/src/errors.ts', 'return new LinchpinError({});'],
    ...[
      'const known: ReadonlySet<string> = new Set([1]);',
      "const known = new Map([\n  ['a', 1],\n]);",
      'const known: readonly string[] = [];',
      'const known: Readonly<Record<string, number>> = {};',
      'const known = [1];',
      'function f(): void {\n  let known = 1;\n  const all = new Map();\n  const list: string[] = [];\n}',
      'class Known {\n  static readonly least = 1;\n  static of(): Known {\n    return new Known();\n  }\n}',
      'class Known {\n  readonly #all = new Map<string, Known>();\n}',
    ].map((text): [string, string] => ['packages/tensor/src/dtype.ts', `${text}\n`]),
    ['packages/tensor/src/dtype.test.ts', 'let known = 1;\n'],
    ['scripts/count.ts', 'let known = 1;\n'],
    ['docs/paths.md', 'src/work/x and https://example.org/home'],
  ];

  it.each(allowed)('find nothing in %s: %s', (path, text) => {
    expect(violations({ ...sound, [path]: text })).toEqual([]);
  });

  it('leave state alone where a reason is given, and say when it is gone', () => {
    const path = 'packages/tensor/src/dtype.ts';
    const check = moduleStateExcept(new Map([[path, 'asked once']]));
    write({ ...sound, [path]: 'let known = 1;\n' });
    expect(check(readWorkspace(root))).toEqual([]);
    write({ [path]: 'const known = 1;\n' });
    expect(check(readWorkspace(root))).toMatchObject([{ path, message: expect.stringContaining('off the list') }]);
  });

  it('except files from a rule only while there are such files', () => {
    const gone = [...stateExceptions.keys()].filter((path) => !existsSync(join(repository, path)));
    expect(gone).toEqual([]);
  });
});

describe('sizes', () => {
  const lines = (folder: string): number => folderBudgets.get(folder)! + 1;
  const tooLong: [path: string, text: string][] = [
    ['packages/tensor/src/dtype.ts', 'line();\n'.repeat(codeBudget)],
    ['packages/harness/src/open.test.ts', '// Why.\n'.repeat(lines('packages/harness/src'))],
    ['apps/cli/src/flags.ts', '\n'.repeat(lines('apps/cli/src'))],
  ];

  it.each(tooLong)('keep to budgets: %s', (path, text) => {
    expect(violations({ ...sound, [path]: text })).toMatchObject([{ rule: 'sizes' }]);
  });

  it('count code and comments of published sources only', () => {
    write({
      'packages/tensor/src/dtype.ts': '/** What. */\n\nexport const a = 1; // why\n',
      'packages/tensor/src/dtype.test.ts': 'it();\n',
    });
    write(packageFiles('packages/tensor', 'base'));
    const workspace = readWorkspace(root);
    expect(codeLines(workspace)).toBe(2);
    expect(workspace.packages.map(sizeOf)).toEqual([{ code: 2, share: 1 / 3 }]);
  });

  it('count all lines of a folder that has a budget', () => {
    write({
      'apps/cli/src/main.ts': '/** What. */\n\nrun();\n',
      'apps/cli/src/main.test.ts': 'it();\n',
      'apps/cli/test/command.test.ts': 'it();\n',
      'apps/cli/src/page.md': 'Text.\n',
    });
    const budget = folderBudgets.get('apps/cli/src');
    expect(folderLines(readWorkspace(root))).toEqual([{ folder: 'apps/cli/src', lines: 4, budget }]);
  });
});

describe('crumbs', () => {
  const passing = [
    "export { a, type B } from './a.ts';\nexport type {\n  C,\n} from './c.ts';\n",
    "import { a } from './a.ts';\n\n/** The same. */\nexport function b(x: number): number {\n  return a(x, 1);\n}\n",
    "import type { A } from './a.ts';\nimport { a } from './a.ts';\n\nexport const b = async (x: A): Promise<A> => await a(x);\n",
  ];
  const working = [
    'export interface A {\n  readonly b: number;\n}\n',
    "import { a } from './a.ts';\n\nexport function b(x: number): number {\n  return x + 1;\n}\n",
    "export { a } from './a.ts';\n".repeat(13),
  ];

  it.each(passing)('are files that only pass on: %j', (text) => {
    write({ ...packageFiles('packages/tensor', 'base'), 'packages/tensor/src/dtype.ts': text });
    expect(readWorkspace(root).packages.flatMap(crumbsOf)).toMatchObject([{ path: 'packages/tensor/src/dtype.ts' }]);
  });

  it.each(working)('are no others: %j', (text) => {
    write({ ...packageFiles('packages/tensor', 'base'), 'packages/tensor/src/dtype.ts': text });
    expect(readWorkspace(root).packages.flatMap(crumbsOf)).toEqual([]);
  });

  it('are no entries, generated lists and tests', () => {
    const text = passing[0]!;
    const paths = ['index.ts', 'generated/tasks.ts', 'dtype.test.ts'].map((name) => `packages/tensor/src/${name}`);
    write({ ...packageFiles('packages/tensor', 'base'), ...Object.fromEntries(paths.map((path) => [path, text])) });
    expect(readWorkspace(root).packages.flatMap(shortFiles)).toEqual([]);
  });
});

const belowComposition = ['base', 'format', 'contract', 'library', 'plugin'];

const layers = {
  base: { dependencies: { allow: ['base'] } },
  format: { dependencies: { allow: ['base', 'format'] } },
  contract: { dependencies: { allow: ['base', 'format'] } },
  library: { dependencies: { allow: ['base', 'format', 'contract', 'tooling'] } },
  plugin: { dependencies: { allow: ['base', 'format', 'contract', 'tooling'] } },
  tooling: { dependencies: { allow: ['base', 'format', 'contract'] } },
  composition: { dependencies: { allow: [...belowComposition, 'composition', 'tooling'] } },
  paper: { dependencies: { allow: [...belowComposition, 'composition', 'tooling'] } },
  app: {},
  tests: {},
};

const sound: Tree = {
  'turbo.json': `{\n  // Who may import whom.\n  "boundaries": { "tags": ${JSON.stringify(layers)} }\n}`,
  'README.md': 'A workspace.',
  ...packageFiles('packages/tensor', 'base'),
  ...packageFiles('packages/onnx', 'format'),
  ...packageFiles('packages/plugin-api', 'contract'),
  ...packageFiles('packages/models', 'library'),
  ...packageFiles('packages/runtime', 'library'),
  ...packageFiles('packages/tasks', 'library'),
  ...packageFiles('packages/testing', 'tooling'),
  ...packageFiles('packages/plugin-prune', 'plugin'),
  ...packageFiles('packages/plugin-scale', 'plugin'),
  ...packageFiles('packages/execution', 'composition'),
  ...packageFiles('packages/harness', 'composition'),
  ...packageFiles('packages/paper-weights', 'paper'),
  ...packageFiles('packages/paper-other', 'paper'),
  ...packageFiles('apps/cli', 'app'),
  ...packageFiles('apps/bench', 'app'),
  ...testsFiles(),
  'packages/tasks/src/tasks/arc-easy.ts': sourceHeader(),
  'packages/tasks/src/tasks/arc-easy.test.ts': "import { arcEasy } from './arc-easy.ts';\ntestTask(arcEasy);",
  'packages/plugin-prune/src/plugin.ts': "export const plugin = { name: 'prune' };",
  'packages/plugin-prune/src/prune.ts': sourceHeader(),
  'packages/plugin-prune/src/prune.test.ts': "import { prune } from './prune.ts';\ntestIntervention(prune);",
};

function packageFiles(folder: string, tag: string): Tree {
  const name = folder.slice(folder.indexOf('/') + 1);
  return {
    [`${folder}/package.json`]: `{ "name": "@linchpin/${name}", "exports": { ".": "", "./package.json": "" } }`,
    [`${folder}/README.md`]: `# ${name}\n\n\`\`\`ts\nrun();\n\`\`\`\n\nIt does not sing.\n`,
    [`${folder}/tsconfig.json`]: '{}',
    [`${folder}/turbo.json`]: `{ "extends": ["//"], "tags": ["${tag}"] }`,
    [`${folder}/src/${tag === 'app' ? 'main' : 'index'}.ts`]: 'export {};',
  };
}

/** Folder of the package that a file belongs to. */
function packageOf(path: string): string {
  return /^(?:packages|apps)\/[^/]+|^[^/]+/.exec(path)![0];
}

function testsFiles(): Tree {
  return {
    'tests/package.json': '{ "name": "@linchpin/tests" }',
    'tests/README.md': '# tests\n\nThey do not sing.\n',
    'tests/tsconfig.json': '{}',
    'tests/turbo.json': '{ "extends": ["//"], "tags": ["tests"] }',
  };
}

function sourceHeader(): string {
  return '/** A method (arXiv 2411.07191, section 3). */\n';
}

/** A path without a text is left out of the tree. */
function write(tree: Record<string, string | undefined>): void {
  for (const [path, text] of Object.entries(tree)) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function violations(tree: Record<string, string | undefined>): { rule: string; path: string; message: string }[] {
  write(tree);
  const workspace = readWorkspace(root);
  return Object.entries(rules).flatMap(([rule, check]) =>
    check(workspace).map((violation) => ({ rule, ...violation })),
  );
}
