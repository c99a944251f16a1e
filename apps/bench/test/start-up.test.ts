import { describe, expect, it } from 'vitest';
import { secondsOfCommand } from '../src/start-up.ts';

describe('secondsOfCommand', () => {
  it('runs the command line', async () => {
    expect(await secondsOfCommand(['--version'])).toBeGreaterThan(0);
  });

  it('says with its message that a command failed', async () => {
    const failing = secondsOfCommand(['evaluate', '--tasks', 'no_such_task', '--no-store']);
    await expect(failing).rejects.toMatchObject({ code: 'bench/command-failed' });
    await expect(failing).rejects.toThrow('no_such_task');
  });
});
