/** Flags that several commands share, with the checks of what may be given. */
import { defaultBatchTokens } from '@linchpin/evaluator';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** What every command that runs a model takes. */
export interface ModelFlags {
  readonly model?: string;
  readonly datasets?: string;
  readonly superWeight?: string[];
  readonly bos?: 'never' | 'always' | 'tokenizer';
  readonly batchTokens?: number;
  readonly threads?: number;
  readonly castWeights?: 'once' | 'every-batch';
  readonly quiet?: true;
  readonly json?: true;
}

/** Adds the flags of ModelFlags. */
export function addModelFlags(command: Command): Command {
  return command
    .option('--model <DIR|ID>', 'checkpoint folder, or Hub id such as huggyllama/llama-7b; the embedded mini model when absent')
    .option('--datasets <DIR>', 'folder of the data files; the embedded mini sets when absent')
    .option('--super-weight <LAYER:ROW:COLUMN...>', "super weights; what is known of the model when absent")
    .addOption(new Option('--bos <RULE>', 'whether a BOS begins every request of the tasks').choices(['never', 'always', 'tokenizer']))
    .option('--batch-tokens <N>', 'most tokens that are run at once, which bounds memory', wholeNumber(1), defaultBatchTokens)
    .option('--threads <N>', "threads of the computation; the machine's cores when absent", wholeNumber(1))
    .addOption(new Option('--cast-weights <WHEN>', 'when half-precision weights become float32; chosen by free memory when absent').choices(['once', 'every-batch']))
    .option('--quiet', 'no progress and no remarks')
    .option('--json', 'print the result as JSON');
}

/** A parser of whole numbers of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least || text.trim() === '') throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
    return value;
  };
}

/** A parser of numbers from 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1) || text.trim() === '') throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
}

/** Collects a flag that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}
