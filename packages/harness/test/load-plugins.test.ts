import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLinchpinError } from '@linchpin/errors';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { loadPlugins } from '../src/load-plugins.ts';

const text = (name: string): string => `export const plugin = {
  name: '${name}',
  summary: '',
  options: {},
  schema: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
  create() {},
};
`;

describe('loadPlugins', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), '{ "name": "own-package", "type": "module", "exports": "./own.js" }');
  writeFileSync(join(folder, 'own.js'), text('own'));
  writeFileSync(join(folder, 'other.js'), text('own'));
  writeFileSync(join(folder, 'lacking.js'), `import 'not-installed';\n${text('lacking')}`);
  mkdirSync(join(folder, 'node_modules/installed'), { recursive: true });
  writeFileSync(
    join(folder, 'node_modules/installed/package.json'),
    '{ "name": "installed", "type": "module", "exports": "./index.js" }',
  );
  writeFileSync(join(folder, 'node_modules/installed/index.js'), text('installed'));
  const load = async (...names: readonly string[]): Promise<string[]> =>
    (await loadPlugins(names.map((name) => ({ name, folder })))).map(({ name }) => name);

  it('finds installed packages, files, and the package whose folder it is', async () => {
    expect(await load('installed', './own.js')).toEqual(['installed', 'own']);
    expect(await load('own-package')).toEqual(['own']);
  });

  it('has what is named twice once', async () => {
    expect(await load('./own.js', 'installed', 'own-package')).toEqual(['own', 'installed']);
  });

  it.each([
    [['./own.js', './other.js'], 'harness/plugin-name-taken', 'another name'],
    [['not-there'], 'harness/plugin-not-found', 'Install the package'],
    [['./lacking.js'], 'harness/plugin-not-loaded', 'Install what it imports'],
  ])('refuses %j', async (names, code, action) => {
    const error: unknown = await load(...names).catch((caught: unknown) => caught);
    expect(isLinchpinError(error) ? error.code : error).toBe(code);
    expect(String(error)).toContain(action);
  });
});
