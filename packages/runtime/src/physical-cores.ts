/**
 * Cores that this process may use. Matrix products keep a core's units busy with one thread: a second one on the same
 * core (hyper-threading) only waits. Linux says which processors share a core; macOS on ARM has no such pairs; elsewhere
 * every processor counts as a core.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { env } from 'node:process';
import { badThreads } from './errors.ts';

const processors = '/sys/devices/system/cpu';

/** Threads that the system grants: a processor set (`taskset`) and a quota (containers) are taken into account. */
export function grantedThreads(): number {
  return availableParallelism();
}

/** Physical cores among the processors that this process may use, at most as many as threads are granted, at least 1. */
export function physicalCores(read: (path: string) => string = readText, granted: number = grantedThreads()): number {
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(read('/proc/self/status'))?.[1];
  if (allowed === undefined) return granted;
  const cores = new Set<string>();
  for (const processor of numbersOf(allowed)) {
    const siblings = read(`${processors}/cpu${processor}/topology/thread_siblings_list`).trim();
    cores.add(siblings === '' ? `alone: ${processor}` : siblings);
  }
  return Math.max(1, Math.min(cores.size, granted));
}

/**
 * Threads of one session: what is asked for; else `OMP_NUM_THREADS`, by which batch systems and other programs divide a
 * machine; else one a physical core; and never more than are granted.
 *
 * @throws LinchpinError `runtime/bad-threads` where the variable is neither a positive integer nor a list of them.
 */
export function threadsFor(asked: number | undefined): number {
  return Math.min(asked ?? threadsOfEnvironment() ?? physicalCores(), grantedThreads());
}

/** The outermost level of OpenMP's list, `4` or `4,2`. */
function threadsOfEnvironment(): number | undefined {
  const said = env['OMP_NUM_THREADS']?.trim() ?? '';
  if (said === '') return undefined;
  if (!/^[1-9]\d*(\s*,\s*[1-9]\d*)*$/.test(said)) throw badThreads(said);
  return Number.parseInt(said, 10);
}

/** The kernel's notation of sets: `0-3,8`. */
function numbersOf(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, index) => first! + index);
  });
}

/** Empty where there is no such file. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
