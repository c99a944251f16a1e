/** A folder outside the workspace in which every package of the workspace is installed, as a user would have it. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readSnippets, type Snippet, toSource } from './read-snippets.ts';

export interface SnippetFile extends Snippet {
  /** README and line, for reports. */
  readonly name: string;
  /** Path of the TypeScript file in the folder. */
  readonly path: string;
}

const memberFolders = ['packages', 'apps'];

/** Folders of the workspace's members, from the root. */
function listMembers(root: string): string[] {
  const nested = memberFolders.flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)));
  return [...nested, 'datasets'].filter((folder) => existsSync(join(root, folder, 'package.json')));
}

/** Makes the folder; the caller removes it. */
export function makeSnippetFolder(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'linchpin-snippets-'));
  for (const member of listMembers(root)) {
    const { name } = JSON.parse(readFileSync(join(root, member, 'package.json'), 'utf8')) as { name: string };
    link(join(root, member), join(folder, 'node_modules', name));
  }
  link(join(root, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  const compilerOptions = { isolatedDeclarations: false, declaration: false, moduleDetection: 'force' };
  const settings = { extends: join(root, 'tsconfig.base.json'), compilerOptions };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  return folder;
}

/** Writes the snippets of all READMEs into the folder. */
export function writeSnippets(root: string, folder: string): SnippetFile[] {
  const readmes = ['README.md', ...listMembers(root).map((member) => join(member, 'README.md'))];
  return readmes
    .filter((readme) => existsSync(join(root, readme)))
    .flatMap((readme) =>
      readSnippets(readFileSync(join(root, readme), 'utf8')).map((snippet) => {
        const path = join(folder, `${readme}.line-${snippet.line}.ts`);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, toSource(snippet));
        return { ...snippet, name: `${readme}:${snippet.line}`, path };
      }),
    );
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, 'junction');
}
