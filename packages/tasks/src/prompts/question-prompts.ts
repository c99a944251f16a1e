/**
 * What stands before a question: the system's text, the task's description and examples, as plain text or in the form of a chat
 * template (lm-evaluation-harness 0.4.13, `ConfigurableTask.fewshot_context`; examples are turns of their own).
 */
import type { DataRow } from '@linchpin/datasets';
import { isLinchpinError } from '@linchpin/errors';
import type { Question, Task } from '@linchpin/plugin-api';
import { type Draw, type ExamplePool, rowKey } from './example-pool.ts';
import { type Message, preamble, promptedQuestion, textOf, type Turn } from './turns.ts';

/** A chat template of a model. */
export interface ChatFormat {
  /** The text that ends where the answer of the model begins. */
  readonly render: (messages: readonly Message[]) => string;
}

export interface PromptParts {
  /** What the system says before the task's description. */
  readonly system?: string | undefined;
  /** Whether nothing stands before the examples, neither the system's text nor the task's description. */
  readonly isSilent?: boolean;
  /** Absent for plain texts. */
  readonly chat?: ChatFormat | undefined;
  /** Absent where there are no examples. */
  readonly examples?: { readonly pool: ExamplePool; readonly count: number; readonly seed: number } | undefined;
}

/** Puts the prompt of the next question before it; `row` is what the question was made of. */
export type PromptNext = (question: Question, row: DataRow['value']) => Question;

/** The prompts of a task. */
export class QuestionPrompts {
  readonly #parts: PromptParts;
  readonly #leavesOutOwn: boolean;
  readonly #opening: readonly Turn[];

  constructor({ description = '', fewshot }: Pick<Task, 'description' | 'fewshot'>, parts: PromptParts = {}) {
    this.#parts = parts;
    this.#leavesOutOwn = fewshot?.leavesOutOwn ?? false;
    const content = parts.isSilent === true ? '' : preamble(parts.system ?? '', description);
    this.#opening = content === '' ? [] : [{ role: 'system', content, delimiter: '' }];
  }

  /** Begins with the first question: examples are drawn for one after the other. */
  begin(): PromptNext {
    const { examples, chat } = this.#parts;
    const draw: Draw | undefined = examples?.pool.begin(examples.count, examples.seed);
    if (draw === undefined && chat === undefined && this.#opening.length === 0) return (question) => question;
    return (question, row) => {
      const own = draw !== undefined && this.#leavesOutOwn ? rowKey(row) : undefined;
      const shown = draw?.(own).flatMap(({ turns }) => turns) ?? [];
      const before = [...this.#opening, ...shown];
      return promptedQuestion(question, { render: (asked) => render(before, asked, chat), isChat: chat !== undefined });
    };
  }
}

function render(before: readonly Turn[], asked: string, chat: ChatFormat | undefined): string {
  if (chat === undefined) return textOf(before) + asked;
  const messages: Message[] = before.map(({ role, content }) => ({ role, content }));
  return chat.render([...messages, { role: 'user', content: asked }]);
}

/**
 * Why a template refuses what the system says, where it takes a chat without it; undefined where there is nothing to refuse.
 * lm-evaluation-harness leaves the turn of the system out then.
 */
export function refusalOfSystem(chat: ChatFormat, content: string): string | undefined {
  const asked: Message = { role: 'user', content: 'A question' };
  try {
    if (content !== '') chat.render([{ role: 'system', content }, asked]);
    return undefined;
  } catch (error) {
    chat.render([asked]);
    return isLinchpinError(error) ? error.problem.found : String(error);
  }
}
