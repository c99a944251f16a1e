import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@linchpin/hub';

/** Where encoded weights are kept: `encoded` in LINCHPIN_CACHE, or in `linchpin` of the user's folder of caches. */
export function encodedFolder(environment: Environment): string {
  const caches = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(environment['LINCHPIN_CACHE'] ?? join(caches, 'linchpin'), 'encoded');
}
