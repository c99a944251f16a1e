/** What a tarball holds: only what a user of the package can use, with sound exports and types. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData, type Package, type ResolutionKind } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** A test, or something that only tests read; `arc_easy.test.jsonl` is a split of a data set, and a template's test is for others. */
const testFile =
  /^(?!template\/).*\.(?:test|test-d|reference)\.[cm]?[jt]s$|(?:^|\/)(?:tests?|__snapshots__|__tests__|golden)\//;

/** A place on the machine that built it; the home of `web_user` is one of Emscripten's file system, which lies in memory. */
const absolutePath = /(?<![\w./~:-])\/(?:work|root|home|tmp|Users)\/(?!web_user)\w/;

const textFile = /\.(?:[cm]?[jt]s|json|md|css|map)$/;

/** Packages are ES modules: how a CommonJS project of long ago resolves them is no matter. */
const ignored: ReadonlySet<ResolutionKind> = new Set(['node10', 'node16-cjs']);

/** The tarballs of a folder, by the name of their package. */
export function readTarballs(folder: string): Map<string, string> {
  const files = readdirSync(folder).map((name) => join(folder, name));
  return new Map(files.map((file) => [open(file).packageName, file]));
}

/** Every fault of a tarball, in one line each. */
export async function faultsOf(file: string, isCommand: boolean): Promise<string[]> {
  const content = open(file);
  return [
    ...contentFaults(content),
    ...(await exportFaults(file)),
    // A command's only export is the helper of its settings; what it computes has no types to be resolved.
    ...(isCommand ? [] : await typeFaults(content)),
  ];
}

function contentFaults(content: Package): string[] {
  const prefix = `/node_modules/${content.packageName}/`;
  const files = content.listFiles().map((path) => path.slice(prefix.length));
  const missing = ['package.json', 'README.md', 'LICENSE'].filter((name) => !files.includes(name));
  return [
    ...missing.map((name) => `lacks ${name}`),
    ...files.filter((path) => testFile.test(path)).map((path) => `holds a test: ${path}`),
    ...files
      .filter((path) => textFile.test(path))
      .flatMap((path) => {
        const found = absolutePath.exec(content.readFile(prefix + path));
        return found === null ? [] : [`holds an absolute path: ${path}: ${found[0]}`];
      }),
  ];
}

async function exportFaults(file: string): Promise<string[]> {
  const { messages, pkg } = await publint({ pack: { tarball: bytesOf(file).buffer }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

async function typeFaults(content: Package): Promise<string[]> {
  const result = await checkPackage(content);
  if (result.types === false) return ['attw: has no types'];
  return result.problems
    .filter((problem) => !('resolutionKind' in problem && ignored.has(problem.resolutionKind)))
    .map((problem) => `attw: ${JSON.stringify(problem)}`);
}

function open(file: string): Package {
  return createPackageFromTarballData(bytesOf(file));
}

function bytesOf(file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(file));
}
