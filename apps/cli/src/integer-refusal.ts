import { areIntegersExact } from '@linchpin/runtime';
import type { OutputFlags } from './flags.ts';
import { remark } from './remark.ts';

/** Asks whether products of 8-bit integers are refused here, and says so the first time that they are. */
export function integerRefusal(
  flags: OutputFlags,
  areExact: () => Promise<boolean> = areIntegersExact,
): () => Promise<boolean> {
  const ask = async (): Promise<boolean> => {
    if (await areExact()) return false;
    const execution = 'the execution "simulated" is taken instead, which is slower';
    remark(`quantize: this processor does not multiply 8-bit integers exactly; ${execution}`, flags);
    return true;
  };
  let answer: Promise<boolean> | undefined;
  return () => (answer ??= ask());
}
