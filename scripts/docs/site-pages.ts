/**
 * The pages of the documentation site: every Markdown file of the repository that a reader may want, and its address. The
 * files stay where they lie, so that their links hold in the repository as well as on the site.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Documents of the root that are pages, by address. The README is none: the first page says the same at more length. */
const rootDocuments = ['ARCHITECTURE', 'CONTRIBUTING', 'EXPERIMENTS', 'FEATURES'];

/** Where every page comes from and goes to, both from the root and with `.md`: what VitePress calls rewrites. */
export function sitePages(root: string): Readonly<Record<string, string>> {
  const documents = rootDocuments.map((name) => [`${name}.md`, `${name.toLowerCase()}.md`]);
  const guides = listMarkdown(root, 'docs').map((file) => [file, file.slice('docs/'.length)]);
  const readmes = [...memberFolders(root), 'datasets/mini', 'models/mini']
    .filter((folder) => existsSync(join(root, folder, 'README.md')))
    .map((folder) => [`${folder}/README.md`, `${folder}.md`]);
  const reports = listMarkdown(root, 'api').map((file) => [file, file]);
  return Object.fromEntries([...documents, ...guides, ...readmes, ...reports]) as Record<string, string>;
}

/** Every document whose links are checked: the pages, and the README of the root. */
export function listDocuments(root: string): string[] {
  return ['README.md', ...Object.keys(sitePages(root))];
}

/** Folders of the workspace's members, from the root. */
export function memberFolders(root: string): string[] {
  const nested = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
  );
  return [...nested, 'datasets'].filter((folder) => existsSync(join(root, folder, 'package.json')));
}

function listMarkdown(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.')) return [];
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return listMarkdown(root, path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}
