/** The members of the workspace, as pnpm-workspace.yaml names them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './normal-manifest.ts';

export interface Member {
  /** Path from the root, with `/`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Whether it has TypeScript sources that are built into dist. */
  readonly isBuilt: boolean;
}

function readMembers(root: string): Member[] {
  const list = /^packages:\n((?: +- .*\n)+)/m.exec(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))?.[1] ?? '';
  const patterns = [...list.matchAll(/- (.*)/g)].map(([, pattern = '']) => pattern);
  return patterns
    .flatMap((pattern) => (pattern.endsWith('/*') ? childrenOf(root, pattern.slice(0, -2)) : [pattern]))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest,
      isBuilt: existsSync(join(root, folder, 'src')),
    }));
}

/** Those that npm gets. */
export function publicMembers(root: string): Member[] {
  return readMembers(root).filter(({ manifest }) => manifest.private !== true);
}

function childrenOf(root: string, parent: string): string[] {
  return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
}
