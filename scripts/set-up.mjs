/**
 * Runs a script of the workspace on any machine that has Node 20 or newer and npm: first brings what is missing, pnpm
 * and the exact Node of package.json included, all from the npm registry.
 *
 *     node scripts/set-up.mjs <script.ts> [argument …]
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed. pnpm comes through `npm exec`,
 * which keeps it in npm's own cache; `npm install` must never run here, it would break the node_modules of pnpm.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.set-up-stamp');
const workspaceNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const platform = `${process.platform}-${process.arch}`;

/** Where both onnxruntime-node and the npm package `node` have binaries. */
const platforms = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64'];

/** What an installer's output says about its failure, most specific first. */
const knownFailures = [
  [
    /ERR_PNPM_OUTDATED_LOCKFILE/,
    'pnpm-lock.yaml does not fit the package.json files. Run `npm exec pnpm install` and commit pnpm-lock.yaml.',
  ],
  [/ENOSPC/, 'the disk is full. The workspace needs about 1 GB.'],
  [
    /EACCES|EPERM|EROFS/,
    'no permission to write. Check who owns this folder and the npm cache (`npm config get cache`).',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ENOTCACHED|ERR_SOCKET_TIMEOUT|ERR_PNPM_META_FETCH_FAIL/,
    'the npm registry cannot be reached. Check the network and `npm config get registry`.',
  ],
];

const [script, ...scriptArguments] = process.argv.slice(2);
if (script === undefined) stop('no script given. Use: node scripts/set-up.mjs <script.ts> [argument …]');
if (!isInstalled()) install();
run(script, scriptArguments);

/** Everything that decides what has to be in node_modules. */
function fingerprint() {
  const hash = createHash('sha256').update(platform);
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function isInstalled() {
  return existsSync(workspaceNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint();
}

function install() {
  checkMachine();
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  process.stderr.write(`Installing the workspace with ${packageManager} (once; takes a minute or so) … `);
  const started = performance.now();
  rmSync(stampFile, { force: true });
  const pnpmArguments = ['install', '--frozen-lockfile', '--config.confirm-modules-purge=false'];
  const result = spawnSync('npm', ['exec', '--yes', `--package=${packageManager}`, '--', 'pnpm', ...pnpmArguments], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32', // npm is a .cmd file there
  });
  if (result.error !== undefined) stop(`npm cannot be started (${result.error.message}). Install Node with npm.`);
  const output = result.stdout + result.stderr;
  if (result.status !== 0) stop(explain(output));
  if (!existsSync(workspaceNode)) stop(`the package \`node\` has brought no binary.\n${output}`);
  writeFileSync(stampFile, fingerprint());
  process.stderr.write(`done in ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
}

function checkMachine() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) stop(`Node ${process.versions.node} is too old. Install Node 20 or newer.`);
  if (!platforms.includes(platform)) stop(`onnxruntime has no build for ${platform}. It has: ${platforms.join(', ')}.`);
  // Binaries of the registry are linked against glibc; musl (Alpine) has none.
  if (process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined) {
    stop('this Linux has no glibc, which onnxruntime needs. Use a glibc distribution, for example Debian.');
  }
  const target = existsSync(modules) ? modules : root;
  try {
    accessSync(target, constants.W_OK);
  } catch {
    stop(`no permission to write to ${target}. Check who owns it.`);
  }
}

function explain(output) {
  const known = knownFailures.find(([pattern]) => pattern.test(output));
  return `${known === undefined ? 'the installation failed.' : known[1]} The installer said:\n${output.trim()}`;
}

function stop(message) {
  process.stderr.write(`\nSet-up stopped: ${message}\n`);
  process.exit(1);
}

function run(file, rest) {
  const PATH = [join(modules, '.bin'), process.env.PATH].join(delimiter);
  const child = spawn(workspaceNode, ['-C', '@linchpin/source', file, ...rest], {
    cwd: root,
    env: { ...process.env, PATH },
    stdio: 'inherit',
  });
  // Ctrl-C reaches the child by itself; this process only has to outlive it, so that the child can finish its files.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + osConstants.signals[signal]));
}
