import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rules } from './rules.ts';
import { commentShares, libraryBudget, libraryLines } from './sizes.ts';
import { readWorkspace } from './workspace.ts';

type Tree = Record<string, string>;

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
    ['packageParts', 'packages/tensor/turbo.json', undefined],
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
    ['imports', 'packages/plugin-api/src/task.ts', "import { dtypes } from '@linchpin/onnx';"],
    ['imports', `${plugin}/prune.ts`, `${sourceHeader()}import '@linchpin/plugin-scale';`],
    ['imports', `${plugin}/prune.ts`, `${sourceHeader()}import '@linchpin/models';`],
    ['conformance', 'packages/tasks/src/tasks/arc-easy.test.ts', "import { arcEasy } from './arc-easy.ts';"],
    ['conformance', 'packages/tasks/src/tasks/piqa.ts', sourceHeader()],
    ['conformance', 'packages/models/src/families/llama.ts', sourceHeader()],
    ['conformance', `${plugin}/prune.test.ts`, undefined],
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
    ['thrownErrors', 'packages/tensor/src/dtype.ts', "throw new Error('no');"],
    ['thrownErrors', 'packages/tensor/src/dtype.ts', 'return new LinchpinError({});'],
    ['sizes', task, sourceHeader() + 'line();\n'.repeat(61)],
    ['sizes', 'packages/tensor/src/dtype.ts', 'line();\n'.repeat(libraryBudget)],
  ];

  it.each(broken)('%s: %s as %j', (rule, path, text) => {
    const found = violations({ ...sound, [path]: text });
    expect(found.map((violation) => violation.rule)).toEqual([rule]);
    expect(found[0]?.path).toContain(text === undefined ? path.split('/').slice(0, 2).join('/') : path.split('/')[0]);
  });

  const allowed: [path: string, text: string][] = [
    ['packages/models/src/lay.test.ts', "import { testTask } from '@linchpin/testing';"],
    ['packages/plugin-api/src/task.ts', "import type { Graph } from '@linchpin/onnx';"],
    ['apps/cli/src/main.ts', "import '@linchpin/tasks'; import '@linchpin/models';"],
    ['apps/cli/test/main.test.ts', "import 'onnxruntime-node';"],
    ['packages/runtime/src/session.ts', "import 'onnxruntime-node';"],
    ['packages/tensor/src/dtype.ts', `// ${todo}(#12): later`],
    ['packages/tensor/src/errors.ts', 'return new LinchpinError({});'],
    ['docs/paths.md', 'src/work/x and https://example.org/home'],
  ];

  it.each(allowed)('find nothing in %s: %s', (path, text) => {
    expect(violations({ ...sound, [path]: text })).toEqual([]);
  });

  it('count code and comments of published sources only', () => {
    write({
      'packages/tensor/src/dtype.ts': '/** What. */\n\nexport const a = 1; // why\n',
      'packages/tensor/src/dtype.test.ts': 'it();\n',
    });
    write(packageFiles('packages/tensor', 'base'));
    const workspace = readWorkspace(root);
    expect(libraryLines(workspace)).toBe(2);
    expect(commentShares(workspace)).toEqual([{ name: '@linchpin/tensor', code: 2, share: 1 / 3 }]);
  });
});

const layers = {
  base: { dependencies: { allow: ['base'] } },
  format: { dependencies: { allow: ['base', 'format'] } },
  contract: { dependencies: { allow: ['base', 'format'] } },
  library: { dependencies: { allow: ['base', 'format', 'contract', 'tooling'] } },
  plugin: { dependencies: { allow: ['base', 'format', 'contract', 'tooling'] } },
  tooling: { dependencies: { allow: ['base', 'format', 'contract'] } },
  app: {},
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
  ...packageFiles('apps/cli', 'app'),
  'packages/tasks/src/tasks/arc-easy.ts': sourceHeader(),
  'packages/tasks/src/tasks/arc-easy.test.ts': "import { arcEasy } from './arc-easy.ts';\ntestTask(arcEasy);",
  'packages/plugin-prune/src/plugin.ts': 'export const plugin = {};',
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
