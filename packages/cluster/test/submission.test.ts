/** The job files: as engines want them, as templates have them, and run by what stands for an engine here. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@linchpin/testing';
import { Job } from 'kubernetes-models/batch/v1';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  dockerfile,
  failedInWords,
  handOver,
  isWhole,
  mergeSources,
  namedPlan,
  planInWords,
  planToText,
  readStatuses,
  submission,
  submit,
  type SubmitOptions,
  syntheticPlan,
  type SubmissionOptions,
  watchShards,
} from '@linchpin/cluster';
import { toyJob } from './toy-job.ts';
import { contentOf, toyPlan } from './toy-plan.ts';

const root = temporaryFolder();
const plan = syntheticPlan({ models: 2, chains: 2, tasks: 3 });
const paths = { plan: '/shared/plan.json', out: '/shared/plan.work', folder: '/shared' };
const options = (more: Partial<SubmissionOptions> & Pick<SubmissionOptions, 'engine'>): SubmissionOptions => ({
  shards: 8,
  file: join(root, 'job'),
  ...paths,
  ...more,
});
const worker = fileURLToPath(new URL('toy-worker.ts', import.meta.url));
const toyProgram = `${execPath} -C @linchpin/source ${worker}`;

it('prints what to call next as words of a shell', () => {
  const spaced = { ...plan, command: ['table', '1', '--datasets', "my 'data'"] };
  const words = planInWords(spaced, 'my plan.json');
  expect(words).toContain("linchpin work --plan 'my plan.json' --shard I/N");
  expect(words).toContain(String.raw`linchpin table 1 --datasets 'my '\''data'\''' --model `);
});

describe('the job file of Slurm', () => {
  it('is an array with the memory of the largest model and the time of the longest shard', () => {
    const { text, command, memoryMegabytes, minutes } = submission(plan, options({ engine: 'slurm' }));
    expect(command).toEqual(['sbatch', '--parsable', join(root, 'job')]);
    expect(text).toContain('\n#SBATCH --array=1-8\n');
    expect(text).toContain('\n#SBATCH --cpus-per-task=4\n');
    const bytes = Math.max(...plan.models.map(({ weights, bytes: stored }) => 2 * stored + 4 * weights));
    expect(memoryMegabytes).toBe(Math.ceil(1536 + bytes / 2 ** 20));
    expect(text).toContain(`\n#SBATCH --mem=${memoryMegabytes}M\n#SBATCH --time=${minutes}\n`);
    expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' }).stderr).toBe('');
  });

  it('names those that are submitted again', () => {
    const { text } = submission(plan, options({ engine: 'slurm', indices: [7, 1, 2, 3] }));
    expect(text).toContain('\n#SBATCH --array=1-3,7\n');
    expect(text).toContain('export LINCHPIN_SHARDS=8 LINCHPIN_FIRST_SHARD=1');
  });

  it("is made of a template of the user's, whose mistakes are named", () => {
    const template = join(root, 'template');
    writeFileSync(template, '#SBATCH --account=me\n{{program}} work --plan {{plan}}\n');
    expect(submission(plan, options({ engine: 'slurm', template })).text).toBe(
      '#SBATCH --account=me\nnpx @linchpin/cli work --plan /shared/plan.json\n',
    );
    writeFileSync(template, '{{plam}}');
    expect(() => submission(plan, options({ engine: 'slurm', template }))).toThrow(
      'found {{plam}}; expected one of {{id}}',
    );
    const missing = join(root, 'not there');
    expect(() => submission(plan, options({ engine: 'slurm', template: missing }))).toThrow(missing);
  });

  it("is handed over, or the engine's refusal is said", () => {
    const made = submission(plan, options({ engine: 'slurm' }));
    const engine = (script: string): typeof made => ({ ...made, command: ['sh', '-c', script] });
    expect(handOver(engine('echo 42'), root).id).toBe('42');
    expect(() => handOver(engine('echo no partition >&2; exit 1'), root)).toThrow('no partition');
    expect(() => handOver({ ...made, command: [join(root, 'no-sbatch')] }, root)).toThrow('ENOENT');
  });

  it('has lost the tasks that squeue does not know, and none where nobody can be asked', () => {
    const job = handOver({ ...submission(plan, options({ engine: 'slurm' })), command: ['echo', '42'] }, root);
    const { PATH } = env;
    env['PATH'] =
      `${programIn(join(root, 'bin'), 'squeue', 'cat "$(dirname "$0")/out"; cat "$(dirname "$0")/err" >&2; exit $(cat "$(dirname "$0")/code")')}:${PATH}`;
    const says = (out: string, err: string, code: number): void => {
      for (const [name, text] of Object.entries({ out, err, code }))
        writeFileSync(join(root, 'bin', name), String(text));
    };
    try {
      says('2\n11\n', '', 0);
      expect(job.gone([1, 2, 3])).toEqual([1, 3]);
      says('', 'slurm_load_jobs error: Invalid job id specified', 1);
      expect(job.gone([1, 2])).toEqual([1, 2]);
      says('', 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)', 1);
      expect(job.gone([1, 2])).toEqual([]);
    } finally {
      env['PATH'] = PATH;
    }
  });

  it('runs the worker in its place, in a folder of any name', async () => {
    const folder = join(root, `of "Slurm's" $HOME`);
    mkdirSync(folder);
    const toy = await toyPlan(join(folder, 'planning'));
    writeFileSync(join(folder, 'plan.json'), planToText(toy));
    const local = { plan: join(folder, 'plan.json'), out: join(folder, 'work'), folder, program: toyProgram };
    const { text } = submission(toy, options({ engine: 'slurm', shards: 1, ...local }));
    const { status, stderr } = spawnSync('bash', {
      input: text,
      env: { ...env, SLURM_ARRAY_TASK_ID: '1' },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readStatuses(local.out, toy.id).map(({ state }) => state)).toEqual(['done']);
  });
});

describe('a job file is refused', () => {
  it.each<[SubmissionOptions['engine'], Partial<SubmissionOptions>, string]>([
    ['ssh', { minutes: 30 }, '--minutes: found a template without {{minutes}}, '],
    ['ssh', { memoryMegabytes: 500 }, '--memory-megabytes'],
    ['ssh', { image: 'linchpin' }, '--image'],
    ['slurm', { hosts: ['one'] }, '--hosts'],
    ['slurm', { perHost: 2 }, '--per-host'],
    ['slurm', { claim: 'claim' }, '--claim'],
    ['kubernetes', { program: 'linchpin' }, '--program'],
    ['kubernetes', { remote: 'rsh' }, '--remote'],
  ])('of %s with %o, which would change nothing', (engine, more, says) => {
    expect(() => submission(plan, options({ engine, ...more }))).toThrow(says);
  });

  it('with flags of watching where nobody watches', async () => {
    writeFileSync(join(root, 'plan.json'), planToText(plan));
    const asked: SubmitOptions = { engine: 'slurm', shards: 2, plan: join(root, 'plan.json') };
    const parts = { signal: new AbortController().signal, say() {} };
    await expect(submit({ ...asked, interval: 1 }, parts)).rejects.toThrow('--interval: found no --watch');
    await expect(submit({ ...asked, retries: 1 }, parts)).rejects.toThrow('--retries');
    await expect(submit({ ...asked, retries: 1, watch: true }, parts)).rejects.toThrow('--retries');
  });

  it('for more shards than any cluster has', () => {
    expect(() => submission(plan, options({ engine: 'ssh', shards: 1_000_001 }))).toThrow('at most 1000000');
  });

  it('for a path with a line break, and for Kubernetes outside of the claim', () => {
    expect(() => submission(plan, options({ engine: 'ssh', folder: '/a\nb' }))).toThrow('a line break');
    expect(() => submission(plan, options({ engine: 'kubernetes', out: '/elsewhere/work' }))).toThrow(
      '/elsewhere/work',
    );
    expect(submission(plan, options({ engine: 'kubernetes', out: '/shared/..work' })).text).toContain('/shared/..work');
  });
});

describe('the manifest of Kubernetes', () => {
  const { text } = submission(plan, options({ engine: 'kubernetes', claim: 'models' }));
  const manifest = parse(text) as ConstructorParameters<typeof Job>[0] & Manifest;

  interface Manifest {
    readonly spec: {
      readonly template: {
        readonly spec: {
          readonly containers: readonly {
            readonly image: string;
            readonly args: readonly string[];
            readonly volumeMounts: readonly object[];
            readonly env: readonly { readonly name: string; readonly value: string }[];
          }[];
        };
      };
    };
  }

  it('is an Indexed Job by the published schema, which a wrong one is not', () => {
    new Job(manifest).validate();
    expect(manifest).toMatchObject({
      spec: {
        completionMode: 'Indexed',
        completions: 8,
        template: { spec: { volumes: [{ persistentVolumeClaim: { claimName: 'models' } }, {}] } },
      },
    });
    const wrong = parse(text.replace('completions: 8', 'completions: "eight"')) as ConstructorParameters<typeof Job>[0];
    expect(() => new Job(wrong).validate()).toThrow(/integer|number/);
  });

  it('mounts the claim where the image looks for models, and is started again as often as is said', () => {
    const { volumeMounts } = manifest.spec.template.spec.containers[0]!;
    expect(volumeMounts).toContainEqual({ name: 'shared', mountPath: '/models', subPath: 'models' });
    expect(dockerfile(plan)).toContain('HF_HOME=/models');
    expect(manifest).toMatchObject({ spec: { backoffLimitPerIndex: 3 } });
    expect(submission(plan, options({ engine: 'kubernetes', retries: 7 })).text).toContain('backoffLimitPerIndex: 7\n');
  });

  it('is watched until the job has given up, which is not submitted again', async () => {
    const folder = join(root, 'given up');
    const bin = programIn(
      folder,
      'kubectl',
      'case "$1" in create) echo job.batch/linchpin;; get) cat "$(dirname "$0")/job";; esac',
    );
    const asked = options({
      engine: 'kubernetes',
      shards: 4,
      file: join(folder, 'job.yaml'),
      out: join(folder, 'work'),
      folder,
    });
    const local = { ...asked, plan: join(folder, 'plan.json') };
    const made = submission(plan, local);
    const job = handOver({ ...made, command: [join(bin, 'kubectl'), ...made.command.slice(1)] }, local.out);
    expect(job.id).toBe('job.batch/linchpin');
    const says = (status: object): void => writeFileSync(join(folder, 'job'), JSON.stringify({ kind: 'Job', status }));
    says({ active: 4 });
    expect(job.gone([1, 2, 3, 4])).toEqual([]);
    says({ failedIndexes: '0,2-3' });
    expect(job.gone([1, 2, 3, 4])).toEqual([1, 3, 4]);
    says({ failedIndexes: '0', conditions: [{ type: 'Failed', status: 'True' }] });
    const said: string[] = [];
    const watch = { job, retries: 3, seconds: 0.1, signal: new AbortController().signal, writeJob: async () => {} };
    expect(await watchShards(plan, { ...watch, options: local, say: (line) => said.push(line) })).toEqual([1, 2, 3, 4]);
    expect(said).toContain('shard 2 has ended early (it never began)');
  });

  it('names the image of the recipe', () => {
    const [container] = manifest.spec.template.spec.containers;
    const recipe = dockerfile(plan);
    expect(recipe).toContain(`-t ${container!.image} .`);
    expect(recipe).toMatch(/^ENTRYPOINT \["linchpin"\]$/m);
    expect(recipe).not.toContain('{{');
  });

  it('has a command that does a shard without a cluster', { timeout: 60_000 }, async () => {
    const folder = join(root, `a "pod's" folder`);
    mkdirSync(folder);
    const toy = await toyPlan(join(folder, 'planning'));
    writeFileSync(join(folder, 'plan.json'), planToText(toy));
    const local = { plan: join(folder, 'plan.json'), out: join(folder, 'work'), folder };
    const made = parse(submission(toy, options({ engine: 'kubernetes', shards: 2, ...local })).text) as Manifest;
    const { args, env: variables } = made.spec.template.spec.containers[0]!;
    const given = args.map((arg) => arg.replace('/scratch', folder));
    for (const index of ['0', '1']) {
      const pod = {
        ...env,
        ...Object.fromEntries(variables.map(({ name, value }) => [name, value])),
        JOB_COMPLETION_INDEX: index,
      };
      const { status, stderr } = spawnSync(execPath, ['-C', '@linchpin/source', worker, ...given], {
        env: pod,
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
    const merged = mergeSources({ sources: [local.out], store: join(folder, 'merged'), plan: toy });
    expect(isWhole(merged)).toBe(true);
  });
});

describe('the script of ssh', () => {
  it(
    'runs shards on all hosts, is watched, and brings those to their end that failed',
    { timeout: 120_000 },
    async () => {
      const folder = join(root, `hosts' "folder" $HOME`);
      mkdirSync(folder);
      const toy = await toyPlan(join(folder, 'planning'));
      writeFileSync(join(folder, 'plan.json'), planToText(toy));
      // In the place of ssh: notes the host, and runs the command here; shard 2 dies at the first time.
      const bin = programIn(
        join(root, 'remote'),
        'ssh',
        'here="$(dirname "$0")"; echo "$1" >> "$here/hosts"; case "$2" in *"shard 2/3"*) [ -e "$here/died" ] || { touch "$here/died"; exit 1; };; esac; exec sh -c "$2"',
      );
      const remote = join(bin, 'ssh');
      const local = { plan: join(folder, 'plan.json'), out: join(folder, 'work'), folder, program: toyProgram };
      const hosts = { hosts: ['one', 'two'], perHost: 1, remote };
      const asked = options({ engine: 'ssh', shards: 3, file: join(folder, 'job.sh'), ...local, ...hosts });
      const made = submission(toy, asked);
      writeFileSync(join(folder, 'job.sh'), made.text);
      const said: string[] = [];
      const failed = await watchShards(toy, {
        options: asked,
        job: handOver(made, local.out),
        retries: 1,
        seconds: 0.2,
        signal: new AbortController().signal,
        say: (line) => said.push(line),
        writeJob: async (text) => writeFileSync(join(folder, 'job.sh'), text),
      });
      expect(failed).toEqual([]);
      expect(said).toContain('shard 2 has ended early (it never began) and is submitted again');
      expect(said.at(-1)).toBe('100 %: 3 shards done, 0 at work');
      expect(new Set(readFileSync(join(bin, 'hosts'), 'utf8').trim().split('\n'))).toEqual(new Set(['one', 'two']));
      expect(readStatuses(local.out, toy.id).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
      expect(existsSync(join(local.out, 'shard-2.log'))).toBe(true);
      await toyJob().run('toy', undefined, join(folder, 'one'));
      const merged = mergeSources({ sources: [local.out], store: join(folder, 'merged'), plan: toy });
      expect(isWhole(merged)).toBe(true);
      expect(contentOf(join(folder, 'merged'))).toBe(contentOf(join(folder, 'one')));
    },
  );

  const asked = (folder: string, remote: string): SubmitOptions => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'plan.json'), planToText(plan));
    return { engine: 'ssh', shards: 2, plan: join(folder, 'plan.json'), run: true, remote };
  };

  it('names the shards that did not come to their end, or what is wrong with the script', async () => {
    const parts = { signal: new AbortController().signal, say() {} };
    const failing = asked(join(root, 'failing'), 'false');
    expect(await submit(failing, parts)).toMatchObject({ failed: [1, 2] });
    expect(failedInWords('ssh', '/shared', [1, 2])).toBe(
      'shards that did not come to their end: 1, 2; why stands in /shared, in shard-1.log for example',
    );
    expect(await submit({ ...failing, remote: 'true' }, parts)).toMatchObject({ failed: [] });
    const template = join(root, 'template.sh');
    const statusOf = (index: number): string => join(root, 'failing', 'plan.work', `shard-${index}-of-2.status.json`);
    const done = [1, 2].map(
      (index) => `echo '${JSON.stringify({ plan: plan.id, index, of: 2, state: 'done' })}' > ${statusOf(index)}`,
    );
    writeFileSync(template, [...done, '{{remote}}', 'exit 7'].join('\n'));
    await expect(submit({ ...failing, template }, parts)).rejects.toThrow('found exit code 7');
  });

  it('keeps a job file that was edited, and leaves it alone where it is only watched', async () => {
    const said: string[] = [];
    const parts = { signal: AbortSignal.abort(), say: (line: string) => void said.push(line) };
    const { run: _, remote: __, ...kept } = asked(join(root, 'kept "files"'), 'false');
    const job = join(root, 'kept "files"', 'plan.ssh.sh');
    await submit(kept, parts);
    const written = readFileSync(job, 'utf8');
    expect(said).toContain(`hand it over with: sh '${job}'`);
    writeFileSync(job, 'edited');
    await expect(submit({ ...kept, watch: true }, parts)).rejects.toThrow('interrupted');
    expect(readFileSync(job, 'utf8')).toBe('edited');
    await submit(kept, parts);
    expect(readFileSync(job, 'utf8')).toBe(written);
    expect(readFileSync(`${job}.1`, 'utf8')).toBe('edited');
    expect(said).toContain(`${job}.1: what was in its place before`);
    await submit(kept, parts);
    expect(existsSync(`${job}.2`)).toBe(false);
  });

  it('leaves a Dockerfile alone that is there', async () => {
    const said: string[] = [];
    const { run: _, remote: __, ...rest } = asked(join(root, 'recipe'), 'false');
    writeFileSync(join(root, 'recipe', 'Dockerfile'), 'FROM mine');
    const { id: ___, format: ____, version: _____, ...unnamed } = plan;
    // In a claim is what lies below the folder in which the plan was made.
    writeFileSync(rest.plan, planToText(namedPlan({ ...unnamed, folder: join(root, 'recipe') })));
    const parts = { signal: new AbortController().signal, say: (line: string) => void said.push(line) };
    await submit({ ...rest, engine: 'kubernetes' }, parts);
    expect(readFileSync(join(root, 'recipe', 'Dockerfile'), 'utf8')).toBe('FROM mine');
    expect(said).toContain(`${join(root, 'recipe', 'Dockerfile')}: another, which is left as it is`);
  });

  it.each([false, true])('goes on when whoever waits is interrupted (with --watch: %s)', async (watch) => {
    const folder = join(root, `interrupted ${watch}`);
    const ending = new AbortController();
    const bin = programIn(folder, 'remote', 'sleep 1; touch "$(dirname "$0")/ended"');
    const waiting = submit(
      { ...asked(join(folder, 'plan'), `'${join(bin, 'remote')}'`), watch },
      { signal: ending.signal, say: (line) => void (line === 'handed over' && setTimeout(() => ending.abort(), 100)) },
    );
    await expect(waiting).rejects.toThrow(/^interrupted: the work goes on; /);
    await expect.poll(() => existsSync(join(bin, 'ended')), { timeout: 20_000 }).toBe(true);
  });
});

/** Puts a shell script into a folder, which is given back. */
function programIn(folder: string, name: string, script: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}
