import process from 'node:process';
import { deviceNames } from '@linchpin/defaults';
import { chooseDevice, findDevice, inspectDevices, requireGradients } from '@linchpin/runtime';
import { describe, expect, it } from 'vitest';

const here = `${process.platform}-${process.arch}`;
const elsewhere = deviceNames.find((name) => findDevice(name).needs?.platforms.includes(here) === false);

/** What `auto` asks on each system, in this order. */
const asked: Readonly<Record<string, readonly string[]>> = {
  'linux-x64': ['cuda', 'webgpu'],
  'darwin-arm64': ['webgpu'],
  'win32-x64': ['webgpu', 'directml'],
  'win32-arm64': ['webgpu', 'directml'],
};

describe('chooseDevice', () => {
  it('takes the CPU without asking it', async () => {
    expect(await chooseDevice()).toEqual({ name: 'cpu', engine: expect.stringMatching(/^onnxruntime-node \d+\.\S+$/) });
  });

  it.skipIf(elsewhere === undefined)('refuses what this system has not, and says where it is', async () => {
    await expect(chooseDevice(elsewhere)).rejects.toMatchObject({
      code: 'runtime/device-not-there',
      message: expect.stringContaining(`expected one of ${findDevice(elsewhere!).needs!.platforms.join(', ')}`),
    });
  });

  it('names the devices that there are for a wrong name', async () => {
    await expect(chooseDevice('gpu')).rejects.toMatchObject({
      code: 'runtime/unknown-device',
      message: expect.stringContaining(
        'device: found "gpu", which is the name of none; expected one of auto, cpu, cuda, webgpu, directml, coreml',
      ),
    });
  });
});

describe('products in half precision', () => {
  it('are refused on a device that has none of its own, with what it has', async () => {
    const code = 'runtime/device-cannot';
    for (const dtype of ['float16', 'bfloat16'] as const)
      await expect(chooseDevice('cpu', dtype)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(new RegExp(`device cpu: found products in ${dtype}.*Choose --dtype float32`)),
      });
    for (const device of ['webgpu', 'directml'])
      await expect(chooseDevice(device, 'bfloat16')).rejects.toMatchObject({
        code,
        message: expect.stringContaining('Choose --dtype float32 or float16'),
      });
  });

  it('are asked of those alone that have them with auto', async () => {
    const { name } = await chooseDevice('auto', 'bfloat16').catch((error: unknown) => {
      // Of what was asked for, and not of the CPU, which nobody named.
      expect(error).toMatchObject({
        code: 'runtime/device-cannot',
        message: expect.stringContaining('device auto: found none with products in bfloat16'),
      });
      return { name: 'none' };
    });
    expect(['cuda', 'none']).toContain(name);
  });
});

describe('auto', () => {
  it('takes the first that is there, and says which were asked in vain', async () => {
    const findings = await inspectDevices();
    const engineOf = (name: string): string | undefined => findings.find((each) => each.name === name)!.engine;
    const candidates = asked[here] ?? [];
    const taken = candidates.find((name) => engineOf(name) !== undefined);
    const missing = taken === undefined ? candidates : candidates.slice(0, candidates.indexOf(taken));
    const why = [
      ...(taken === undefined ? [] : ['the first that is there']),
      ...(missing.length > 0 ? [`not there: ${missing.join(', ')}`] : []),
      ...(candidates.length === 0 ? ['no other is made for this system'] : []),
    ];
    const name = taken ?? 'cpu';
    expect(await chooseDevice('auto')).toMatchObject({ name, engine: engineOf(name), why: why.join('; ') });
  });
});

describe('inspectDevices', () => {
  it('finds each device there, or says what is missing and what to do', async () => {
    const findings = await inspectDevices();
    expect(findings.map(({ name }) => name)).toEqual(deviceNames);
    for (const { name, engine, problem } of findings) {
      const { needs } = findDevice(name);
      if (needs === undefined) expect(engine).toMatch(/^onnxruntime-node \d+\.\S+$/);
      else if (engine !== undefined) expect(engine).toMatch(new RegExp(`^onnxruntime-node \\S+ ${name} \\(.+\\)$`));
      else {
        const isHere = needs.platforms.includes(here);
        expect(problem).toMatchObject({
          code: isHere ? 'runtime/device-not-opened' : 'runtime/device-not-there',
          message: expect.stringContaining(isHere ? needs.setUp : here),
        });
      }
      expect(engine === undefined).toBe(problem !== undefined);
    }
  });
});

describe('requireGradients', () => {
  it('lets the CPU alone train', () => {
    const trains = (name: string): boolean => {
      try {
        requireGradients({ name });
        return true;
      } catch (error) {
        expect(error).toMatchObject({
          code: 'runtime/device-cannot',
          message: expect.stringContaining(`device ${name}`),
        });
        return false;
      }
    };
    expect(deviceNames.filter(trains)).toEqual(['cpu']);
  });
});
