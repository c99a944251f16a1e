import { stderr } from 'node:process';
import type { OutputFlags } from './flags.ts';

/** A line on stderr, unless the user wants none. */
export function remark(text: string, { quiet }: OutputFlags): void {
  if (quiet !== true) stderr.write(`${text}\n`);
}
