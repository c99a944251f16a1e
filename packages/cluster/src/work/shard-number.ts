/** Which of how many workers a process is: by a flag, or by what the engine that started it says. */
import { badShard, tooManyShards } from '../errors.ts';

export interface ShardNumber {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** Variables of an engine: the index, its first value and the step to the next, how many there are, or the last. */
interface EngineVariables {
  readonly index: string;
  readonly first: (environment: Environment) => string | undefined;
  readonly step?: string;
  readonly count?: string;
  readonly last?: string;
}

/** A number of workers beyond this is a slip of the hand, for which no memory should be asked. */
export const mostShards = 1_000_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Kubernetes says only the index; how many there are the job's manifest hands on. */
const countVariable = 'LINCHPIN_SHARDS';

const engines: readonly EngineVariables[] = [
  // An array may leave tasks out when some are submitted again: then the number of all is handed on, too.
  {
    index: 'SLURM_ARRAY_TASK_ID',
    first: (at) => at[firstOfAll] ?? at['SLURM_ARRAY_TASK_MIN'],
    count: 'SLURM_ARRAY_TASK_COUNT',
  },
  { index: 'JOB_COMPLETION_INDEX', first: () => '0' },
  { index: 'PBS_ARRAY_INDEX', first: (at) => at[firstOfAll] ?? '1' },
  {
    index: 'SGE_TASK_ID',
    first: (at) => at[firstOfAll] ?? at['SGE_TASK_FIRST'],
    step: 'SGE_TASK_STEPSIZE',
    last: 'SGE_TASK_LAST',
  },
  { index: 'PARALLEL_SEQ', first: () => '1' },
];

/** First index of the whole array, where it is handed on with the number of all. */
const firstOfAll = 'LINCHPIN_FIRST_SHARD';

/** `flag` is `I/N`, from 1; the variables of the engine count when it is absent. */
export function shardNumber(flag: string | undefined, environment: Environment): ShardNumber {
  if (flag !== undefined) return ofFlag(flag);
  const engine = engines.find(({ index }) => environment[index] !== undefined);
  if (engine === undefined) {
    throw badShard(
      'no --shard, and no variable of an engine',
      `--shard I/N, or one of ${engines.map(({ index }) => index).join(', ')}`,
    );
  }
  const { index } = engine;
  const number = whole(index, environment[index]);
  const start = whole(`first value of ${index}`, engine.first(environment) ?? '1');
  const step = numberOf(engine.step, environment) ?? 1;
  const last = numberOf(engine.last, environment);
  const of =
    numberOf(countVariable, environment) ??
    numberOf(engine.count, environment) ??
    (last === undefined ? undefined : Math.floor((last - start) / step) + 1);
  if (of === undefined)
    throw badShard(`${index} without ${countVariable}`, `${countVariable}, the number of all workers`);
  return checked({ index: (number - start) / step + 1, of }, `${index}=${number}`);
}

function numberOf(name: string | undefined, environment: Environment): number | undefined {
  return name === undefined || environment[name] === undefined ? undefined : whole(name, environment[name]);
}

function ofFlag(flag: string): ShardNumber {
  const parts = /^(\d+)\/(\d+)$/.exec(flag);
  if (parts === null) throw badShard(`"${flag}"`, 'I/N with whole numbers, 3/8 for example');
  return checked({ index: Number(parts[1]), of: Number(parts[2]) }, `"${flag}"`);
}

function checked(shard: ShardNumber, found: string): ShardNumber {
  const { index, of } = shard;
  if (of > mostShards) throw tooManyShards(of, mostShards);
  if (Number.isInteger(index) && index >= 1 && index <= of) return shard;
  throw badShard(`${found}, the shard ${index} of ${of}`, 'an index from 1 to the number of shards');
}

function whole(name: string, text: string | undefined): number {
  if (text === undefined || !/^\d+$/.test(text)) throw badShard(`${name}="${text ?? ''}"`, 'a whole number');
  return Number(text);
}
