/** What super weights are multiplied by in a sweep. */
import { invalidFactors } from '../errors.ts';

/** The factor that everything is compared with: the model as it is. */
export const unchanged = 1;

export { paperFactors } from '@linchpin/defaults';

const mostFactors = 1000;

/** Reads `0,0.5,1` or `0:3:0.25`: every factor once, ascending, the unchanged model always among them. */
export function parseFactors(text: string): readonly number[] {
  const numbers = text.includes(':') ? range(text) : text.split(',').map((part) => number(part, text));
  return factorsOf(numbers);
}

/** Every factor once, ascending, the unchanged model always among them. */
export function factorsOf(numbers: readonly number[]): readonly number[] {
  const odd = numbers.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw invalidFactors(numbers.join(), `in which ${odd} is no number`);
  return [...new Set([...numbers, unchanged])].toSorted((a, b) => a - b);
}

function range(text: string): number[] {
  const parts = text.split(':').map((part) => number(part, text));
  const [first, last, step] = parts;
  if (parts.length !== 3 || first === undefined || last === undefined || step === undefined)
    throw invalidFactors(text, `which has ${parts.length} parts`);
  if (!(step > 0 && last >= first)) throw invalidFactors(text, 'which leads nowhere');
  // Binary fractions: 0.1 + 0.2 must be the 0.3 that a reader writes, and the last factor must not be lost.
  const steps = Math.floor((last - first) / step + 1e-9);
  if (steps >= mostFactors) throw invalidFactors(text, `which are more than ${mostFactors} factors`);
  return Array.from({ length: steps + 1 }, (_, index) => Number((first + index * step).toPrecision(12)));
}

function number(part: string, text: string): number {
  const value = Number(part);
  if (part.trim() === '' || !Number.isFinite(value)) throw invalidFactors(text, `in which "${part}" is no number`);
  return value;
}
