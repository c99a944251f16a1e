/** Who holds something in the store: a process of a host. */
import { hostname } from 'node:os';
import { kill, pid } from 'node:process';

export const thisProcess: string = `${hostname()} ${pid}`;

/** Whether the owner may still be at work; of another host's processes nothing is known, so they may. */
export function mayBeAlive(owner: string): boolean {
  const [host, process] = owner.split(' ');
  return host !== hostname() || isRunning(Number(process));
}

function isRunning(process: number): boolean {
  try {
    return kill(process, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
