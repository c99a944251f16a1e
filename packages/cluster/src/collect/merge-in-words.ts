/** What a merge has found, for people. */
import { originInWords } from '@linchpin/run-store';
import { cellInWords, type Plan } from '../plan/plan.ts';
import type { MergedStores } from './merge-sources.ts';

/** Lines of one kind that are shown. */
const most = 20;

/** Whether everything is there, and agrees. */
export function isWhole({ missing, contradictions, unreadable, damaged }: MergedStores): boolean {
  return missing.length === 0 && contradictions.length === 0 && unreadable.length === 0 && damaged === 0;
}

export function mergeInWords(merged: MergedStores, plan: Plan | undefined): string {
  const { added, same, close, largest, damaged, unreadable, origins, statuses } = merged;
  return [
    `${added} batches are new, ${same} were there already.`,
    ...(close === 0
      ? []
      : [
          `${close} were there with other last digits, at most ${largest.toExponential(1)} nats a token: the order of sums.`,
        ]),
    ...(damaged === 0 ? [] : [`${damaged} do not have the checksum that they were written with, and were left out.`]),
    ...shown(unreadable, (text) => `Not read: ${text}`),
    ...machinesInWords(origins, plan),
    ...shown(missingLines(merged, plan), (text) => text),
    ...shown(contradictionLines(merged, plan), (text) => text),
    ...statuses.flatMap(({ clockAhead, host, index, of }) =>
      clockAhead === 0
        ? []
        : [`The clock of ${host} (shard ${index} of ${of}) is ${clockAhead} s ahead of the shared folder's.`],
    ),
    '',
  ].join('\n');
}

/** Machines, where there are several, or one that is not the plan's. */
function machinesInWords(origins: MergedStores['origins'], plan: Plan | undefined): string[] {
  const isPlans = (record: string | null): boolean => {
    const { processor, threads } = record === null ? {} : (JSON.parse(record) as Partial<Plan['machine']>);
    return processor === plan?.machine.processor && threads === plan?.machine.threads;
  };
  const others = [...origins.keys()].filter((record) => record !== null && plan !== undefined && !isPlans(record));
  const note = `They are remembered as ${plan?.machine.processor}'s, and may differ from its own in the last digits.`;
  return [
    ...(origins.size > 1 ? [...origins].map(([record, count]) => `${count} batches: ${originInWords(record)}`) : []),
    ...(others.length > 0
      ? [`Computed on another kind of machine: ${others.map(originInWords).join('; ')}. ${note}`]
      : []),
  ];
}

function missingLines({ missing }: MergedStores, plan: Plan | undefined): string[] {
  if (plan === undefined) return [];
  return missing.map(
    ({ cell, units, missingUnits }) =>
      `Missing: ${missingUnits} of ${units} units of ${cellInWords(plan, plan.cells[cell]!)}`,
  );
}

function contradictionLines({ contradictions }: MergedStores, plan: Plan | undefined): string[] {
  return contradictions.flatMap(({ cell, key, difference, origins: [one, other] }) => {
    const what =
      plan === undefined || cell === undefined
        ? `batch ${Buffer.from(key).toString('hex').slice(0, 12)}`
        : cellInWords(plan, plan.cells[cell]!);
    const size = Number.isFinite(difference)
      ? `${difference.toExponential(1)} nats a token apart`
      : 'of other shapes or decisions';
    return [
      `Contradiction: ${what}: ${size}; neither is kept`,
      `  one: ${originInWords(one)}`,
      `  other: ${originInWords(other)}`,
    ];
  });
}

function shown(lines: readonly string[], inWords: (line: string) => string): string[] {
  const more = lines.length > most ? [`… and ${lines.length - most} lines more`] : [];
  return [...lines.slice(0, most).map(inWords), ...more];
}

/** The same for programs. */
export function mergeAsJson({ contradictions, origins, ...rest }: MergedStores): object {
  return {
    ...rest,
    origins: [...origins].map(([record, batches]) => ({ origin: parsed(record), batches })),
    contradictions: contradictions.map(({ key, origins: both, ...each }) => ({
      ...each,
      key: Buffer.from(key).toString('hex'),
      origins: both.map(parsed),
    })),
  };
}

function parsed(record: string | null): unknown {
  return record === null ? null : JSON.parse(record);
}
