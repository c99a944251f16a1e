/** What a comparison with the baseline says as a whole. */
import { ratiosNotMeasured } from '../errors.ts';
import type { ComparedRatio, Verdict } from './compare-ratios.ts';

export interface Conclusion {
  /** For whoever reads the output. */
  readonly lines: readonly string[];
  readonly passes: boolean;
}

/** Throws where a ratio of the baseline is missing that no flag left out: nobody would see that it is checked no more. */
export function concludeCheck(compared: readonly ComparedRatio[]): Conclusion {
  const namesOf = (asked: Verdict): string[] =>
    compared.filter(({ verdict }) => verdict === asked).map(({ name }) => name);
  const [worse, leftOut, missing] = [namesOf('worse'), namesOf('left out'), namesOf('not measured')];
  if (missing.length > 0) throw ratiosNotMeasured(missing);
  const lines = [];
  if (leftOut.length > 0) lines.push(`Left out by --execution: ${leftOut.join('; ')}.`);
  if (worse.length > 0) lines.push(`Worse: ${worse.join('; ')}.`);
  return { lines, passes: worse.length === 0 };
}
