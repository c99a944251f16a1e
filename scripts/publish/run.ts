/** Programs that the check of what is published runs. */
import { spawnSync } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Ran {
  /** Null where a signal ended the program or it could not be started. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run([program = '', ...args]: readonly string[], { cwd, env = process.env }: RunOptions): Ran {
  const shell = process.platform === 'win32';
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env: withoutModules(env),
    encoding: 'utf8',
    shell,
  });
  return { status, stdout: stdout ?? '', stderr: `${stderr ?? ''}${error === undefined ? '' : error.message}` };
}

/** As `run`; a program that fails is an error with all that it printed. */
export function runWell(command: readonly string[], options: RunOptions): Ran {
  const ran = run(command, options);
  if (ran.status !== 0) throw new Error(`${command.join(' ')} ended with ${ran.status}\n${ran.stdout}${ran.stderr}`);
  return ran;
}

/** pnpm starts the workspace's programs with its own modules within reach, where an installed package must not look. */
function withoutModules(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_PATH: _modules, ...rest } = env;
  return rest;
}
