/** A folder outside the workspace in which every package of the workspace is installed, as a user would have it. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { listDocuments, memberFolders } from '../docs/site-pages.ts';
import { readSnippets, type Snippet, toSource } from './read-snippets.ts';

export interface SnippetFile extends Snippet {
  /** Document and line, for reports. */
  readonly name: string;
  /** Path of the TypeScript file in the folder. */
  readonly path: string;
}

/** What snippets import besides packages of the workspace, and a package that has it. */
const others = { zod: 'packages/tasks', vitest: 'packages/tasks' };

/** Makes the folder; the caller removes it. */
export function makeSnippetFolder(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'linchpin-snippets-'));
  for (const member of memberFolders(root)) {
    const { name } = JSON.parse(readFileSync(join(root, member, 'package.json'), 'utf8')) as { name: string };
    link(join(root, member), join(folder, 'node_modules', name));
  }
  for (const [name, owner] of Object.entries(others))
    link(join(root, owner, 'node_modules', name), join(folder, 'node_modules', name));
  link(join(root, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return folder;
}

/** Writes the snippets of all documents into the folder, and the settings with which they are type-checked. */
export function writeSnippets(root: string, folder: string): SnippetFile[] {
  // An API report holds declarations, which are no program.
  const documents = listDocuments(root).filter((document) => !document.endsWith('.api.md'));
  const snippets = documents.flatMap((document) =>
    readSnippets(readFileSync(join(root, document), 'utf8')).map((snippet) => {
      const { file, line } = snippet;
      const path = join(folder, document, file ?? `line-${line}.ts`);
      if (file !== undefined) mirrorFolder(join(root, dirname(file)), root, join(folder, document));
      mkdirSync(dirname(path), { recursive: true });
      rmSync(path, { force: true }); // where it is a link, what it leads to stays
      writeFileSync(path, toSource(snippet));
      return { ...snippet, name: `${document}:${line}`, path };
    }),
  );
  const settings = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { isolatedDeclarations: false, declaration: false, moduleDetection: 'force' },
    files: snippets.map(({ path }) => path),
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  return snippets;
}

/** Lets a file be written into a folder of the workspace that stays as it is: all around it are links. */
function mirrorFolder(source: string, root: string, mirror: string): void {
  if (source !== root) mirrorFolder(dirname(source), root, mirror);
  const copy = join(mirror, relative(root, source));
  if (lstatSync(copy, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(copy);
  mkdirSync(copy, { recursive: true });
  for (const name of existsSync(source) ? readdirSync(source) : [])
    if (lstatSync(join(copy, name), { throwIfNoEntry: false }) === undefined)
      symlinkSync(join(source, name), join(copy, name));
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, 'junction');
}
