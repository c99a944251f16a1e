/**
 * onnxruntime-node, loaded when something is first computed. It is an optional dependency: on Linux x64 its install script
 * fetches CUDA libraries, which nothing here uses, and where that fails npm leaves out what failed, or undoes the whole
 * installation if it was not optional.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process, { arch, platform } from 'node:process';
import type * as onnxruntimeNode from 'onnxruntime-node';
import { onnxruntimeMissing, onnxruntimeNotLoaded } from './errors.ts';

type OnnxRuntime = Pick<typeof onnxruntimeNode, 'InferenceSession' | 'Tensor'>;

/** What loads a module by its name, as `require` does. */
type Load = (name: string) => unknown;

const require: NodeJS.Require = createRequire(import.meta.url);
const load: Load = require;

/** The library; a second call gives the same. Throws where it is not installed or not made for this machine. */
export function onnxruntime(from: Load = load): OnnxRuntime {
  // Its builds send usage data, and leave files of it in the folders of temporary files and caches, unless they are told not to.
  process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
  try {
    return from('onnxruntime-node') as OnnxRuntime;
  } catch (cause) {
    if (isMissing(cause)) throw onnxruntimeMissing(installCommand(import.meta.url, wantedVersion()), cause);
    throw onnxruntimeNotLoaded(cause);
  }
}

/** Name and version of what computes, for provenance. */
export function engineName(): string {
  return `onnxruntime-node ${installedVersion(load)}`;
}

/** Whether a file lies beside the library for this system. */
export function hasLibrary(name: string, from: NodeJS.Require = require): boolean {
  const folder = dirname(from.resolve('onnxruntime-node/package.json'));
  return existsSync(join(folder, 'bin/napi-v6', platform, arch, name));
}

/** "not installed" where there is none. */
export function installedVersion(from: Load): string {
  try {
    return (from('onnxruntime-node/package.json') as { readonly version: string }).version;
  } catch {
    return 'not installed';
  }
}

/** What installs the library without its script; for a module at `url` below the node_modules of some folder. */
export function installCommand(url: string, version: string): string {
  const [folder, inside] = decodeURIComponent(new URL(url).pathname).split('/node_modules/');
  const prefix = inside === undefined ? [] : ['--prefix', JSON.stringify(folder)];
  return ['npm install', ...prefix, '--ignore-scripts --save-optional', `onnxruntime-node@${version}`].join(' ');
}

function wantedVersion(): string {
  const manifest = load('../package.json') as { readonly optionalDependencies: Readonly<Record<string, string>> };
  return manifest.optionalDependencies['onnxruntime-node'] ?? 'latest';
}

/** Whether the package is not there at all; its binary for this machine may be what is not. */
function isMissing(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    'code' in cause &&
    cause.code === 'MODULE_NOT_FOUND' &&
    /module 'onnxruntime-(?:node|common)'/.test(cause.message)
  );
}
