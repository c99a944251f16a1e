/**
 * RACE (Lai et al., arXiv 1704.04683): a passage of an examination, its questions but the last one answered, and the last one
 * asked. Where a question ends in a blank, its answer takes the blank's place; up to version 2 of lm-evaluation-harness's task the blank was
 * kept instead and the question lost.
 */
import type { Json, MultipleChoice } from '@linchpin/plugin-api';
import { parseLiteral } from '@linchpin/python-strings';
import { z } from 'zod';
import { rowParser } from './row-parser.ts';

export interface RaceRow {
  readonly article: string;
  readonly problems: readonly RaceProblem[];
}

interface RaceProblem {
  readonly question: string;
  readonly options: readonly string[];
  readonly answer: (typeof letters)[number];
}

const letters = ['A', 'B', 'C', 'D'] as const;

const problem: z.ZodType<RaceProblem> = z.object({
  question: z.string(),
  options: z.array(z.string()).min(4),
  answer: z.enum(letters),
});

/** The hub's rows have their problems as the text of a Python literal. */
const literal: z.ZodType = z.string().transform((text, context) => {
  try {
    return parseLiteral(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `a Python literal (${(error as SyntaxError).message})` });
    return z.NEVER;
  }
});

const schema: z.ZodType<RaceRow> = z.object({ article: z.string(), problems: literal.pipe(z.array(problem).min(1)) });

export function raceParser(task: string): (row: Json) => RaceRow {
  return rowParser(task, schema);
}

/** `blank` is what is kept of a question that ends in one. */
export function raceQuestion({ article, problems }: RaceRow, blank: (question: string) => string): MultipleChoice {
  const asked = problems.at(-1)!; // a row has at least one
  const shown = problems.slice(0, -1).map((each) => {
    const answer = each.options[letters.indexOf(each.answer)]!;
    return each.question.endsWith('  _  .')
      ? `${blank(each.question)}${answer}\n`
      : `Question: ${each.question}\nAnswer: ${answer}\n`;
  });
  return {
    kind: 'multiple-choice',
    context: `Article: ${article}\n\n${shown.join('')}${asked.question}`,
    choices: asked.options.slice(0, 4),
    answer: letters.indexOf(asked.answer),
  };
}
