/** `linchpin evaluate`: any tasks under any chain of interventions. */
import { miniFolder } from '@linchpin/datasets';
import type { BosRule, ResultRow } from '@linchpin/plugin-api';
import { findTask } from '@linchpin/tasks';
import type { Command } from 'commander';
import { addModelFlags, collect, type ModelFlags, wholeNumber } from '../flags.ts';
import { Interrupted, interruptible } from '../interrupt.ts';
import { createIntervention } from '../interventions.ts';
import { openModel } from '../open-model.ts';
import { printResults, remark, requireWritable } from '../output.ts';
import { createProgress } from '../progress.ts';
import { bosInWords, runFacts } from '../run-facts.ts';
import { runTask } from '../run-tasks.ts';
import { SampleFile } from '../sample-file.ts';
import { withVariant } from '../variant.ts';

interface EvaluateFlags extends ModelFlags {
  readonly tasks: string;
  readonly intervention?: string[];
  readonly limit?: number;
  readonly samples?: string;
  readonly csv?: string;
}

export function addEvaluateCommand(program: Command): void {
  const command = program.command('evaluate').description('Score zero-shot tasks, as lm-evaluation-harness does at zero shots.');
  addModelFlags(command)
    .requiredOption('--tasks <NAMES>', 'tasks, separated by commas; `linchpin ls tasks` lists them')
    .option('--intervention <NAME[:JSON]>', 'an intervention; may be given several times, the order is kept', collect)
    .option('--limit <N>', 'only the first N items of every task', wholeNumber(1))
    .option('--samples <FILE>', 'write every request with its log-likelihood to a JSONL file')
    .option('--csv <FILE>', 'write the numbers with their provenance to a CSV file')
    .action(async (flags: EvaluateFlags) => interruptible((signal) => evaluate(flags, signal)));
}

async function evaluate(flags: EvaluateFlags, signal: AbortSignal): Promise<void> {
  const names = flags.tasks.split(',').map((name) => name.trim());
  const tasks = [...new Set(names)].map((name) => findTask(name));
  await requireWritable(flags.csv);
  const opened = await openModel(flags);
  const interventions = [];
  for (const specification of flags.intervention ?? []) interventions.push(await createIntervention(specification, opened.facts));
  const bos: BosRule = flags.bos ?? opened.card?.bos ?? 'tokenizer';
  remark(`${opened.name}, BOS ${bosInWords(bos, opened)}, ${interventions.map(({ name }) => name).join(' + ') || 'unedited'}`, flags);
  const samples = flags.samples === undefined ? undefined : await SampleFile.open(flags.samples);
  const rows: ResultRow[] = [];
  const progress = createProgress(flags.quiet === true);
  try {
    const facts = await runFacts(opened);
    const chain = { label: interventions.map(({ name }) => name).join(' + ') || 'Original', interventions };
    await withVariant(opened, chain, {
      flags,
      async work(variant) {
        for (const task of tasks) {
          const { rows: ofTask } = await runTask(opened, variant, {
            task,
            settings: {
              datasets: flags.datasets ?? miniFolder,
              ...(flags.limit === undefined ? {} : { limit: flags.limit }),
              bos,
              facts,
              progress,
              signal,
              onItem: (of, item) => samples?.add(of, item, bosInWords(bos, opened)),
            },
          });
          rows.push(...ofTask);
        }
      },
    });
    await samples?.finish();
  } catch (error) {
    await samples?.discard();
    if (!(error instanceof Interrupted) || rows.length === 0) throw error;
    await printResults(rows, flags);
    const done = [...new Set(rows.map((row) => row.task))];
    const saved = flags.csv === undefined ? 'nothing was saved' : `saved in ${flags.csv}`;
    throw new Interrupted(`interrupted: finished ${done.join(', ')} (above; ${saved}); no samples were written`);
  } finally {
    progress.end();
  }
  await printResults(rows, flags);
}
