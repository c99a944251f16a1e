/** Flags that not every table or figure takes. One that none would read is refused: it would look like a result without effect. */
import { flagNotTaken } from './errors.ts';
import { calibrationFlags, flagName } from './flags.ts';
import type { Invocation } from './invocation.ts';

/** The flags of an option of an experiment, where they are not one flag of the same name. */
const flagsOfOption: Readonly<Record<string, readonly string[]>> = {
  superWeights: ['superWeight'],
  rows: ['row'],
  sets: ['set'],
  heldOut: ['validation'],
  calibration: calibrationFlags,
};

/** The flags that options of experiments stand for. */
export function flagsOf(options: readonly string[]): string[] {
  return options.flatMap((option) => flagsOfOption[option] ?? [option]);
}

export interface TakenFlags {
  /** `linchpin table 1`, as errors name it. */
  readonly command: string;
  /** Flags that some experiments take, and those that these take. */
  readonly known: readonly string[];
  readonly taken: readonly string[];
}

/** Throws for the first flag that was given and is not taken; the settings file may say more than one command takes. */
export function requireTaken(flags: object, { filledIn }: Invocation, { command, known, taken }: TakenFlags): void {
  const given = new Set(Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [name])));
  const idle = known.find((flag) => given.has(flag) && !taken.includes(flag) && !filledIn.has(flag));
  if (idle !== undefined) throw flagNotTaken(flagName(idle), command, taken.map(flagName));
}
