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
  handOver,
  isWhole,
  mergeSources,
  planToText,
  readStatuses,
  submission,
  syntheticPlan,
  type SubmissionOptions,
  watchShards,
} from '@linchpin/cluster';
import { toyJob } from './toy-job.ts';
import { contentOf, toyPlan } from './toy-plan.ts';

const root = temporaryFolder();
const plan = syntheticPlan({ models: 2, chains: 2, tasks: 3 });
const paths = { plan: '/shared/plan.json', out: '/shared/plan.work', folder: '/shared', program: 'npx @linchpin/cli' };
const options = (more: Partial<SubmissionOptions> & Pick<SubmissionOptions, 'engine'>): SubmissionOptions => ({
  shards: 8,
  file: join(root, 'job'),
  ...paths,
  ...more,
});
const worker = fileURLToPath(new URL('toy-worker.ts', import.meta.url));
const toyProgram = `${execPath} -C @linchpin/source ${worker}`;

describe('the job file of Slurm', () => {
  it('is an array with the memory of the largest model and the time of the longest shard', () => {
    const { text, command, memoryMegabytes, minutes } = submission(plan, options({ engine: 'slurm' }));
    expect(command).toEqual(['sbatch', '--parsable', join(root, 'job')]);
    expect(text).toContain('\n#SBATCH --array=1-8\n');
    expect(text).toContain('\n#SBATCH --cpus-per-task=4\n');
    const bytes = Math.max(
      ...plan.models.map(
        ({ layerWeights, headWeights, bytes: stored }) => 2 * stored + 4 * (layerWeights + headWeights),
      ),
    );
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

  it('names the image of the recipe', () => {
    const [container] = manifest.spec.template.spec.containers;
    const recipe = dockerfile(plan);
    expect(recipe).toContain(`-t ${container!.image} .`);
    expect(recipe).toMatch(/^ENTRYPOINT \["linchpin"\]$/m);
    expect(recipe).not.toContain('{{');
  });

  it('has a command that does a shard without a cluster', { timeout: 60_000 }, async () => {
    const folder = join(root, 'pod');
    mkdirSync(folder);
    const toy = await toyPlan(join(folder, 'planning'));
    writeFileSync(join(folder, 'plan.json'), planToText(toy));
    const local = { plan: join(folder, 'plan.json'), out: join(folder, 'work'), folder };
    const made = parse(submission(toy, options({ engine: 'kubernetes', shards: 2, ...local })).text) as Manifest;
    const [{ args, env: variables } = { args: [], env: [] }] = made.spec.template.spec.containers;
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
      const folder = join(root, 'hosts');
      mkdirSync(folder);
      const toy = await toyPlan(join(folder, 'planning'));
      writeFileSync(join(folder, 'plan.json'), planToText(toy));
      // In the place of ssh: notes the host, and runs the command here; shard 2 dies at the first time.
      const remote = join(folder, 'remote');
      writeFileSync(
        remote,
        `#!/bin/sh\necho "$1" >> ${folder}/hosts\ncase "$2" in *"shard 2/3"*) [ -e ${folder}/died ] || { touch ${folder}/died; exit 1; };; esac\nexec sh -c "$2"\n`,
      );
      chmodSync(remote, 0o755);
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
      expect(new Set(readFileSync(join(folder, 'hosts'), 'utf8').trim().split('\n'))).toEqual(new Set(['one', 'two']));
      expect(readStatuses(local.out, toy.id).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
      expect(existsSync(join(local.out, 'shard-2.log'))).toBe(true);
      await toyJob().run('toy', undefined, join(folder, 'one'));
      const merged = mergeSources({ sources: [local.out], store: join(folder, 'merged'), plan: toy });
      expect(isWhole(merged)).toBe(true);
      expect(contentOf(join(folder, 'merged'))).toBe(contentOf(join(folder, 'one')));
    },
  );
});
