/**
 * A run as lines of JSON, each of which is short enough for a string: the run, then its parts one by one, and before a
 * part what its items were asked, unless a part before it has asked the same.
 */
import type { RecordedItem, RecordedPart, RecordedRun, ResultRow } from '@linchpin/plugin-api';
import { type AnsweredItem, answeredOf, type AskedItem, askedOf, joinItems } from './asked-and-answered.ts';
import { inBlocks } from './item-block.ts';
import { fromJson, toJson } from './json.ts';

type RunLine = Omit<RecordedRun, 'parts'>;

/** What some items were asked; the lines of this kind are counted from 0. */
interface QuestionsLine {
  readonly asked: readonly AskedItem[];
}

interface PartLine {
  readonly rows: readonly ResultRow[];
  /** In the order of the items; `questions` is the number of a line before. */
  readonly blocks: readonly { readonly questions: number; readonly answered: readonly AnsweredItem[] }[];
}

/** With a newline at the end of each. Equal runs give equal lines. */
export function* runToLines(run: RecordedRun): Generator<string, void, void> {
  const { id, command, status, startedAt, finishedAt, environment, parts } = run;
  yield `${toJson({ id, command, status, startedAt, finishedAt, environment } satisfies Unset<RunLine>)}\n`;
  const known = new Map<string, number>();
  for (const { rows, items } of parts) {
    const blocks: PartLine['blocks'][number][] = [];
    for (const block of inBlocks(items)) {
      const line = `${JSON.stringify({ asked: block.map(askedOf) } satisfies QuestionsLine)}\n`;
      if (!known.has(line)) {
        known.set(line, known.size);
        yield line;
      }
      blocks.push({ questions: known.get(line)!, answered: block.map(answeredOf) });
    }
    yield `${toJson({ rows, blocks } satisfies PartLine)}\n`;
  }
}

type Unset<Of> = { readonly [Name in keyof Of]: Of[Name] | undefined };

/** The run that `runToLines` gave these lines for, which the caller has checked to be whole; without their newlines. */
export function runFromLines([first, ...lines]: readonly string[]): RecordedRun {
  const questions: (readonly AskedItem[])[] = [];
  const parts: RecordedPart[] = [];
  for (const line of lines) {
    const content = fromJson(line) as QuestionsLine | PartLine;
    if ('asked' in content) questions.push(content.asked);
    else parts.push({ rows: content.rows, items: itemsOf(content, questions) });
  }
  return { ...(fromJson(first!) as RunLine), parts };
}

function itemsOf({ blocks }: PartLine, questions: readonly (readonly AskedItem[])[]): RecordedItem[] {
  return blocks.flatMap((block) => joinItems(questions[block.questions]!, block.answered));
}
