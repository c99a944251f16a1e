import { LinchpinError } from '@linchpin/errors';

export function unknownIntervention(name: string, near: readonly string[], known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/unknown-intervention',
    subject: '--intervention',
    found: `the name "${name}"`,
    expected: near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.join(', ')}`,
    action: '`linchpin ls interventions` lists them with their options.',
  });
}

export function invalidInterventionOptions(name: string, issues: string, options: Readonly<Record<string, string>>): LinchpinError {
  const known = Object.entries(options).map(([option, meaning]) => `${option} (${meaning})`);
  return new LinchpinError({
    code: 'cli/invalid-intervention-options',
    subject: `--intervention ${name}`,
    found: issues,
    expected: known.length > 0 ? `a JSON object with ${known.join('; ')}` : 'no options',
    action: `Write --intervention '${name}:{"option": value}'.`,
  });
}

export function invalidNumber(flag: string, found: string, expected: string): LinchpinError {
  return new LinchpinError({ code: 'cli/invalid-number', subject: flag, found: `"${found}"`, expected, action: 'Correct the flag.' });
}

export function unknownTable(found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/unknown-table',
    subject: 'linchpin table',
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: '`linchpin ls tables` says what each shows.',
  });
}

export function unknownCorpus(found: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/unknown-corpus',
    subject: '--corpus',
    found: `"${found}"`,
    expected: 'wikitext2, c4, or the path of a text or JSONL file',
    action: 'Check the path.',
  });
}

export function unknownList(found: string, near: readonly string[], known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'cli/unknown-list',
    subject: 'linchpin ls',
    found: `"${found}"`,
    expected: near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.join(', ')}`,
    action: 'Choose one of them.',
  });
}

export function cannotWrite(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'cli/cannot-write',
    subject: file,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a file in a folder that exists and can be written',
    action: 'Make the folder, or choose another.',
    cause,
  });
}
