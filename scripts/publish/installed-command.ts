/** What someone has who installs the command from npm: it is installed from tarballs into an empty folder and run there. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { engines } from '../manifests/normal-manifest.ts';
import { type Ran, run, runWell } from './run.ts';

/** A Node that is too old, and the oldest that is promised. */
const tooOld = '18.20.8';
export const oldest: string = /\d+\.\d+\.\d+/.exec(engines)![0];

const quick = ['table', '1', '--limit', '1', '--no-store'];

/** Scripts are off, as careful users have them; the check costs no other install script a download either. */
export const install: readonly string[] = [
  'npm',
  'install',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
  '--loglevel=error',
];

/** Everything that an installed command is checked for, by what it is. Throws where one does not hold. */
export const checks: Readonly<Record<string, (place: InstalledCommand) => void>> = {
  'computes the mini tables in an empty folder': (place) => {
    const expected = place.rows(place.fromSources([...quick, '--out', join(place.folder, 'sources')]), 'sources');
    // npx finds the package beside, and runs its command.
    const npx = ['npx', '--no-install', '@linchpin/cli', ...quick, '--out', 'installed'];
    assert.equal(place.rows(run(npx, { cwd: place.folder }), 'installed'), expected);
    assert.equal(place.rows(place.command(oldest, [...quick, '--out', 'oldest']), 'oldest'), expected);
  },
  'keeps a store, reads settings and knows its model on the oldest Node': (place) => {
    writeFileSync(
      join(place.folder, 'linchpin.config.ts'),
      "import { defineConfig, type LinchpinConfig } from '@linchpin/cli';\n" +
        'const config: LinchpinConfig = { threads: 1 };\nexport default defineConfig(config);\n',
    );
    const evaluated = place.command(oldest, ['evaluate', '--tasks', 'piqa', '--limit', '1']);
    assert.equal(evaluated.status, 0, evaluated.stderr);
    assert.doesNotMatch(evaluated.stderr, /Warning/);
    assert.match(place.command(oldest, ['runs', 'ls']).stdout, /evaluate/);
    assert.match(place.command(oldest, ['ls', 'models']).stdout, /^mini +embedded/m);
  },
  'says in one sentence that a Node is too old': (place) => {
    const { status, stdout, stderr } = place.command(tooOld, ['--version']);
    assert.deepEqual(
      { status, stdout, stderr },
      { status: 1, stdout: '', stderr: `linchpin needs Node ${engines}; this is Node ${tooOld}.\n` },
    );
  },
  'can be imported, every package of it': (place) => {
    const imports = place.packages.filter((name) => name !== '@linchpin/cli').map((name) => `import '${name}';`);
    const ran = run([place.node(oldest), '--input-type=module', '--eval', imports.join('\n')], { cwd: place.folder });
    assert.equal(ran.status, 0, ran.stderr);
  },
  // npm removes it where its install script fails, and installs the rest.
  'says what to do without onnxruntime-node': (place) => {
    rmSync(join(place.folder, 'node_modules/onnxruntime-node'), { recursive: true });
    const { status, stderr } = place.command(oldest, quick);
    assert.notEqual(status, 0);
    assert.match(
      stderr,
      /Run: npm install --prefix ".+" --ignore-scripts --save-optional onnxruntime-node@\d+\.\d+\.\d+\n/,
    );
    assert.equal(place.command(oldest, ['--help']).status, 0);
  },
};

export class InstalledCommand {
  /** Where the command was installed. */
  readonly folder: string;
  /** The workspace's packages that were installed. */
  readonly packages: readonly string[];
  readonly #root: string;
  readonly #nodes: string;

  /** Installs the tarballs, by the name of their package, and the Nodes to run them on, below `parent`. */
  constructor(root: string, tarballs: ReadonlyMap<string, string>, parent: string) {
    this.#root = root;
    this.packages = [...tarballs.keys()];
    this.folder = join(parent, 'installed');
    this.#nodes = join(parent, 'nodes');
    for (const folder of [this.folder, this.#nodes]) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    }
    runWell([...install, ...tarballs.values()], { cwd: this.folder });
    const nodes = [tooOld, oldest].map((version) => `node-${version}@npm:${nodePackage()}@${version}`);
    runWell([...install, ...nodes], { cwd: this.#nodes });
  }

  /** Path of a Node. */
  node(version: string): string {
    return join(
      this.#nodes,
      'node_modules',
      `node-${version}`,
      'bin',
      process.platform === 'win32' ? 'node.exe' : 'node',
    );
  }

  /** The installed command on a Node, in its folder. */
  command(version: string, args: readonly string[]): Ran {
    const node = this.node(version);
    const env = { ...process.env, PATH: [dirname(node), process.env['PATH']].join(delimiter) };
    return run([node, 'node_modules/@linchpin/cli/bin/linchpin.js', ...args], { cwd: this.folder, env });
  }

  /** The command of the workspace, on the Node of this process. */
  fromSources(args: readonly string[]): Ran {
    const main = pathToFileURL(join(this.#root, 'apps/cli/src/main.ts')).pathname;
    return run([process.execPath, '-C', '@linchpin/source', main, ...args], { cwd: this.#root });
  }

  /** The rows of the table that a run has written into a folder. */
  rows({ status, stderr }: Ran, out: string): string {
    assert.equal(status, 0, stderr);
    return readFileSync(join(this.folder, out, 'table-1.csv'), 'utf8');
  }
}

/** The npm package that holds Node's binary for this machine; `node` itself needs its install script to find it. */
function nodePackage(): string {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
}
