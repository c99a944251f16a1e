/** Writes a checkpoint with interventions in its weights. */
import { stdout } from 'node:process';
import type { MergedCheckpoint } from '@linchpin/harness';
import { jsonText } from '@linchpin/report';
import type { MergeFlags } from '../commands/merge.ts';
import type { Invocation } from '../invocation.ts';
import { openOptions, requireUsed } from '../options.ts';
import { withHarness } from '../with-harness.ts';

export async function merge(flags: MergeFlags, invocation: Invocation): Promise<void> {
  const { dtype, ...opening } = flags;
  await withHarness(opening, invocation, async (harness) => {
    const model = await harness.open(flags.model, openOptions(flags));
    const chain = await harness.chain(model, flags.intervention);
    requireUsed([chain], flags);
    const merged = await harness.merge(model, { interventions: chain, out: flags.out, dtype });
    stdout.write(flags.json === true ? jsonText({ out: flags.out, ...merged }) : inWords(merged, flags));
  });
}

function inWords({ tensors, changed }: MergedCheckpoint, { out }: MergeFlags): string {
  const rounded = changed.flatMap((each) => (each.rounded === undefined ? [] : [each.rounded]));
  const types = [...new Set(changed.map(({ dtype }) => dtype))].join(', ');
  const sum = (read: (each: (typeof rounded)[number]) => number): number =>
    rounded.reduce((total, each) => total + read(each), 0);
  return [
    `Checkpoint: ${out}. Changed: ${count(changed.length)} of ${count(tensors)} tensors${changed.length === 0 ? '' : `, written in ${types}`}.`,
    ...(rounded.length === 0
      ? []
      : [
          `Rounding moves values by at most ${Math.max(...rounded.map(({ share }) => share)).toPrecision(2)} of the largest of their tensor, ` +
            `and undoes ${count(sum(({ undone }) => undone))} of ${count(sum(({ changed: values }) => values))} changes.`,
        ]),
    `  --model ${out}`,
    '',
  ].join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en');
}
