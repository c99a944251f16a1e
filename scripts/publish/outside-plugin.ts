/** What someone has who writes a plug-in of his own: it is made, tested and packed in a folder outside, and installed beside the command. */
import assert from 'node:assert/strict';
import { linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, type InstalledCommand, oldest } from './installed-command.ts';
import { type Ran, run, runWell } from './run.ts';

const name = 'halve-layer';
const quick = ['evaluate', '--tasks', 'piqa', '--limit', '5', '--no-store', '--json'];
const asked = `${name}:{"layer": 1, "factor": 0}`;

export class OutsidePlugin {
  readonly folder: string;

  /**
   * Makes it with the tarball of the generator, and installs what it asks for from the tarballs, below `parent`. What the
   * command's own installation has is linked and not unpacked again: onnxruntime alone has 300 MB.
   */
  constructor(tarballs: ReadonlyMap<string, string>, place: InstalledCommand, parent: string) {
    const { '@linchpin/create-plugin': generator = '', ...others } = Object.fromEntries(tarballs);
    runWell(['npm', 'exec', '--yes', `--package=${generator}`, '--', 'create-plugin', name], { cwd: parent });
    this.folder = join(parent, name);
    linkTree(join(place.folder, 'node_modules'), join(this.folder, 'node_modules'));
    // They are in no registry yet: named here, they are what the manifest asks for, which stays as it was made.
    runWell([...install, '--no-save', ...Object.values(others)], { cwd: this.folder });
  }

  /** The command, as it is installed for the plug-in's author. */
  command(args: readonly string[]): Ran {
    return run(['npx', '--no-install', '@linchpin/cli', ...args], { cwd: this.folder });
  }

  /** Packs it as for npm, and gives back the path of the tarball. */
  pack(): string {
    runWell(['npm', 'pack', '--pack-destination', '.'], { cwd: this.folder });
    const tarball = readdirSync(this.folder).find((file) => file.endsWith('.tgz'));
    assert.ok(tarball !== undefined, 'no tarball was written');
    return join(this.folder, tarball);
  }
}

/** Everything that a plug-in outside is checked for, in this order. Throws where one does not hold. */
export const pluginChecks: Readonly<Record<string, (plugin: OutsidePlugin, place: InstalledCommand) => void>> = {
  'passes the conformance suite': ({ folder }) => {
    assert.match(runWell(['npm', 'test'], { cwd: folder }).stdout, /[1-9]\d* passed/);
  },
  'is a row of a table, as its settings say': (plugin) => {
    const { status, stdout, stderr } = plugin.command(['nightly', '--no-store', '--limit', '5', '--windows', '1']);
    assert.equal(status, 0, stderr);
    const perplexity = (row: string): number =>
      Number(new RegExp(`^mini +${row} +wikitext2 +perplexity +([\\d.]+)`, 'm').exec(stdout)?.[1]);
    assert.ok(perplexity('without-layer-1') > 10 * perplexity('Original'), stdout);
    assert.ok(perplexity('without-layer-2') < 2 * perplexity('Original'), stdout);
  },
  'runs by name, installed beside the command': (plugin, place) => {
    runWell([...install, plugin.pack()], { cwd: place.folder });
    const byPath = measured(plugin.command([...quick, '--plugin', './src/plugin.ts', '--intervention', asked]));
    const byName = measured(place.command(oldest, [...quick, '--plugin', name, '--intervention', asked]));
    assert.deepEqual(byName, byPath);
    writeFileSync(
      join(place.folder, 'plugin.config.ts'),
      `import { defineConfig } from '@linchpin/cli';
export default defineConfig({
  plugins: ['${name}'],
  interventions: { off: [{ name: '${name}', settings: { layer: 1, factor: 0 } }] },
});
`,
    );
    const byConfig = place.command(oldest, [...quick, '--config', 'plugin.config.ts', '--intervention', 'off']);
    assert.deepEqual(measured(byConfig), byName);
  },
};

/** What a run has measured and under which interventions, which is the same wherever it ran. */
function measured({ status, stdout, stderr }: Ran): unknown {
  assert.equal(status, 0, stderr);
  const rows = JSON.parse(stdout) as readonly Readonly<Record<string, unknown>>[];
  assert.ok(rows.length > 0);
  return rows.map(({ task, metric, value, interventions }) => ({ task, metric, value, interventions }));
}

/** Makes a folder with the same files, which are hard links. */
function linkTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkSync(source, target);
  }
}
