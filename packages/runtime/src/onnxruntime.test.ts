import { describe, expect, it } from 'vitest';
import { engineName, installCommand, installedVersion, onnxruntime } from './onnxruntime.ts';

/** Throws as `require` does. */
function failing(message: string, code: string): () => never {
  return () => {
    throw Object.assign(new Error(message), { code });
  };
}

describe('onnxruntime-node', () => {
  it('is one library, however often it is asked for', () => {
    expect(onnxruntime()).toBe(onnxruntime());
    expect(engineName()).toMatch(/^onnxruntime-node \d+\.\d+\.\d+$/);
  });

  it('is asked for with the command that installs it, where npm has left it out', () => {
    const load = failing("Cannot find module 'onnxruntime-node'\nRequire stack:", 'MODULE_NOT_FOUND');
    expect(() => onnxruntime(load)).toThrow(expect.objectContaining({ code: 'runtime/onnxruntime-missing' }));
    expect(() => onnxruntime(load)).toThrow(/Run: npm install .*--ignore-scripts .*onnxruntime-node@/);
    expect(installedVersion(load)).toBe('not installed');
  });

  it.each([
    ["Cannot find module '../bin/napi-v6/freebsd/x64/onnxruntime_binding.node'", 'MODULE_NOT_FOUND'],
    ['libstdc++.so.6: cannot open shared object file', 'ERR_DLOPEN_FAILED'],
  ])('is named with its reason where it cannot be loaded: %s', (message, code) => {
    expect(() => onnxruntime(failing(message, code))).toThrow(
      expect.objectContaining({ code: 'runtime/onnxruntime-not-loaded', message: expect.stringContaining(message) }),
    );
  });

  it('is installed into the folder whose node_modules this package lies in', () => {
    const url = 'file:///data/my%20project/node_modules/@linchpin/runtime/dist/onnxruntime.js';
    expect(installCommand(url, '1.30.0')).toBe(
      'npm install --prefix "/data/my project" --ignore-scripts --save-optional onnxruntime-node@1.30.0',
    );
    expect(installCommand('file:///data/packages/runtime/src/onnxruntime.ts', '1.30.0')).toBe(
      'npm install --ignore-scripts --save-optional onnxruntime-node@1.30.0',
    );
  });
});
