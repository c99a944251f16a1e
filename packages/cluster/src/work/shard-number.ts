/** Which of how many workers a process is: by a flag, or by what the engine that started it says. */
import { badShard } from '../errors.ts';

export interface ShardNumber {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** Variables of an engine: the index, its first value, and how many there are. */
interface EngineVariables {
  readonly index: string;
  readonly first: (environment: Environment) => string | undefined;
  readonly count: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Kubernetes says only the index; how many there are the job's manifest hands on. */
const countVariable = 'LINCHPIN_SHARDS';

const engines: readonly EngineVariables[] = [
  // An array may leave tasks out when some are submitted again: then the number of all is handed on, too.
  {
    index: 'SLURM_ARRAY_TASK_ID',
    first: (at) => at[firstOfAll] ?? at['SLURM_ARRAY_TASK_MIN'],
    count: ['SLURM_ARRAY_TASK_COUNT'],
  },
  { index: 'JOB_COMPLETION_INDEX', first: () => '0', count: [] },
  { index: 'PBS_ARRAY_INDEX', first: (at) => at[firstOfAll] ?? '1', count: [] },
  { index: 'SGE_TASK_ID', first: (at) => at['SGE_TASK_FIRST'], count: ['SGE_TASK_LAST'] },
  { index: 'PARALLEL_SEQ', first: () => '1', count: [] },
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
  const { index, first, count } = engine;
  const counting = [countVariable, ...count].find((name) => environment[name] !== undefined);
  if (counting === undefined)
    throw badShard(`${index} without ${countVariable}`, `${countVariable}, the number of all workers`);
  const number = whole(index, environment[index]);
  const start = whole(`first value of ${index}`, first(environment) ?? '1');
  return checked({ index: number - start + 1, of: whole(counting, environment[counting]) }, `${index}=${number}`);
}

function ofFlag(flag: string): ShardNumber {
  const parts = /^(\d+)\/(\d+)$/.exec(flag);
  if (parts === null) throw badShard(`"${flag}"`, 'I/N with whole numbers, 3/8 for example');
  return checked({ index: Number(parts[1]), of: Number(parts[2]) }, `"${flag}"`);
}

function checked(shard: ShardNumber, found: string): ShardNumber {
  const { index, of } = shard;
  if (index >= 1 && index <= of) return shard;
  throw badShard(`${found}, the shard ${index} of ${of}`, 'an index from 1 to the number of shards');
}

function whole(name: string, text: string | undefined): number {
  if (text === undefined || !/^\d+$/.test(text)) throw badShard(`${name}="${text ?? ''}"`, 'a whole number');
  return Number(text);
}
