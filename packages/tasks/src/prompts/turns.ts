/**
 * Prompts as turns of a conversation, which lm-evaluation-harness 0.4.13 makes of every prompt (`ConfigurableTask.build_qa_turn`,
 * `api/utils.py`): joined by delimiters they are a plain text, and without them what a chat template is given.
 */
import { internalError } from '@linchpin/errors';
import type { Question } from '@linchpin/plugin-api';
import { whitespaceClass } from '@linchpin/python-strings';

/** What a chat template is given. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface Turn extends Message {
  /** What follows it in a plain text. */
  readonly delimiter: string;
}

/** Between a question and its answer. */
const targetDelimiter = ' ';

/** Behind an example. */
const exampleDelimiter = '\n\n';

/** A question with its answer, as an example for others. */
export function exampleTurns(question: Question, behind: string = exampleDelimiter): Turn[] {
  const { asked, answer, between } = solved(question);
  // There is no turn of an answer without a text, where the answer is a text and no choice.
  if (answer === '' && !('choices' in question)) return [{ role: 'user', content: asked, delimiter: '' }];
  return [
    { role: 'user', content: asked, delimiter: between },
    { role: 'assistant', content: answer, delimiter: behind },
  ];
}

interface Solved {
  readonly asked: string;
  readonly answer: string;
  readonly between: string;
}

function solved(question: Question): Solved {
  const between = 'delimiter' in question ? (question.delimiter ?? targetDelimiter) : targetDelimiter;
  switch (question.kind) {
    case 'multiple-choice':
      return { asked: question.context, answer: question.choices[question.answer]!, between };
    case 'weighed-choices':
      return { asked: question.context, answer: question.choices[question.isTrue.indexOf(true)]!, between };
    case 'shared-continuation':
      return { asked: question.contexts[question.answer]!, answer: undelimited(question.continuation), between };
    case 'last-word':
      // Its target begins with a space of its own, so that two stand between.
      return { asked: question.context, answer: question.continuation, between };
    case 'any-of':
      return { asked: question.context, answer: undelimited(question.continuations[0]!), between };
    case 'written':
      return { asked: question.context, answer: question.target, between };
    case 'whole-text':
      throw internalError('a whole text is no example');
  }
}

/** The question behind what `render` puts before each of its contexts; a template says where an answer begins. */
export function promptedQuestion(
  question: Question,
  { render, isChat }: { readonly render: (asked: string) => string; readonly isChat: boolean },
): Question {
  const choices = isChat ? { delimiter: '' } : {};
  const answer = (text: string): string => (isChat ? undelimited(text) : text);
  switch (question.kind) {
    case 'multiple-choice':
      return { ...question, context: render(question.context), ...choices };
    case 'weighed-choices':
      return { ...question, context: render(question.context), ...choices };
    case 'shared-continuation':
      return { ...question, contexts: question.contexts.map(render), continuation: answer(question.continuation) };
    case 'last-word':
      return { ...question, context: render(question.context) };
    case 'any-of':
      return { ...question, context: render(question.context), continuations: question.continuations.map(answer) };
    case 'written':
      return { ...question, context: render(question.context) };
    case 'whole-text':
      return question;
  }
}

/** As a plain text. */
export function textOf(turns: readonly Turn[]): string {
  return turns.map(({ content, delimiter }) => content + delimiter).join('');
}

/** What stands before all else: the system's text and the task's own, an empty line between them unless one of them has white space there. */
export function preamble(system: string, description: string): string {
  if (system === '' || description === '') return system + description;
  return endsInSpace.test(system) || beginsWithSpace.test(description)
    ? system + description
    : system + exampleDelimiter + description;
}

const endsInSpace = new RegExp(`[${whitespaceClass}]$`, 'u');
const beginsWithSpace = new RegExp(`^[${whitespaceClass}]`, 'u');

function undelimited(continuation: string): string {
  return continuation.slice(targetDelimiter.length);
}
