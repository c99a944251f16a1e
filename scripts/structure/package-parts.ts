/** Every package has the same parts: a README, a tsconfig, one entry, and its place among the layers. */
import type { Package, PackageKind, Rule, SourceFile, Violation } from './workspace.ts';

export const packageParts: Rule = ({ packages, allowedTags }) =>
  packages.flatMap((pack) => [
    ...missingFiles(pack),
    ...wrongEntry(pack),
    ...wrongTag(pack, [...allowedTags.keys()]),
    ...poorReadme(pack),
  ]);

const entries: Readonly<Record<PackageKind, readonly string[]>> = {
  package: ['src/index.ts'],
  app: ['src/main.ts'],
  tests: [],
};

function missingFiles({ folder, kind, files }: Package): Violation[] {
  return ['README.md', 'tsconfig.json', ...entries[kind]]
    .filter((name) => !files.some(({ path }) => path === `${folder}/${name}`))
    .map((name) => ({ path: folder, message: `has no ${name}` }));
}

/** Importers know the package by its name alone: no deep imports. */
function wrongEntry({ kind, folder, files }: Package): Violation[] {
  const manifest = findFile({ folder, files }, 'package.json');
  if (kind !== 'package' || manifest === undefined) return [];
  const { exports = {} } = JSON.parse(manifest.text) as { exports?: Record<string, unknown> };
  const keys = Object.keys(exports).toSorted().join(' ');
  return keys === '. ./package.json'
    ? []
    : [{ path: manifest.path, message: `exports "${keys}"; expected one entry "." and "./package.json"` }];
}

/** Apps and tests have a tag of their own; a package has that of its layer. */
function wrongTag({ folder, kind, tags }: Package, layers: readonly string[]): Violation[] {
  const known = kind === 'package' ? layers.filter((layer) => layer !== 'app' && layer !== 'tests') : [kind];
  if (tags.length === 1 && known.includes(tags[0]!)) return [];
  const expected = known.length === 1 ? known[0] : `one of ${known.join(', ')}`;
  return [{ path: `${folder}/turbo.json`, message: `has the tags [${tags.join(', ')}]; expected ${expected}` }];
}

/** A README says in one sentence what the package is, shows it in a snippet that is run, and says what it does not do. */
function poorReadme(pack: Package): Violation[] {
  const readme = findFile(pack, 'README.md');
  if (readme === undefined) return [];
  const lacks: [boolean, string][] = [
    [pack.kind === 'package' && !/^```ts\b/m.test(readme.text), 'has no ```ts snippet'],
    [!/\b(does|do) not\b/.test(readme.text), 'does not say what the package does not do'],
  ];
  return lacks.flatMap(([isLacking, message]) => (isLacking ? [{ path: readme.path, message }] : []));
}

function findFile({ folder, files }: Pick<Package, 'folder' | 'files'>, name: string): SourceFile | undefined {
  return files.find(({ path }) => path === `${folder}/${name}`);
}
