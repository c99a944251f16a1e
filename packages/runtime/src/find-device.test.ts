import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { chooseDevice, devices, findDevice, inspectDevices, requireGradients } from './find-device.ts';

const elsewhere = devices.find(({ platforms }) => !platforms.includes(`${process.platform}-${process.arch}`));

describe('chooseDevice', () => {
  it('takes the CPU without asking it', async () => {
    expect(await chooseDevice()).toEqual({ name: 'cpu', engine: expect.stringMatching(/^onnxruntime-node \d/) });
  });

  it.skipIf(elsewhere === undefined)('refuses what this system has not, and says where it is', async () => {
    await expect(chooseDevice(elsewhere!.name)).rejects.toMatchObject({
      code: 'runtime/device-not-there',
      message: expect.stringContaining(elsewhere!.platforms[0]!),
    });
  });

  it('names the nearest devices of a wrong name', async () => {
    await expect(chooseDevice('gpu')).rejects.toMatchObject({ code: 'runtime/unknown-device' });
  });

  it('says what auto took and why', async () => {
    const { name, engine, why } = await chooseDevice('auto');
    expect(devices.map((device) => device.name)).toContain(name);
    expect(engine).toMatch(/^onnxruntime-node/);
    expect(why).not.toBe('');
  });
});

describe('inspectDevices', () => {
  it('finds each device there, or says what is missing and what to do', async () => {
    const findings = await inspectDevices();
    expect(findings.map(({ name }) => name)).toEqual(devices.map(({ name }) => name));
    for (const { engine, problem } of findings) expect(engine ?? problem?.message).toMatch(/\S/);
    expect(findings.every(({ engine, problem }) => (engine === undefined) !== (problem === undefined))).toBe(true);
  });
});

describe('devices', () => {
  it('are found by their names', () => {
    for (const device of devices) expect(findDevice(device.name)).toBe(device);
  });

  it('train on the CPU alone', () => {
    expect(() => requireGradients({ name: 'cpu' })).not.toThrow();
    expect(() => requireGradients({ name: 'webgpu' })).toThrow(
      expect.objectContaining({ code: 'runtime/device-cannot' }),
    );
  });
});
