/** The files of a plug-in, as they lie in the folder `template` and with the name of the new one in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface TemplateAnswers {
  readonly name: string;
  /** Where the method is from; to be filled in by the author where absent. */
  readonly source?: string;
}

interface Dependencies {
  readonly [name: string]: string;
}

/** In package.json: what a package needs for its own work, that of its users, and that of its author. */
const dependencyFields = ['dependencies', 'peerDependencies', 'devDependencies'] as const;

/** What stands in the template until it is known. */
const unknownSource = 'the paper and section, or the reference implementation, that the method is from';

/** Text of every file of a new plug-in by path, with `/`, relative to its folder. */
export function templateFiles(answers: TemplateAnswers): Map<string, string> {
  const own = fileURLToPath(new URL('../', import.meta.url));
  const files = filledTemplate(answers, own);
  return files.set('package.json', withVersions(files.get('package.json')!, own));
}

/** The same before versions stand in package.json. `own` is the folder of this package. */
export function filledTemplate(answers: TemplateAnswers, own: string): Map<string, string> {
  const folder = join(own, 'template');
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
  return new Map(
    paths
      .toSorted()
      .map((path) => [targetOf(fillIn(path, answers)), fillIn(readFileSync(join(folder, path), 'utf8'), answers)]),
  );
}

/** Packing leaves out files that begin with a dot, and tools look for settings by name: here such files are called otherwise. */
function targetOf(path: string): string {
  return path.replace(/\.txt$/, '').replace(/^dot-/, '.');
}

function fillIn(text: string, { name, source = unknownSource }: TemplateAnswers): string {
  const camel = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return text
    .replaceAll('my-method', name)
    .replaceAll('myMethod', camel)
    .replaceAll('MyMethod', camel.charAt(0).toUpperCase() + camel.slice(1))
    .replaceAll(unknownSource, source);
}

/** The template's package.json names its dependencies without versions. */
function withVersions(text: string, own: string): string {
  const manifest = JSON.parse(text) as Record<string, unknown>;
  for (const field of dependencyFields) {
    const names = Object.keys(manifest[field] as Dependencies);
    manifest[field] = Object.fromEntries(names.map((name) => [name, `^${versionOf(name, own)}`]));
  }
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The version of a package with which this one was made. The command is released together with this package. */
function versionOf(name: string, own: string): string {
  const { version, devDependencies } = readManifest(own);
  if (name === '@linchpin/cli') return version;
  const specification = devDependencies[name] ?? '';
  // Packing writes the versions into the manifest; in the workspace they are those of what is linked.
  return /^\d/.test(specification) ? specification : readManifest(join(own, 'node_modules', name)).version;
}

function readManifest(folder: string): { readonly version: string; readonly devDependencies: Dependencies } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as ReturnType<typeof readManifest>;
}
