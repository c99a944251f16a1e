/** The workspace as the structure rules see it: packages, their layers, and the text of every file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SourceFile {
  /** Path from the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Apps are commands, and `tests` holds tests of several packages: nothing imports them. */
export type PackageKind = 'package' | 'app' | 'tests';

export interface Package {
  readonly name: string;
  /** Path from the root, with `/`. */
  readonly folder: string;
  readonly kind: PackageKind;
  /** Boundary tags of its turbo.json: the layer. */
  readonly tags: readonly string[];
  readonly files: readonly SourceFile[];
}

export interface Workspace {
  readonly packages: readonly Package[];
  /** Every text file, those of the packages included. */
  readonly files: readonly SourceFile[];
  /** For every layer, the layers that a package may depend on: the tags of the root turbo.json. Apps and tests may on all but each other. */
  readonly allowedTags: ReadonlyMap<string, readonly string[]>;
}

/** One broken rule at one place. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

export type Rule = (workspace: Workspace) => readonly Violation[];

/** Folders that are made, fetched or recorded, not written. */
const unwritten = new Set(['node_modules', 'dist', 'results', 'coverage', '__snapshots__', 'mini', 'models', 'golden']);
const writtenFile = /\.(ts|js|mjs|json|jsonc|md|ya?ml|hbs)$/;

interface BoundariesFile {
  readonly tags?: readonly string[];
  readonly boundaries?: {
    readonly tags: Readonly<Record<string, { readonly dependencies?: { readonly allow: readonly string[] } }>>;
  };
}

/** Reads the tree below `root`; the packages are the members of packages/, of apps/, datasets and tests. */
export function readWorkspace(root: string): Workspace {
  const files = readFiles(root, '');
  const folders = ['packages', 'apps'].flatMap((parent) =>
    listFolders(join(root, parent)).map((name) => `${parent}/${name}`),
  );
  const packages = [...folders, 'datasets', 'tests']
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => readPackage(root, folder, files));
  const { boundaries } = readBoundaries(join(root, 'turbo.json'));
  const allowedTags = Object.entries(boundaries?.tags ?? {}).map(
    ([tag, { dependencies }]) => [tag, dependencies?.allow ?? []] as const,
  );
  return { packages, files, allowedTags: new Map(allowedTags) };
}

function readPackage(root: string, folder: string, files: readonly SourceFile[]): Package {
  const { name } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { name: string };
  const { tags = [] } = readBoundaries(join(root, folder, 'turbo.json'));
  const own = files.filter(({ path }) => path.startsWith(`${folder}/`));
  return { name, folder, kind: kindOf(folder), tags, files: own };
}

function kindOf(folder: string): PackageKind {
  if (folder === 'tests') return 'tests';
  return folder.startsWith('apps/') ? 'app' : 'package';
}

function readBoundaries(path: string): BoundariesFile {
  if (!existsSync(path)) return {};
  const withoutComments = readFileSync(path, 'utf8').replaceAll(/^\s*\/\/.*$/gm, '');
  return JSON.parse(withoutComments) as BoundariesFile;
}

function readFiles(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return isWritten(path, entry.name) ? readFiles(root, path) : [];
    if (!writtenFile.test(entry.name) || entry.name === 'pnpm-lock.yaml') return [];
    return [{ path, text: readFileSync(join(root, path), 'utf8') }];
  });
}

/** `packages/models` is a package; the folder `models` of the root holds checkpoints. */
function isWritten(path: string, name: string): boolean {
  if (path === 'packages/models' || name === '.changeset') return true;
  // The page of the playground is built.
  if (path === 'packages/playground/page') return false;
  return !unwritten.has(name) && !name.startsWith('.');
}

function listFolders(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}
