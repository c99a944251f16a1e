/** Lends a command a harness with what its flags say, and closes it on every way out. */
import { loadTasks } from '@linchpin/config';
import type { Harness } from '@linchpin/harness';
import { terminalReporter } from '@linchpin/terminal';
import { FailedCheck } from './exit-codes.ts';
import { defaultStore, type HarnessFlags } from './flags.ts';
import { inWordsOfFlags } from './flag-words.ts';
import type { Invocation } from './invocation.ts';
import { harnessOptions } from './options.ts';

export async function withHarness<T>(
  flags: HarnessFlags,
  { args, plugins, ending, config, division }: Invocation,
  work: (harness: Harness) => Promise<T>,
): Promise<T> {
  // Imported here: what only lists or helps must not wait for onnxruntime.
  const { openHarness } = await import('@linchpin/harness');
  const { signal } = ending;
  const reporter = terminalReporter({ quiet: flags.quiet, verbose: flags.verbose, signal });
  const shared = division === undefined ? {} : { division };
  const tasks = config === undefined ? [] : await loadTasks(config);
  const given = { ...harnessOptions(flags), ...shared, command: args, plugins, tasks };
  const harness = await openHarness({ ...given, signal, reporter });
  const end = async (status: Parameters<Harness['close']>[0]): Promise<void> => {
    const id = await harness.close(status);
    if (id === undefined) return;
    const store = flags.store === defaultStore ? '' : ` --store ${String(flags.store)}`;
    reporter.remark(`Run ${id}: \`linchpin show ${id}${store}\` shows what was asked and answered.`);
  };
  let result: T;
  try {
    result = await work(harness);
  } catch (error) {
    const status = error instanceof FailedCheck ? 'finished' : signal.aborted ? 'interrupted' : 'failed';
    // What ended the command says more: a full disk ends it, and then cannot take the end of its record either.
    await end(status).catch(() => {});
    throw inWordsOfFlags(error, flags);
  }
  await end('finished');
  return result;
}
