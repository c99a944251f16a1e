/** Shards over a real ssh: a daemon on this machine, by the script and by GNU parallel, where they are installed. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { env, execPath, getuid, pid } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  isWhole,
  mergeSources,
  type Plan,
  planToText,
  readStatuses,
  submit,
  type SubmitOptions,
} from '@linchpin/cluster';
import { toyJob } from './toy-job.ts';
import { contentOf, toyPlan } from './toy-plan.ts';

const programs = ['sshd', 'ssh', 'ssh-keygen', 'parallel'];
const places = new Map(
  programs.map((name) => [
    name,
    spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${name}`], { encoding: 'utf8' }).stdout.trim(),
  ]),
);
const missing = programs.filter((name) => places.get(name) === '');
const reason = missing.length > 0 ? `${missing.join(', ')} not installed` : '';

const root = temporaryFolder();
/** A port that nobody is likely to have. */
const port = 20_000 + (pid % 20_000);
/** As root, sshd wants an empty folder there, which Debian makes when the service starts. */
const emptyFolder = '/run/sshd';

describe.skipIf(reason !== '')(`ssh${reason === '' ? '' : ` (skipped: ${reason})`}`, { timeout: 120_000 }, () => {
  const configuration = join(root, 'client');
  const worker = fileURLToPath(new URL('toy-worker.ts', import.meta.url));
  let daemon: ChildProcess;
  let madeFolder = false;
  let plan: Plan;

  beforeAll(async () => {
    for (const key of ['host', 'user']) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(root, key)]);
    }
    writeFileSync(
      join(root, 'daemon'),
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${root}/host`,
        `AuthorizedKeysFile ${root}/user.pub`,
        // The folder of temporary files may be written by all.
        'StrictModes no',
        'PasswordAuthentication no',
        'PidFile none',
      ].join('\n'),
    );
    const common = ['HostName 127.0.0.1', `Port ${port}`, `IdentityFile ${root}/user`, 'IdentitiesOnly yes'];
    const known = [`UserKnownHostsFile ${root}/known`, 'StrictHostKeyChecking accept-new', 'LogLevel ERROR'];
    writeFileSync(configuration, ['Host one two', ...common, ...known].join('\n'));
    if (getuid?.() === 0 && !existsSync(emptyFolder)) {
      mkdirSync(emptyFolder, { mode: 0o755 });
      madeFolder = true;
    }
    daemon = spawn(places.get('sshd')!, ['-D', '-e', '-f', join(root, 'daemon')], { stdio: 'ignore' });
    while (!(await answers())) {
      if (daemon.exitCode !== null) throw new Error(`sshd ended with ${daemon.exitCode}`);
      await wait(50);
    }
    plan = await toyPlan(join(root, 'planning'));
    await toyJob().run('toy', undefined, join(root, 'one'));
  });
  afterAll(() => {
    daemon.kill();
    if (madeFolder) rmdirSync(emptyFolder);
  });

  /** A plan in a folder whose name a shell would take apart. */
  const asked = (name: string): SubmitOptions => {
    const folder = join(root, `${name}'s "folder" & $HOME`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'plan.json'), planToText(plan));
    return {
      engine: 'ssh',
      shards: 3,
      plan: join(folder, 'plan.json'),
      program: `${execPath} -C @linchpin/source ${worker}`,
      hosts: ['one', 'two'],
      remote: `ssh -F ${configuration} -o BatchMode=yes`,
    };
  };
  const parts = { signal: new AbortController().signal, say() {} };

  const expectWhole = (out: string, store: string): void => {
    expect(readStatuses(out, plan.id).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    const merged = mergeSources({ sources: [out], store: join(root, store), plan });
    expect(isWhole(merged)).toBe(true);
    expect(contentOf(join(root, store))).toBe(contentOf(join(root, 'one')));
  };

  it('runs shards on hosts, and says which of them did not come to their end', async () => {
    const options = asked('script');
    const { out, failed } = await submit({ ...options, run: true }, parts);
    expect(failed).toEqual([]);
    expectWhole(out, 'by-script');
    const unreachable = { ...asked('unreachable'), run: true, remote: `ssh -p 1 -F ${configuration} -o BatchMode=yes` };
    const ended = await submit(unreachable, parts);
    expect(ended.failed).toEqual([1, 2, 3]);
    expect(readFileSync(join(ended.out, 'shard-1.log'), 'utf8')).toContain('Connection refused');
  });

  it('is what the line for GNU parallel does', async () => {
    const options = asked('parallel');
    const { out } = await submit(options, parts);
    const script = readFileSync(options.plan.replace('.json', '.ssh.sh'), 'utf8');
    const line = /^#\s+(parallel .*)$/m.exec(script)![1]!;
    const { status, stderr } = spawnSync('sh', ['-c', line], {
      encoding: 'utf8',
      env: { ...env, PARALLEL_SSH: `ssh -F ${configuration}`, PARALLEL_HOME: join(root, 'parallel'), TMPDIR: root },
    });
    expect({ status, stderr: stderr.replaceAll(/^.*cite.*$/gim, '').trim() }).toEqual({ status: 0, stderr: '' });
    expectWhole(out, 'by-parallel');
  });
});

async function answers(): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
