/** A command line as a job that several machines share: its models, and how it is run for one of them. */
import { existsSync } from 'node:fs';
import { type Job, notDividable } from '@linchpin/cluster';
import { planNightly } from '@linchpin/nightly';
import { createInvocation, type Invocation } from './invocation.ts';
import { createProgram } from './program.ts';
import { makeStrict } from './strict-flags.ts';

/** Commands that run models and nothing else. */
const dividable: readonly string[] = ['table', 'sweep', 'census', 'figure', 'evaluate', 'perplexity', 'nightly'];

/** Where models are not named. */
const embedded = 'mini';

/** `args` are those of the command; a settings file in the place of its name stands for `nightly` with it. */
export async function jobOf(args: readonly string[], { ending }: Pick<Invocation, 'ending'>): Promise<Job> {
  const [first = '', ...rest] = args;
  if (!dividable.includes(first) && existsSync(first))
    return await jobOf(['nightly', '--config', first, ...rest], { ending });
  if (!dividable.includes(first)) throw notDividable(first);
  const looked = await flagsOf(args, ending);
  if (looked.flags['fresh'] === true) throw notDividable(`${first} --fresh`);
  if (looked.flags['store'] === false) throw notDividable(`${first} --no-store`);
  const command = withoutModels(args);
  return {
    // A night computes everything anew, unless it is told to go on.
    command: first === 'nightly' && looked.flags['resume'] !== true ? [...command, '--resume'] : command,
    models: modelsOf(first, looked),
    threads: looked.flags['threads'] as number | undefined,
    async run(model, division, store) {
      const own = [...command, '--model', model, '--store', store, '--quiet'];
      const invocation = { ...createInvocation(own, ending), division };
      await makeStrict(createProgram(invocation)).parseAsync(own, { from: 'user' });
    },
  };
}

interface LookedAt {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly invocation: Invocation;
}

/** Ends a command before its action. */
class Looked extends Error {
  readonly flags: LookedAt['flags'];

  constructor(flags: LookedAt['flags']) {
    super('looked at');
    this.flags = flags;
  }
}

/** What the flags of a command say, those of the settings file included. */
async function flagsOf(args: readonly string[], ending: Invocation['ending']): Promise<LookedAt> {
  const invocation = createInvocation(args, ending);
  const program = makeStrict(createProgram(invocation)).hook('preAction', (_, command) => {
    throw new Looked(command.opts());
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof Looked) return { flags: error.flags, invocation };
    throw error;
  }
  return { flags: {}, invocation };
}

function modelsOf(name: string, { flags, invocation }: LookedAt): readonly string[] {
  const { model } = flags as { readonly model?: string | readonly string[] };
  if (name === 'nightly' && model === undefined) return planNightly({}, invocation.config).matrix.models;
  return typeof model === 'object' ? model : [model ?? embedded];
}

function withoutModels(args: readonly string[]): string[] {
  return args.filter((arg, index) => arg !== '--model' && args[index - 1] !== '--model' && !arg.startsWith('--model='));
}
