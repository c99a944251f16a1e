/**
 * Checks the documents: links and anchors between them and to files, the calls of the program that they show, and that the
 * pages of the commands are up to date. Nothing outside the repository is asked.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgram } from '../apps/cli/src/program.ts';
import { commandPages } from './docs/command-pages.ts';
import { readAnchors, readLinks } from './docs/markdown-links.ts';
import { readCommands, refusal } from './docs/shown-commands.ts';
import { listDocuments } from './docs/site-pages.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const documents = new Map(listDocuments(root).map((path) => [path, readFileSync(join(root, path), 'utf8')]));

const counts = { links: 0, commands: 0 };
for (const [path, text] of documents) {
  for (const { line, target } of readLinks(text)) {
    counts.links += 1;
    report(`${path}:${line}`, brokenLink(path, target));
  }
  for (const shown of readCommands(text)) {
    counts.commands += 1;
    report(`${path}:${shown.line}`, refusal(shown, createProgram()));
  }
}
for (const [path, text] of commandPages(createProgram())) {
  const isStale = documents.get(path) !== text;
  report(path, isStale ? 'is stale; run `npm run docs:commands` and commit the result' : undefined);
}
console.log(`${documents.size} documents, ${counts.links} links, ${counts.commands} commands`);

function report(place: string, problem: string | undefined): void {
  if (problem === undefined) return;
  console.log(`${place}: ${problem}`);
  process.exitCode = 1;
}

/** The API reports may not have been made yet. */
function isAwaited(file: string): boolean {
  return /^api\/[\w-]+\.api\.md$/.test(file) && !existsSync(join(root, 'api'));
}

/** What is wrong with a link; undefined where nothing is, or where it leads out of the repository. */
function brokenLink(path: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined;
  const [file = '', anchor] = decodeURI(target).split('#');
  const linked = file === '' ? path : posix.join(posix.dirname(path), file);
  if (file.startsWith('/') || linked.startsWith('..')) return `links to ${target}, which is outside the repository`;
  if (isAwaited(linked)) return undefined;
  if (!existsSync(join(root, linked))) return `links to ${target}, which does not exist`;
  if (anchor === undefined || !linked.endsWith('.md')) return undefined;
  const anchors = readAnchors(documents.get(linked) ?? readFileSync(join(root, linked), 'utf8'));
  return anchors.includes(anchor) ? undefined : `links to ${target}; ${linked} has no heading of that anchor`;
}
