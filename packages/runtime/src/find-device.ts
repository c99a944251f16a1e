/** Which devices there are, and which of them this machine has. */
import { arch, env, platform } from 'node:process';
import { basename } from 'node:path';
import type { ProductType } from '@linchpin/plugin-api';
import { isLinchpinError, type LinchpinError } from '@linchpin/errors';
import { Graph, serializeGraph } from '@linchpin/onnx';
import type { Device, DeviceNeeds } from './device.ts';
import type { Accelerator } from './devices/accelerator.ts';
import { coreml } from './devices/coreml.ts';
import { cpu } from './devices/cpu.ts';
import { cuda } from './devices/cuda.ts';
import { directml } from './devices/directml.ts';
import { webgpu } from './devices/webgpu.ts';
import {
  deviceNotOpened,
  deviceNotThere,
  gradientsElsewhere,
  productsElsewhere,
  productsNowhere,
  unknownDevice,
} from './errors.ts';
import { engineName, hasLibrary, onnxruntime } from './onnxruntime.ts';
import type { ChosenDevice } from './session-settings.ts';

/** In the order in which `auto` asks those that it may take; where none is there, it takes the CPU. */
const accelerators: readonly Accelerator[] = [cuda, webgpu, directml, coreml];
const devices: readonly Device[] = [cpu, ...accelerators];

/** Throws where there is no device of the name. */
export function findDevice(name: string): Device {
  const found = devices.find((device) => device.name === name);
  if (found !== undefined) return found;
  throw unknownDevice(name, ['auto', ...devices.map((device) => device.name)]);
}

/** Throws for a device on which nothing can be trained. */
export function requireGradients({ name }: Pick<ChosenDevice, 'name'>): void {
  if (!findDevice(name).trains) throw gradientsElsewhere(name);
}

export const cpuChosen = (): ChosenDevice => ({ name: cpu.name, engine: engineName() });

/** What `auto` was asked for and took, and why, for whoever is told. */
export interface DeviceChoice extends ChosenDevice {
  /** Absent where the device was named. */
  readonly why?: string;
}

/**
 * The device of a name, or of `auto` the first that is there and has products in the type: a tiny session is opened on it and
 * computes. The CPU is not asked. Throws where a device is not there, or has no such products, and says what to do.
 */
export async function chooseDevice(name = 'cpu', dtype: ProductType = 'float32'): Promise<DeviceChoice> {
  if (name !== 'auto') {
    const device = findDevice(name);
    requireProducts(device, dtype);
    return isAccelerator(device) ? await openDevice(device, dtype) : cpuChosen();
  }
  const missing: string[] = [];
  for (const device of accelerators.filter(({ needs }) => isForThisSystem(needs) && needs.isAutomatic)) {
    if (!device.products.includes(dtype)) continue;
    try {
      const chosen = await openDevice(device, dtype);
      return { ...chosen, why: ['the first that is there', ...notThere(missing)].join('; ') };
    } catch (error) {
      if (!isLinchpinError(error)) throw error;
      missing.push(device.name);
    }
  }
  const [why = 'no other is made for this system'] = notThere(missing);
  if (!cpu.products.includes(dtype)) throw productsNowhere(dtype, why);
  return { ...cpuChosen(), why };
}

function requireProducts(device: Device, dtype: ProductType): void {
  if (!device.products.includes(dtype)) throw productsElsewhere(device, dtype);
}

/** In the order in which they were asked. */
function notThere(missing: readonly string[]): string[] {
  return missing.length === 0 ? [] : [`not there: ${missing.join(', ')}`];
}

export interface DeviceFinding {
  readonly name: string;
  readonly summary: string;
  /** Present where sessions can be opened. */
  readonly engine?: string;
  /** What is missing, and what to do. */
  readonly problem?: LinchpinError;
}

/** Asks every device. */
export async function inspectDevices(): Promise<DeviceFinding[]> {
  const findings: DeviceFinding[] = [];
  for (const { name, summary } of devices)
    try {
      findings.push({ name, summary, engine: (await chooseDevice(name)).engine });
    } catch (error) {
      if (!isLinchpinError(error)) throw error;
      findings.push({ name, summary, problem: error });
    }
  return findings;
}

/** Throws where no session can be opened, or where it does not compute right. */
async function openDevice(device: Accelerator, dtype: ProductType): Promise<ChosenDevice> {
  const { library } = device.needs;
  if (!isForThisSystem(device.needs)) throw deviceNotThere(device, thisSystem());
  const { InferenceSession, Tensor } = onnxruntime();
  // Asked for in vain, it would complain on stderr.
  if (library !== undefined && !hasLibrary(library)) throw deviceNotOpened(device, `no ${library} in onnxruntime-node`);
  const graph = new Graph();
  const x = graph.input('x', 'float32', [1, 2]);
  const weights = graph.tensor('w', 'float32', [2, 1], Float32Array.of(2, 3));
  const rounded = [x, weights].map((operand) => graph.cast(operand, dtype));
  graph.output(graph.cast(graph.apply('MatMul', rounded), 'float32'), 'y');
  let product: number;
  try {
    const options = device.sessionOptions({}, { device: device.name, engine: '', threads: 1, castWeights: 'once' });
    const session = await InferenceSession.create(serializeGraph(graph), options);
    try {
      const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(5, 7), [1, 2]) });
      product = (y!.data as Float32Array)[0]!;
    } finally {
      await session.release();
    }
  } catch (cause) {
    throw deviceNotOpened(device, cause instanceof Error ? firstLine(cause.message) : String(cause), { dtype, cause });
  }
  if (product !== 31) throw deviceNotOpened(device, `5 · 2 + 7 · 3 = ${product}`, { dtype });
  const { inWords, memory } = await hardware(device.name);
  return {
    name: device.name,
    engine: `${engineName()} ${device.name} (${inWords})`,
    ...(memory > 0 ? { memory } : {}),
  };
}

/**
 * Graphics hardware and drivers as the system names them, and bytes of the largest memory: onnxruntime does not tell which it took.
 * 0 where nvidia-smi does not say; what a bus shows of other hardware is the part of the memory that it maps.
 */
async function hardware(device: string): Promise<{ readonly inWords: string; readonly memory: number }> {
  const { graphics } = await import('systeminformation');
  const { controllers } = await graphics();
  const named = controllers.map(({ model, driverVersion }) => [model, driverVersion].filter(Boolean).join(' '));
  // The Vulkan loader takes the driver of this file and no other; CUDA does not ask it.
  const chosen = device === 'webgpu' ? (env['VK_DRIVER_FILES'] ?? env['VK_ICD_FILENAMES']) : undefined;
  if (chosen !== undefined) return { inWords: basename(chosen, '.json'), memory: 0 };
  const memory = 2 ** 20 * Math.max(0, ...controllers.map(({ memoryTotal }) => memoryTotal ?? 0));
  return { inWords: named.join(', ') || 'unnamed', memory };
}

function isAccelerator(device: Device): device is Accelerator {
  return device.needs !== undefined;
}

function isForThisSystem({ platforms }: DeviceNeeds): boolean {
  return platforms.includes(thisSystem());
}

function thisSystem(): string {
  return `${platform}-${arch}`;
}

/** What onnxruntime says begins with a place in its sources and ends with where that was called. */
function firstLine(message: string): string {
  const said = message.trim().split('\n')[0]!;
  return said.replace(/^.*\bwas false\. /, '');
}
