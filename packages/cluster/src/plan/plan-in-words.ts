/** What a plan amounts to, and what to do with it. */
import { durationInWords, secondsOf } from './cost.ts';
import type { Plan, PlanCell } from './plan.ts';

export function planInWords(plan: Plan, file: string): string {
  const { cells, models, machine } = plan;
  const sum = (value: (cell: PlanCell) => number): number => cells.reduce((all, cell) => all + value(cell), 0);
  const counts = [
    `${cells.length} cells of ${counted(models.length, 'model')}`,
    `${sum(({ units }) => units)} units`,
    `${sum(({ tokens }) => tokens)} tokens`,
  ];
  const time = durationInWords(sum((cell) => secondsOf(plan, cell)));
  const kind = `${machine.processor} with ${counted(machine.threads, 'thread')}`;
  return [
    `${file}: ${counts.join(', ')};`,
    `about ${time} on one machine like ${kind} (${machine.speed} GFLOP/s, ${machine.speedFrom}).`,
    `Workers: linchpin work --plan ${shellWord(file)} --shard I/N`,
    `Then:    linchpin store merge --plan ${shellWord(file)}, and with its store linchpin ${plannedCommand(plan).map(shellWord).join(' ')}`,
    '',
  ].join('\n');
}

/** The planned command, which computes nothing once the stores of the workers are merged. */
function plannedCommand({ command, models }: Plan): string[] {
  return [...command, ...models.flatMap(({ argument }) => ['--model', argument])];
}

/** One word of a shell, whatever is in it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
