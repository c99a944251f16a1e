/** Every package has the same parts: a README, a tsconfig, one entry, and its place among the layers. */
import type { Package, Rule, SourceFile, Violation } from './workspace.ts';

export const packageParts: Rule = ({ packages, allowedTags }) =>
  packages.flatMap((pack) => [
    ...missingFiles(pack),
    ...wrongEntry(pack),
    ...wrongTag(pack, [...allowedTags.keys()]),
    ...poorReadme(pack),
  ]);

function missingFiles({ folder, isApp, files }: Package): Violation[] {
  return ['README.md', 'tsconfig.json', isApp ? 'src/main.ts' : 'src/index.ts']
    .filter((name) => !files.some(({ path }) => path === `${folder}/${name}`))
    .map((name) => ({ path: folder, message: `has no ${name}` }));
}

/** Importers know the package by its name alone: no deep imports. */
function wrongEntry({ isApp, folder, files }: Package): Violation[] {
  const manifest = findFile({ folder, files }, 'package.json');
  if (isApp || manifest === undefined) return [];
  const { exports = {} } = JSON.parse(manifest.text) as { exports?: Record<string, unknown> };
  const keys = Object.keys(exports).toSorted().join(' ');
  return keys === '. ./package.json'
    ? []
    : [{ path: manifest.path, message: `exports "${keys}"; expected one entry "." and "./package.json"` }];
}

function wrongTag({ folder, isApp, tags }: Package, layers: readonly string[]): Violation[] {
  const [tag = ''] = tags;
  if (tags.length === 1 && layers.includes(tag) && isApp === (tag === 'app')) return [];
  const expected = isApp ? 'app' : `one of ${layers.join(', ')}`;
  return [{ path: `${folder}/turbo.json`, message: `has the tags [${tags.join(', ')}]; expected ${expected}` }];
}

/** A README says in one sentence what the package is, shows it in a snippet that is run, and says what it does not do. */
function poorReadme(pack: Package): Violation[] {
  const readme = findFile(pack, 'README.md');
  if (readme === undefined) return [];
  const lacks: [boolean, string][] = [
    [!pack.isApp && !/^```ts\b/m.test(readme.text), 'has no ```ts snippet'],
    [!/\b(does|do) not\b/.test(readme.text), 'does not say what the package does not do'],
  ];
  return lacks.flatMap(([isLacking, message]) => (isLacking ? [{ path: readme.path, message }] : []));
}

function findFile({ folder, files }: Pick<Package, 'folder' | 'files'>, name: string): SourceFile | undefined {
  return files.find(({ path }) => path === `${folder}/${name}`);
}
