import { expect, it } from 'vitest';
import { keptWindows } from './kept-windows.ts';
import type { LeftOut, WindowedText } from './windowed-text.ts';

const leftOut: LeftOut = { droppedTokens: 3, skippedDocuments: 1 };
let made = 0;

const text: WindowedText = {
  protocol: 'consecutive',
  requestedWindow: 2,
  window: 2,
  bos: 'never',
  bosId: null,
  seed: null,
  textSha256: '0'.repeat(64),
  windowCount: null,
  *windows() {
    for (let index = 0; index < 4; index++) {
      made++;
      yield Int32Array.of(index, index + 1);
    }
    return leftOut;
  },
};

/** Reads to the end, or so many windows. */
function read(windows: ReturnType<WindowedText['windows']>, most = Infinity): (Int32Array | LeftOut)[] {
  const steps: (Int32Array | LeftOut)[] = [];
  for (let step = windows.next(); steps.push(step.value) < most && step.done !== true;) step = windows.next();
  return steps;
}

it('makes every window once, whatever was read before', () => {
  const whole = read(text.windows());
  expect(whole).toHaveLength(5);
  made = 0;
  const kept = keptWindows(text);
  expect(made).toBe(0);
  expect(read(kept.windows(), 2)).toEqual(whole.slice(0, 2));
  expect(read(kept.windows())).toEqual(whole);
  expect(read(kept.windows())).toEqual(whole);
  expect(made).toBe(4);
});
