/**
 * Generators of what can be added: `npm run new -- plugin`, `task`, `corpus`, `model-family`, `table` or `figure`. Each makes files that
 * pass every check as they are, with an example inside that is to be replaced; no other file has to be edited by hand.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlopTypes } from '@turbo/gen';
import { filledTemplate } from '../../packages/create-plugin/src/template.ts';
import { corporaFolder, paperFolder, pluginsFolder } from '../../scripts/composition.ts';

/** Template below `templates/`, and where its file goes; both names may hold the answers. */
type TemplateFile = readonly [template: string, path: string];

export default function generators(plop: PlopTypes.NodePlopAPI): void {
  plop.setGenerator('plugin', {
    description: 'A package with an intervention',
    prompts: [ask('name', 'Name of the method, as in prune-outliers', /^[a-z]+(-[a-z]+)*$/), askSource],
    actions: [
      ...addFiles([
        ['plugin/package.json', 'packages/plugin-{{ name }}/package.json'],
        ['plugin/tsconfig.json', 'packages/plugin-{{ name }}/tsconfig.json'],
        ['plugin/tsconfig.build.json', 'packages/plugin-{{ name }}/tsconfig.build.json'],
        ['plugin/turbo.json', 'packages/plugin-{{ name }}/turbo.json'],
        ['plugin/README.md', 'packages/plugin-{{ name }}/README.md'],
      ]),
      addPluginSources,
      dependOnPlugin,
      run('pnpm', 'install', '--prefer-offline', '--no-frozen-lockfile'),
      ...finish,
    ],
  });

  plop.setGenerator('task', {
    description: 'A zero-shot benchmark, from a data set of the manifest',
    prompts: [ask('name', 'Name in lm-evaluation-harness, as in arc_easy', /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/), askSource],
    actions: [
      ...addFiles([
        ['task/task.ts', 'packages/tasks/src/tasks/{{ kebabCase name }}.ts'],
        ['task/task.test.ts', 'packages/tasks/src/tasks/{{ kebabCase name }}.test.ts'],
      ]),
      ...finish,
    ],
  });

  plop.setGenerator('corpus', {
    description: 'A text for perplexities, from a data set of the manifest',
    prompts: [
      ask('name', 'Name of its data set in the manifest, as in wikitext2', /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/),
      askSource,
    ],
    actions: [...addFiles([['corpus/corpus.ts', `${corporaFolder}/{{ kebabCase name }}.ts`]]), ...finish],
  });

  plop.setGenerator('model-family', {
    description: 'An architecture of decoder-only models',
    prompts: [ask('name', "Value of model_type in config.json, as in 'llama'", /^[a-z][a-z0-9_]*$/), askSource],
    actions: [
      ...addFiles([
        ['model-family/family.ts', 'packages/models/src/families/{{ kebabCase name }}.ts'],
        ['model-family/family.test.ts', 'packages/models/src/families/{{ kebabCase name }}.test.ts'],
      ]),
      ...finish,
    ],
  });

  plop.setGenerator('table', {
    description: 'A table of a paper',
    prompts: [
      ask('number', 'Number of the table in the paper', /^[1-9][0-9]*$/),
      ask('title', 'Title, as in Super weight importance', /^[A-Z][A-Za-z0-9 ]+$/),
      askSource,
    ],
    actions: [
      ...addFiles([['table/table.ts', `${paperFolder}/src/tables/table-{{ number }}-{{ kebabCase title }}.ts`]]),
      ...finish,
    ],
  });

  plop.setGenerator('figure', {
    description: 'A figure of a paper',
    prompts: [
      ask('number', 'Number of the figure in the paper', /^[1-9][0-9]*$/),
      ask('title', 'Title, as in Super weight spikes', /^[A-Z][A-Za-z0-9 ]+$/),
      askSource,
    ],
    actions: [
      ...addFiles([['figure/figure.ts', `${paperFolder}/src/figures/figure-{{ number }}-{{ kebabCase title }}.ts`]]),
      ...finish,
    ],
  });
}

const askSource: PlopTypes.PromptQuestion = ask('source', 'Its source, as in arXiv 2411.07191', /\S/);

function ask(name: string, message: string, form: RegExp): PlopTypes.PromptQuestion {
  return {
    type: 'input',
    name,
    message,
    validate: (answer: string) => form.test(answer) || `must match ${form.source}`,
  };
}

function addFiles(files: readonly TemplateFile[]): PlopTypes.ActionType[] {
  return files.map(([template, path]) => ({
    type: 'add',
    templateFile: `templates/${template}.hbs`,
    path: `{{ turbo.paths.root }}/${path}`,
    abortOnFail: true,
  }));
}

/** Those of a plugin outside the workspace: `npm create @linchpin/plugin` writes the same. */
function addPluginSources(answers: PlopTypes.Answers): string {
  const [name, source] = [String(answers['name']), String(answers['source'])];
  const packages = join(rootOf(answers), 'packages');
  const folder = join(packages, `plugin-${name}`);
  const files = filledTemplate({ name, source }, join(packages, 'create-plugin'));
  mkdirSync(join(folder, 'src'));
  for (const [path, text] of files)
    if (path.startsWith('src/')) writeFileSync(join(folder, path), text, { flag: 'wx' });
  return `${folder}/src`;
}

/** What offers every plugin depends on each. */
function dependOnPlugin(answers: PlopTypes.Answers): string {
  const path = join(rootOf(answers), pluginsFolder, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { dependencies: Record<string, string> };
  const name = `@linchpin/plugin-${String(answers['name'])}`;
  const dependencies = Object.entries({ ...manifest.dependencies, [name]: 'workspace:*' });
  manifest.dependencies = Object.fromEntries(dependencies.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
  return `${path} depends on ${name}`;
}

/** What every generator ends with: the lists of what there is, and line breaks that fit the length of the names. */
const finish: readonly PlopTypes.ActionType[] = [
  run('node', 'scripts/normalize-manifests.ts'),
  run('node', 'scripts/generate-indexes.ts'),
  run('oxfmt'),
];

/** Runs a command of the workspace in its root. */
function run(program: string, ...programArguments: readonly string[]): PlopTypes.CustomActionFunction {
  return (answers) => {
    const command = [program, ...programArguments].join(' ');
    const options = { cwd: rootOf(answers), encoding: 'utf8', shell: process.platform === 'win32' } as const;
    const { status, stdout, stderr } = spawnSync(program, programArguments, options);
    if (status !== 0) throw new Error(`${command} failed:\n${stdout}${stderr}`);
    return command;
  };
}

function rootOf(answers: PlopTypes.Answers): string {
  const { paths } = answers['turbo'] as { readonly paths: { readonly root: string } };
  return paths.root;
}
