/**
 * Windows that are made once: a table scores the same ones for every row, and some protocols tokenise while they read.
 * Kept are the windows that were read, which is what is scored.
 */
import type { LeftOut, WindowedText } from './windowed-text.ts';

/** The same text; reading its windows again makes none anew. */
export function keptWindows(text: WindowedText): WindowedText {
  const source = text.windows();
  const kept: Int32Array[] = [];
  let end: LeftOut | undefined;
  return {
    ...text,
    *windows() {
      for (let index = 0; ; index++) {
        if (index === kept.length && end === undefined) {
          const step = source.next();
          if (step.done === true) end = step.value;
          else kept.push(step.value);
        }
        if (index === kept.length) return end!;
        yield kept[index]!;
      }
    },
  };
}
