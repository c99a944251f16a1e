import { describe, expect, it } from 'vitest';
import { shardNumber } from './shard-number.ts';

describe('the number of a shard', () => {
  it.each<[Record<string, string>, number, number]>([
    [{ SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_COUNT: '8' }, 3, 8],
    [{ SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_COUNT: '8' }, 4, 8],
    // Submitted again by itself: the array is one task, of all of those that there were.
    [
      {
        SLURM_ARRAY_TASK_ID: '3',
        SLURM_ARRAY_TASK_MIN: '3',
        SLURM_ARRAY_TASK_COUNT: '1',
        LINCHPIN_SHARDS: '8',
        LINCHPIN_FIRST_SHARD: '1',
      },
      3,
      8,
    ],
    [{ JOB_COMPLETION_INDEX: '0', LINCHPIN_SHARDS: '5' }, 1, 5],
    [{ PBS_ARRAY_INDEX: '2', LINCHPIN_SHARDS: '5' }, 2, 5],
    [{ SGE_TASK_ID: '2', SGE_TASK_FIRST: '1', SGE_TASK_LAST: '4' }, 2, 4],
    [{ SGE_TASK_ID: '10', SGE_TASK_FIRST: '3', SGE_TASK_LAST: '10', SGE_TASK_STEPSIZE: '1' }, 8, 8],
    [{ SGE_TASK_ID: '5', SGE_TASK_FIRST: '1', SGE_TASK_LAST: '10', SGE_TASK_STEPSIZE: '2' }, 3, 5],
    [{ PARALLEL_SEQ: '4', LINCHPIN_SHARDS: '5' }, 4, 5],
  ])('is read from %j', (environment, index, of) => {
    expect(shardNumber(undefined, environment)).toEqual({ index, of });
    expect(shardNumber('2/9', environment)).toEqual({ index: 2, of: 9 });
  });

  it.each<[string | undefined, Record<string, string>, string]>([
    ['0/4', {}, 'the shard 0 of 4'],
    ['5/4', {}, 'the shard 5 of 4'],
    ['1/9999999999', {}, 'found 9999999999; expected at most 1000000'],
    ['a/b', {}, '"a/b"'],
    [undefined, {}, 'no --shard'],
    [undefined, { JOB_COMPLETION_INDEX: '0' }, 'JOB_COMPLETION_INDEX without LINCHPIN_SHARDS'],
    [undefined, { SLURM_ARRAY_TASK_ID: 'x', SLURM_ARRAY_TASK_COUNT: '2' }, 'SLURM_ARRAY_TASK_ID="x"'],
  ])('is refused: %s %j', (flag, environment, found) => {
    expect(() => shardNumber(flag, environment)).toThrow(found);
  });
});
