/**
 * Builds and packs every public package and checks what its users get: the files, exports and types of each tarball,
 * whether its interface is the one in `api`, whether plain Node can import it, and whether the command, installed from the tarballs, computes its tables, and whether a plug-in
 * that somebody makes outside works with it. Nothing is published.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Member, publicMembers } from './manifests/members.ts';
import { apiDifferences, extractApi } from './publish/api-reports.ts';
import { checks, InstalledCommand } from './publish/installed-command.ts';
import { runWell } from './publish/run.ts';
import { OutsidePlugin, pluginChecks } from './publish/outside-plugin.ts';
import { faultsOf, readTarballs } from './publish/tarball.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const temporary = mkdtempSync(join(tmpdir(), 'linchpin-publish-'));

try {
  await main();
} finally {
  rmSync(temporary, { recursive: true });
}

async function main(): Promise<void> {
  const members = publicMembers(root);
  if (!attempt('build', () => runWell(['turbo', 'run', 'build', '--output-logs=errors-only'], { cwd: root }))) return;
  const folder = join(temporary, 'tarballs');
  const filters = members.map(({ manifest }) => `--filter=${manifest.name}`);
  const pack = ['pnpm', ...filters, 'pack', '--pack-destination', folder];
  if (!attempt('pack', () => runWell(pack, { cwd: root }))) return;

  const tarballs = readTarballs(folder);
  for (const { manifest } of members) {
    const file = tarballs.get(manifest.name);
    const isCommand = manifest.bin !== undefined;
    const faults = file === undefined ? ['was not packed'] : await faultsOf(file, isCommand);
    for (const fault of faults) fail(`${manifest.name}: ${fault}`);
  }
  for (const difference of apiDifferences(root, extractApi(root, members))) fail(difference);
  attempt('import', () => importAll(members));
  checkInstalled(members, tarballs);
  console.log(`checked ${members.length} packages`);
}

/** Without the workspace's source condition, one after the other in one process. */
function importAll(members: readonly Member[]): void {
  const entries = members
    .filter(({ manifest, isBuilt }) => isBuilt && manifest.bin === undefined)
    .map(({ folder }) => pathToFileURL(join(root, folder, 'dist/index.js')).href);
  const text = entries.map((entry) => `import '${entry}';`).join('\n');
  runWell([process.execPath, '--input-type=module', '--eval', text], { cwd: root });
}

function checkInstalled(members: readonly Member[], tarballs: ReadonlyMap<string, string>): void {
  const tarballsFor = (...names: string[]): Map<string, string> => {
    const needed = new Set(names.flatMap((name) => [...closure(name, members)]));
    return new Map([...tarballs].filter(([name]) => needed.has(name)));
  };
  let place: InstalledCommand;
  let plugin: OutsidePlugin;
  const command = tarballsFor('@linchpin/cli');
  if (!attempt('install', () => (place = new InstalledCommand(root, command, temporary)))) return;
  const author = tarballsFor('@linchpin/cli', '@linchpin/testing', '@linchpin/create-plugin');
  if (attempt('a plug-in', () => (plugin = new OutsidePlugin(author, place, temporary))))
    for (const [title, check] of Object.entries(pluginChecks))
      attempt(`a plug-in ${title}`, () => check(plugin, place));
  // The last one takes a part of the installation away.
  for (const [title, check] of Object.entries(checks)) attempt(`the installed command ${title}`, () => check(place));
}

/** A package and all of the workspace that it depends on. */
function closure(name: string, members: readonly Member[], found: Set<string> = new Set()): Set<string> {
  const member = members.find(({ manifest }) => manifest.name === name);
  if (member === undefined || found.has(name)) return found;
  found.add(name);
  for (const dependency of Object.keys(member.manifest.dependencies ?? {})) closure(dependency, members, found);
  return found;
}

/** Whether it went without an error; prints one, and lets the whole check fail, where it did not. */
function attempt(title: string, step: () => unknown): boolean {
  try {
    step();
    return true;
  } catch (error) {
    fail(`${title} FAILED\n${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

function fail(message: string): void {
  console.log(message);
  process.exitCode = 1;
}
