/**
 * Brings the package.json and tsconfig.build.json of every published package into the common form, so that all of them
 * say where they come from, what they need and what is in their tarball:
 *
 *     node scripts/normalize-manifests.ts [--check] [root]
 *
 * With --check nothing is written, and a file that differs is an error.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { type Member, publicMembers } from './manifests/members.ts';
import { normalBuildSettings, normalManifest } from './manifests/normal-manifest.ts';

const isCheck = process.argv.includes('--check');
const [given] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const root = given ?? dirname(dirname(fileURLToPath(import.meta.url)));

const stale = publicMembers(root).flatMap((member) => [...staleManifest(member), ...staleBuildSettings(member)]);
for (const { path, text } of stale) {
  if (isCheck) console.log(`${path} differs from the common form; node scripts/normalize-manifests.ts mends it`);
  else writeFileSync(join(root, path), text);
}
if (isCheck && stale.length > 0) process.exitCode = 1;

interface File {
  readonly path: string;
  readonly text: string;
}

/** The order of the keys is left to the formatter. */
function staleManifest({ folder, manifest, isBuilt }: Member): File[] {
  const text = JSON.stringify(normalManifest(manifest, { folder, isBuilt }), null, 2);
  if (isDeepStrictEqual(manifest, JSON.parse(text))) return [];
  return [{ path: `${folder}/package.json`, text: `${text}\n` }];
}

function staleBuildSettings({ folder, isBuilt }: Member): File[] {
  if (!isBuilt) return [];
  const path = `${folder}/tsconfig.build.json`;
  const text = normalBuildSettings(folder);
  return readFileSync(join(root, path), 'utf8') === text ? [] : [{ path, text }];
}
