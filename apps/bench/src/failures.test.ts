import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nothingToMeasure } from './errors.ts';
import { Failures } from './failures.ts';

function fails(error: Error): () => never {
  return () => {
    throw error;
  };
}

describe('Failures', () => {
  let said: string;
  beforeEach(() => {
    said = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('has nothing to say where all went well', async () => {
    const failures = new Failures();
    expect(await failures.attempt(() => {})).toBe(true);
    expect(failures.report()).toBe(0);
    expect(said).toBe('');
  });

  it('goes on after a failure, and says it at the end', async () => {
    const failures = new Failures();
    const error = nothingToMeasure();
    expect(await failures.attempt(fails(error))).toBe(false);
    expect(said).toBe('');
    expect(failures.report()).toBe(2);
    expect(said).toBe(`${error.message}\n`);
  });

  it('tells a bug from what can be mended', async () => {
    const failures = new Failures();
    await failures.attempt(fails(nothingToMeasure()));
    await failures.attempt(fails(new TypeError('a bug')));
    expect(failures.report()).toBe(1);
    expect(said).toMatch(/TypeError: a bug\n +at /);
  });
});
