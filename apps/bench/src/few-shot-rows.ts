/**
 * Few-shot prompts as rows of ARC-Easy, whose context is free text: any program that knows the task scores the same. Words are
 * random; lengths are about those of MMLU (Hendrycks et al., arXiv 2009.03300), whose questions come behind the examples of their
 * subject, and of ARC, whose examples lm-evaluation-harness draws anew for every question.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { drawWords, type Draw } from './synthetic-questions.ts';
import type { TaskWork } from './workload.ts';

const fewShotTask = 'arc_easy';

/** Questions of a subject: MMLU's smallest have as many. */
const subjectQuestions = 100;

/** Examples that are drawn anew for each one that a subject has: 25 of ARC beside 5 of MMLU. */
export const drawnPerShared = 5;

/** What is asked by `--fewshot`: answers as letters, as texts, examples drawn anew, and none. */
export const fewShotForms = ['letters', 'texts', 'drawn', 'bare'] as const;

export type FewShotForm = (typeof fewShotForms)[number];

const letters = ['A', 'B', 'C', 'D'] as const;

export interface FewShotShape {
  readonly questions: number;
  /** Examples before each question. */
  readonly examples: number;
}

interface Row {
  readonly question: string;
  readonly choices: readonly string[];
  readonly answer: number;
}

/**
 * MMLU's form: all questions of a subject begin with its examples, and the answer is the letter of a choice that the question
 * lists. lm-evaluation-harness runs a question once where all of its choices are one token.
 */
export function letteredRows(shape: FewShotShape): Generator<Row> {
  const draw = drawWords();
  const { text, below } = draw;
  return subjectRows(shape, () => {
    const choices = letters.map((letter) => `${letter}. ${text(2 + below(8))}`);
    return { question: `${bookQuestion(draw)}\n${choices.join('\n')}`, choices: letters, answer: below(4) };
  });
}

/** The form of `mmlu_continuation`: the same questions, answered with the texts of the choices, which they do not list. */
export function answeredRows(shape: FewShotShape): Generator<Row> {
  const draw = drawWords();
  const { text, below } = draw;
  return subjectRows(shape, () => ({
    question: bookQuestion(draw),
    choices: letters.map(() => text(2 + below(8))),
    answer: below(4),
  }));
}

function* subjectRows({ questions, examples }: FewShotShape, row: () => Row): Generator<Row> {
  let shown: readonly Row[] = [];
  for (let index = 0; index < questions; index++) {
    if (index % subjectQuestions === 0) shown = Array.from({ length: examples }, row);
    const { question, ...rest } = row();
    const before = shown.map((each) => `${each.question}\nAnswer: ${each.choices[each.answer]!}\n\nQuestion: `);
    yield { question: before.join('') + question, ...rest };
  }
}

function bookQuestion({ text, below }: Draw): string {
  return text(25 + below(50));
}

/** ARC's form: every question has examples of its own, and the choices are texts. */
export function* drawnRows({ questions, examples }: FewShotShape): Generator<Row> {
  const draw = drawWords();
  const { text, below } = draw;
  for (let index = 0; index < questions; index++) {
    const shown = Array.from({ length: examples }, () => `${schoolQuestion(draw)}\nAnswer: ${text(1 + below(8))}\n\n`);
    const choices = letters.map(() => text(1 + below(8)));
    yield { question: [...shown, schoolQuestion(draw)].join('Question: '), choices, answer: below(4) };
  }
}

function schoolQuestion({ text, below }: Draw): string {
  return text(10 + below(25));
}

/** Writes rows into a folder that is read as one of data sets. */
export async function writeRows(folder: string, rows: Iterable<Row>): Promise<TaskWork> {
  const lines = [...rows].map(({ question, choices, answer }, index) =>
    JSON.stringify({
      id: String(index),
      question,
      choices: { text: choices, label: letters },
      answerKey: letters[answer],
    }),
  );
  const file = join(folder, 'ARC-Easy', 'test.jsonl');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  return { datasets: folder, tasks: [fewShotTask], items: lines.length };
}
