/** What may stand behind a flag: parsers of its text, which say what was expected. */
import { jsonOf, notJson, parseIntervention } from '@linchpin/config';
import type { InterventionSpecification } from '@linchpin/harness';
import type { Json } from '@linchpin/plugin-api';
import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers of at least `least`; `orElse` names what is accepted beside them. */
export function wholeNumber(least: number, orElse = ''): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Expected a whole number of at least ${least}${orElse}.`);
    }
    return value;
  };
}

/** The path of a file, or a number of rows. */
export function fileOrCount(text: string): string | number {
  return /^\d+$/.test(text) ? wholeNumber(1)(text) : text;
}

/** A finite number above 0. */
export const positive: NumberParser = numberWhere('a number above 0', (value) => value > 0);

/** A finite number of at least 0. */
export const nonNegative: NumberParser = numberWhere('a number of at least 0', (value) => value >= 0);

/** A number from 0 to 1. */
export const share: NumberParser = numberWhere('a number from 0 to 1', (value) => value >= 0 && value <= 1);

/** A number from 0 to below 1. */
export const belowOne: NumberParser = numberWhere('a number from 0 to below 1', (value) => value >= 0 && value < 1);

/** A whole number from 1, or a share below 1. */
export const countOrShare: NumberParser = numberWhere(
  'a whole number of at least 1, or a share between 0 and 1',
  (value) => (value > 0 && value < 1) || (Number.isSafeInteger(value) && value >= 1),
);

/** How many examples a prompt has. */
export function fewshotCount(text: string): number | 'published' {
  return text === 'published' ? text : wholeNumber(0, ', or published')(text);
}

export function stageCount(text: string): number | 'auto' {
  return text === 'auto' ? text : wholeNumber(1, ', or auto')(text);
}

type NumberParser = (text: string) => number;

function numberWhere(expected: string, holds: (value: number) => boolean): NumberParser {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || !holds(value))
      throw new InvalidArgumentError(`Expected ${expected}.`);
    return value;
  };
}

/** A labelled row of interventions. */
export interface RowFlag {
  readonly label: string;
  readonly interventions: readonly InterventionSpecification[];
}

/** Collects rows, each a JSON object; interventions are named as `--intervention` names them. */
export function collectRows(text: string, before: readonly RowFlag[] | undefined): RowFlag[] {
  const { label, interventions = [] } = jsonObject(text);
  if (typeof label !== 'string' || !Array.isArray(interventions))
    throw new InvalidArgumentError('Expected an object with a "label" and a list of "interventions".');
  const made = interventions.map((each: Json) =>
    typeof each === 'string' ? interventionOf(each) : (each as { name: string; settings?: Json }),
  );
  return [...(before ?? []), { label, interventions: made }];
}

/** What `NAME` or `NAME:JSON` asks for, as a value. */
export function interventionOf(text: string): Exclude<InterventionSpecification, { readonly edit: unknown }> {
  const specification = parseIntervention(text);
  if (specification !== undefined) return specification;
  const colon = text.indexOf(':');
  throw new InvalidArgumentError(notJson(text.slice(colon + 1), (json) => `${text.slice(0, colon)}:${json}`));
}

/** Collects interventions of a flag that may be given several times. */
export function collectInterventions(
  text: string,
  before: readonly InterventionSpecification[] | undefined,
): InterventionSpecification[] {
  return [...(before ?? []), interventionOf(text)];
}

/** A parser of JSON objects. */
export function jsonObject(text: string): Readonly<Record<string, Json>> {
  const value = jsonOf(text);
  if (value === undefined) throw new InvalidArgumentError(notJson(text, (json) => json));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidArgumentError('Expected a JSON object.');
  }
  return value as Readonly<Record<string, Json>>;
}

/** Collects a flag that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** Collects names that stand behind one another with commas, of a flag that may be given several times. */
export function collectNames(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before},${value}`;
}
