import { expect } from 'vitest';

/** Expects that a config is refused for one field, which the error names. */
export function expectFieldRefused(read: () => unknown, field: string): void {
  expect(read).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ subject: `config.json: ${field}` }) }),
  );
}
