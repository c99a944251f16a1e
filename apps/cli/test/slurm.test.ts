/** A real Slurm on this machine, where its daemons are installed: an array of three, of which two are ended and submitted again. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { env, getuid } from 'node:process';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linchpinCommand, linchpinProcess } from './run-linchpin.ts';

const daemons = ['slurmctld', 'slurmd', 'munged'];
const missing = daemons.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
// Slurm's daemons start tasks as whoever submits them, which only root may.
const reason = missing.length > 0 ? `${missing.join(', ')} not installed` : getuid?.() === 0 ? '' : 'not run as root';

const root = temporaryFolder();

/** Two ports that nobody is likely to have. */
const port = 20_000 + (process.pid % 20_000);

describe.skipIf(reason !== '')(
  `an array of Slurm${reason === '' ? '' : ` (skipped: ${reason})`}`,
  { timeout: 300_000 },
  () => {
    const folder = join(root, 'slurm');
    const pids = ['munge.pid', 'slurmctld.pid', 'slurmd.pid'].map((name) => join(folder, name));
    beforeAll(() => {
      mkdirSync(join(folder, 'state'), { recursive: true });
      mkdirSync(join(folder, 'spool'));
      chmodSync(root, 0o755);
      const key = join(folder, 'munge.key');
      writeFileSync(key, randomBytes(1024), { mode: 0o400 });
      const socket = join(folder, 'munge.socket');
      const files = [`--key-file=${key}`, `--socket=${socket}`, `--pid-file=${pids[0]}`];
      execFileSync('munged', [
        '--force',
        ...files,
        `--log-file=${folder}/munge.log`,
        `--seed-file=${folder}/munge.seed`,
      ]);
      writeFileSync(join(folder, 'slurm.conf'), configuration(folder, socket));
      env['SLURM_CONF'] = join(folder, 'slurm.conf');
      execFileSync('slurmctld', ['-f', env['SLURM_CONF']]);
      execFileSync('slurmd', ['-f', env['SLURM_CONF']]);
    });
    afterAll(() => {
      for (const file of pids.toReversed()) if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8')));
      delete env['SLURM_CONF'];
    });

    it('ends with the bytes of one process, although a task is cancelled and one is told of its limit', async () => {
      const table = ['table', '1', '--limit', '2', '--threads', '1'];
      const shared = join(root, `shared "by" workers' nodes, 100%`);
      mkdirSync(shared);
      const plan = join(shared, 'plan.json');
      expect(
        (await linchpinProcess(['plan', ...table, '--out', plan, '--store', join(root, 'planning'), '--speed', '100']))
          .code,
      ).toBe(0);
      const merged = join(root, 'merged');
      const job = [
        '--engine',
        'slurm',
        '--shards',
        '3',
        '--plan',
        plan,
        '--program',
        linchpinCommand([]).join(' '),
        '--memory-megabytes',
        '500',
      ];
      const args = ['submit', ...job, '--run', '--watch', '--interval', '1', '--collect', '--store', merged];
      const [program = '', ...rest] = linchpinCommand(args);
      const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, TMPDIR: root } });
      let [said, printed] = ['', ''];
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
      const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
      // At work, the second task is cancelled, and the shell of the third told what is told before the limit.
      const isAtWork = (shard: number): boolean =>
        existsSync(join(shared, 'plan.work', `shard-${shard}-of-3.status.json`));
      const taskOf = (shard: number): string => `${/handed over as (\d+)/.exec(said)?.[1] ?? ''}_${shard}`;
      while (!isAtWork(2) && child.exitCode === null) await wait(100);
      spawnSync('scancel', [taskOf(2)]);
      while (!isAtWork(3) && child.exitCode === null) await wait(100);
      spawnSync('scancel', ['--batch', '--signal=TERM', taskOf(3)]);
      expect({ code: await ended, printed }).toEqual({
        code: 0,
        printed: expect.stringMatching(/^\d+ batches are new/m),
      });
      expect(said).toMatch(/^shard 2 has ended early \(it was (?:killed|interrupted)\) and is submitted again$/m);
      expect(said).toMatch(/^shard 3 has ended early \(it was interrupted\) and is submitted again$/m);
      expect(readdirSync(join(shared, 'plan.work')).filter((name) => name.endsWith('.log'))).toHaveLength(3);
      for (const [store, out] of [
        [merged, 'of-merged'],
        [join(root, 'one'), 'of-one'],
      ] as const) {
        const made = await linchpinProcess([
          ...table,
          '--cast-weights',
          'once',
          '--store',
          store,
          '--out',
          join(root, out),
        ]);
        expect(made.code).toBe(0);
        if (store === merged) expect(made.stderr.match(/, (\d+) of \1 batches from the store$/gm)).toHaveLength(36);
      }
      expect(readFileSync(join(root, 'of-merged', 'table-1.csv'), 'utf8')).toBe(
        readFileSync(join(root, 'of-one', 'table-1.csv'), 'utf8'),
      );
    });
  },
);

function configuration(folder: string, socket: string): string {
  const host = hostname();
  return `ClusterName=one
SlurmctldHost=${host}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${socket}
CredType=cred/munge
SlurmctldPort=${port}
SlurmdPort=${port + 1}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
SchedulerParameters=sched_interval=1,batch_sched_delay=0
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName=${host} CPUs=4 RealMemory=2000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=60 State=UP
`;
}
