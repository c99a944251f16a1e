/** `linchpin train` on the embedded model: what it says and writes, what it goes on from, and what it refuses. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { gzipSync } from 'node:zlib';
import { PythonRandom } from '@linchpin/random';
import { parseArtifact } from '@linchpin/report';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import type { EndingSignal } from '@linchpin/files';
import { linchpin, signalAt } from './run-in-process.ts';
import { expectRefusal, linchpinCommand, startLinchpin } from './run-linchpin.ts';

const root = temporaryFolder();
const animals = ['cat', 'dog', 'crab', 'toad', 'hen', 'fox', 'owl', 'bee', 'ant', 'cow', 'pig', 'rat'];
const rows = animals.map((animal) => ({
  instruction: `Say what the ${animal} did.`,
  input: '',
  output: `The ${animal} came to the school and waited for Rosa.`,
}));
const data = join(root, 'rows.jsonl');
writeFileSync(data, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

/** One small matrix, so that states are small; a state after every step. */
const method = 'full:{"tensors": ["layers.2.self_attn.q_proj"]}';
const few = '--batch-size 2 --learning-rate 1e-3 --prompt-style plain --save-every 0.001'
  .split(' ')
  .concat('--method', method);

function train(out: string, ...more: readonly string[]): readonly string[] {
  return ['train', '--data', data, ...few, '--out', join(root, out), ...more];
}

/** What the numbers of a training are in; the record names its own folder. */
function resultOf(out: string): Readonly<Record<string, Buffer>> {
  const files = ['full_model.safetensors', 'loss.csv', 'evaluations.csv'];
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(root, out, name))]));
}

async function trained(out: string, ...more: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await linchpin(train(out, ...more));
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
  return { stdout, stderr };
}

describe('linchpin train', () => {
  it('says what is trained, leaves curves and a record, and names the flag that uses the result', async () => {
    const csv = join(root, 'steps.csv');
    const course = ['--validation', '2', '--epochs', '2', '--evaluate-every', '5', '--warm-up', '2', '--csv', csv];
    const { stdout, stderr } = await trained('said', ...course);
    expect(stderr).toContain("Trained by full: 65,536 numbers, 0.877 % of the model's 7,475,456.");
    expect(stderr).toContain('Data: rows.jsonl; 12 rows, 10 examples of at most 512 tokens, 2 held out.');
    expect(stderr).toMatch(
      /10 steps of 2 examples, .+\nActivations kept, frozen weights packed, head and loss in 1 piece; .+ thread/,
    );
    expect(stderr).toMatch(/step 0: loss \d\.\d{4} on what is held out, the best so far\n/);
    expect(stderr).toMatch(/step 5: loss \d\.\d{4} on what is held out/);
    const flag = `full:${JSON.stringify({ path: join(root, 'said') })}`;
    expect(stdout).toContain(`--intervention '${flag}'`);
    expect(readdirSync(join(root, 'said')).toSorted()).toEqual([
      'evaluations.csv',
      'full_model.safetensors',
      'loss.csv',
      'loss.svg',
      'training.json',
    ]);
    const [header, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\r\n');
    expect(header).toBe('step,loss,gradient_norm,learning_rate,targets,tokens');
    expect(lines).toHaveLength(10);
    expect(readFileSync(join(root, 'said', 'loss.csv'), 'utf8')).toBe(readFileSync(csv, 'utf8'));
    const artifact = parseArtifact(readFileSync(join(root, 'said', 'training.json'), 'utf8'), 'training.json');
    expect(artifact).toMatchObject({ kind: 'figure', model: 'mini', title: 'Training by full' });
    const used = await linchpin([
      'generate',
      '--quiet',
      '--prompt',
      'Say',
      '--max-tokens',
      '2',
      '--intervention',
      flag,
    ]);
    expect(used.stdout).toContain('── full ──');
    const page = join(root, 'report.html');
    expect(await linchpin(['report', join(root, 'said'), '--out', page])).toMatchObject({ code: 0 });
    expect(readFileSync(page, 'utf8')).toContain('Held out');
  });

  it('computes nothing a second time, and refuses another training in the same folder', async () => {
    await trained('twice', '--steps', '3');
    const before = resultOf('twice');
    const again = await trained('twice', '--steps', '3', '--quiet');
    expect(again.stdout).toContain('holds the result of this training already; nothing was computed');
    expect(resultOf('twice')).toEqual(before);
    expectRefusal(await linchpin(train('twice', '--steps', '4')), 'settings.steps was 3, is 4', '--fresh');
    // Activations that are computed again give the same bits.
    const recomputed = await trained('twice', '--steps', '3', '--recompute', '--quiet');
    expect(recomputed.stdout).toContain('nothing was computed');
    await trained('twice', '--steps', '4', '--fresh', '--quiet');
    expect(
      readFileSync(join(root, 'twice', 'loss.csv'), 'utf8')
        .trim()
        .split('\r\n'),
    ).toHaveLength(5);
    truncateSync(join(root, 'twice', 'full_model.safetensors'), 100);
    expectRefusal(await linchpin(train('twice', '--steps', '4')), 'full_model.safetensors', 'other contents');
  });

  it('gives the same bits twice', async () => {
    // On two threads, where sums might come in another order.
    const course = ['--epochs', '1', '--validation', '2', '--quiet', '--threads', '2'];
    for (const out of ['first', 'second']) await trained(out, ...course);
    expect(resultOf('first')).toEqual(resultOf('second'));
  });

  it('prints what it knows as JSON', async () => {
    const { stdout } = await trained('json', '--steps', '2', '--json', '--quiet');
    expect(JSON.parse(stdout)).toMatchObject({
      intervention: { name: 'full', settings: { path: join(root, 'json') } },
      isRemembered: false,
      steps: 2,
      facts: { trained: 65_536, data: { rows: 12, examples: 12, cut: 0, leftOut: 0 } },
    });
  });

  it('reads every form of data as the same rows', async () => {
    const text = readFileSync(data);
    const forms: Record<string, Buffer | string> = {
      'array.json': JSON.stringify(rows, null, 1),
      'lines.json': text,
      'packed.jsonl.gz': gzipSync(text),
      'array.json.gz': gzipSync(JSON.stringify(rows)),
      'windows.jsonl': `\uFEFF${text.toString().replaceAll('\n', '\r\n')}`,
    };
    await trained('form', '--steps', '2', '--quiet');
    const expected = readFileSync(join(root, 'form', 'loss.csv'), 'utf8');
    for (const [name, content] of Object.entries(forms)) {
      writeFileSync(join(root, name), content);
      const args = ['--data', join(root, name), ...few, '--steps', '2', '--quiet'];
      const ended = await linchpin(['train', ...args, '--out', join(root, `form-${name}`)]);
      expect({ name, code: ended.code, stderr: ended.stderr }).toEqual({ name, code: 0, stderr: '' });
      expect(readFileSync(join(root, `form-${name}`, 'loss.csv'), 'utf8')).toBe(expected);
    }
  });

  it('counts what is cut, and what is left out because no response is left', async () => {
    const { stderr } = await trained('cut', '--steps', '1', '--max-length', '20');
    expect(stderr).toMatch(/; \d+ cut at 20 tokens/);
    const long = join(root, 'long.jsonl');
    const row = { instruction: 'word '.repeat(80), output: 'never read' };
    writeFileSync(long, `${JSON.stringify(row)}\n${JSON.stringify(rows[0])}\n`);
    const args = ['--data', long, ...few, '--steps', '1', '--max-length', '80', '--out', join(root, 'left-out')];
    const ended = await linchpin(['train', ...args]);
    expect(ended.stderr).toContain('2 rows, 1 examples of at most 80 tokens; 1 cut at 80 tokens, 1 left out');
  });

  it('takes data sets of a folder by their names, and no split that is scored', async () => {
    const folder = join(root, 'sets');
    mkdirSync(join(folder, 'llm-adapters', 'boolq'), { recursive: true });
    writeFileSync(join(folder, 'llm-adapters', 'boolq', 'train.json'), JSON.stringify(rows));
    const named = (name: string): readonly string[] => [
      'train',
      '--data',
      name,
      '--datasets',
      folder,
      ...few,
      '--steps',
      '1',
      '--quiet',
      '--out',
      join(root, 'named'),
    ];
    expect(await linchpin(named('llm-adapters/boolq'))).toMatchObject({ code: 0 });
    expectRefusal(await linchpin(named('llm-adapter/boolq')), 'Did you mean llm-adapters/boolq?');
    expectRefusal(await linchpin(named('piqa')), 'validation split');
  });

  it('warns of a learning rate that is too large, names the step where numbers end, and keeps the state before', async () => {
    const wild = ['--learning-rate', '1e38', '--clip', 'none', '--schedule', 'constant', '--epochs', '3'];
    const matrix = 'full:{"tensors": ["layers.2.mlp.down_proj"]}';
    const args = ['train', '--data', data, '--method', matrix, '--batch-size', '2', ...wild];
    const ended = await linchpin([...args, '--out', join(root, 'wild')]);
    expectRefusal(ended, 'that is not finite, over the examples', 'of the data', 'smaller learning rate');
    expect(ended.stderr).toMatch(/error: step \d+ of the training/);
    expect(readdirSync(join(root, 'wild', 'state')).some((name) => name.endsWith('.safetensors'))).toBe(true);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['an unknown method', ['--method', 'ful'], ['"ful"', 'full', 'linchpin ls methods']],
    ['an option that a method does not have', ['--method', 'full:{"rank": 3}'], ['method full', 'rank']],
    ['a pattern that no tensor has', ['--method', 'full:{"tensors": ["nothing"]}'], ['"nothing"']],
    ['no file', ['--data', 'nowhere.jsonl'], ['"nowhere.jsonl"', '--datasets']],
    ['a length beyond the context', ['--max-length', '513'], ['513 tokens', '512']],
    ['more to hold out than there is', ['--validation', '12'], ['12 examples to hold out of 12']],
    ['a moment of 1', ['--beta2', '1'], ['--beta2']],
    ['a batch of nothing', ['--batch-size', '0'], ['--batch-size']],
    ['an unknown schedule', ['--schedule', 'square'], ['linear, cosine, constant']],
  ])('refuses %s', async (_, args, says) => {
    const all = ['train', '--data', data, '--method', method, '--out', join(root, 'refused')];
    // A later flag of the same name wins, but for data, of which there may be several.
    expectRefusal(await linchpin([...all, ...args]), ...says);
    expect(existsSync(join(root, 'refused', 'training.json'))).toBe(false);
  });

  it.each([
    ['an empty file', 'empty.jsonl', '', 'empty'],
    ['a row without text', 'other.jsonl', '{"question": "?"}\n', 'row 1'],
    ['a broken array', 'broken.json', '[{"text": "a"},', 'broken.json'],
    ['an array of something else', 'numbers.json', '[1, 2]', 'row 1'],
  ])('refuses %s', async (_, name, content, says) => {
    writeFileSync(join(root, name), content);
    const args = ['train', '--data', join(root, name), '--method', method, '--out', join(root, 'bad-data')];
    expectRefusal(await linchpin(args), name, says);
  });

  it('refuses a folder with somebody else’s weights', async () => {
    mkdirSync(join(root, 'taken'));
    writeFileSync(join(root, 'taken', 'model.safetensors'), '');
    expectRefusal(await linchpin(train('taken')), 'model.safetensors', 'empty folder');
  });
});

describe('a training that is ended', { timeout: 300_000 }, () => {
  const course = ['--epochs', '2', '--validation', '2', '--evaluate-every', '4'];

  it.each<[EndingSignal, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('by %s saves its state, says so, and goes on to the same bits', async (signal, expected) => {
    await trained('whole', ...course, '--quiet');
    const ended = await linchpin(train(signal, ...course), { onStderr: signalAt('step 4:', signal) });
    expect(ended.code).toBe(expected);
    expect(ended.stderr).toMatch(/^interrupted: step \d+ of 10 is saved in .+; the same command goes on from there$/m);
    const again = await trained(signal, ...course);
    expect(again.stderr).toMatch(/goes on behind step \d+/);
    expect(resultOf(signal)).toEqual(resultOf('whole'));
    expect(existsSync(join(root, signal, 'state'))).toBe(false);
  });

  it('goes on with the threads that it began with', async () => {
    // One is what the tests take by themselves.
    const begun = await linchpin(train('threads', ...course, '--threads', '2'), { onStderr: signalAt('step 4:') });
    expect(begun.code).toBe(130);
    const { stderr } = await trained('threads', ...course);
    expect(stderr).toContain('on 2 threads,');
    expectRefusal(await linchpin(train('threads', ...course, '--threads', '1')), 'session.threads was 2, is 1');
  });

  it('packs frozen weights where memory is plenty and not to be spared, and goes on as it began', async () => {
    const lora = ['--method', 'lora:{"r": 2}', ...course];
    const spared = await linchpin(train('packing', ...lora, '--recompute'), { onStderr: signalAt('step 4:') });
    expect(spared.stderr).toContain('Activations computed again, half a layer at a time, head');
    const { stderr } = await trained('packing', ...lora);
    expect(stderr).toContain('Activations kept, head');
    await trained('never packed', ...lora, '--recompute');
    expect((await trained('packed', ...lora)).stderr).toContain('Activations kept, frozen weights packed, head');
    const lossesOf = (name: string): string => readFileSync(join(root, name, 'loss.csv'), 'utf8');
    expect(lossesOf('packing')).toBe(lossesOf('never packed'));
    expect(lossesOf('packing')).not.toBe(lossesOf('packed'));
  });

  it('refuses other data under the same name, and says what differs', async () => {
    const own = join(root, 'changing.jsonl');
    writeFileSync(own, readFileSync(data));
    const args = ['train', '--data', own, ...few, ...course, '--out', join(root, 'changed')];
    expect((await linchpin(args, { onStderr: signalAt('step 4:') })).code).toBe(130);
    appendFileSync(own, '{"text": "One more."}\n');
    expectRefusal(await linchpin(args), 'data.0.sha256 was', '--fresh');
  });

  it('goes on from the state before where the newest is damaged, and refuses where all are', async () => {
    expect((await linchpin(train('damaged', ...course), { onStderr: signalAt('step 8:') })).code).toBe(130);
    const folder = join(root, 'damaged', 'state');
    const saves = readdirSync(folder)
      .filter((name) => name.endsWith('.safetensors'))
      .map((name) => join(folder, name));
    expect(saves).toHaveLength(2);
    const newest = saves.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)!;
    const kept = readFileSync(newest);
    truncateSync(newest, 1000);
    const ended = await linchpin(train('damaged', ...course), { onStderr: signalAt('goes on behind') });
    expect(ended.stderr).toMatch(/warning: .+ is damaged: the training goes on from step \d+/);
    expect(kept.length).toBeGreaterThan(1000);
    for (const name of readdirSync(folder)) if (name.endsWith('.safetensors')) truncateSync(join(folder, name), 10);
    expectRefusal(await linchpin(train('damaged', ...course)), 'contents that are not those that were written');
    await trained('damaged', ...course, '--fresh', '--quiet');
    expect(resultOf('damaged')).toEqual(resultOf('whole'));
  });

  it('by a full disk keeps the state before, and goes on to the same bits', async () => {
    expect((await linchpin(train('full', ...course), { onStderr: signalAt('step 4:') })).code).toBe(130);
    const before = readdirSync(join(root, 'full', 'state'));
    // A limit on the size of a file stands for a disk without space left.
    const limited = spawnSync(
      'bash',
      ['-c', `ulimit -f 500; trap '' XFSZ; exec "$@"`, 'bash', ...linchpinCommand(train('full', ...course))],
      { encoding: 'utf8' },
    );
    expect(limited.status).toBe(2);
    expect(limited.stderr).toContain('a file that can be written');
    expect(readdirSync(join(root, 'full', 'state'))).toEqual(before);
    await trained('full', ...course, '--quiet');
    expect(resultOf('full')).toEqual(resultOf('whole'));
  });

  // By LINCHPIN_FULL=1, as many as leave no moment out.
  const kills = env['LINCHPIN_FULL'] === '1' ? 50 : 10;

  it(`by ${kills} kills at random moments ends with the same bits`, async () => {
    const start = performance.now();
    expect(await startLinchpin(train('undisturbed', ...course)).ended).toMatchObject({ code: 0 });
    const whole = performance.now() - start;
    const random = new PythonRandom(1);
    let [killed, midway] = [0, 0];
    while (killed < kills) {
      const { child, ended } = startLinchpin(train('killed', ...course));
      // From before the first step to behind the last.
      const timer = setTimeout(() => child.kill('SIGKILL'), whole * (0.2 + 0.85 * random.random()));
      const { code, signal, stderr } = await ended;
      clearTimeout(timer);
      if (signal === 'SIGKILL') killed += 1;
      else expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
      if (!existsSync(join(root, 'killed', 'training.json'))) {
        midway += 1;
        continue;
      }
      expect(resultOf('killed')).toEqual(resultOf('undisturbed'));
      rmSync(join(root, 'killed'), { recursive: true });
    }
    await trained('killed', ...course, '--quiet');
    expect(resultOf('killed')).toEqual(resultOf('undisturbed'));
    // How many depends on what else the machine does.
    expect(midway).toBeGreaterThan(0);
  });
});
