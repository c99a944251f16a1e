import type { Device } from './device.ts';
import { cpu } from './devices/cpu.ts';
import { unknownDevice } from './errors.ts';

const devices: readonly Device[] = [cpu];

/** Throws where there is no device of the name. */
export function findDevice(name: string): Device {
  const found = devices.find((device) => device.name === name);
  if (found !== undefined) return found;
  const known = devices.map((device) => device.name);
  throw unknownDevice(name, known);
}
