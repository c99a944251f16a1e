import { describeValue, LinchpinError } from '@linchpin/errors';
import { reasonOf } from '../errors.ts';

export function tokenizerAbsent(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'models/tokenizer-absent',
    subject: file,
    found: `that it cannot be read (${reasonOf(cause)})`,
    expected: 'the tokenizer of the checkpoint: tokenizer.json, tokenizer.model, or vocab.json and merges.txt',
    action: 'Download it with the checkpoint.',
    cause,
  });
}

/** A part of tokenizer.json that is unknown, or that could only be carried out with other ids than the reference's. */
export function tokenizerPartUnsupported(
  file: string,
  part: { readonly field: string; readonly found: string },
  known: readonly string[],
): LinchpinError {
  return new LinchpinError({
    code: 'models/tokenizer-part-unsupported',
    subject: `${file}: ${part.field}`,
    found: part.found,
    expected: `one of ${known.join(', ')}`,
    action: 'Check the file; tokenizers of other kinds are not supported, because their ids could not be vouched for.',
  });
}

export function tokenizerMergeUnknown(file: string, merge: readonly [string, string], token: string): LinchpinError {
  return new LinchpinError({
    code: 'models/tokenizer-merge-unknown',
    subject: `${file}: model.merges`,
    found: `${JSON.stringify(merge)}, of which ${JSON.stringify(token)} is not in the vocabulary`,
    expected: 'merges whose parts and result are in model.vocab',
    action: 'Download the file again.',
  });
}

/** A token whose id has no row in the embedding. */
export function tokenizerIdOutOfRange(file: string, token: readonly [string, number], rows: number): LinchpinError {
  return new LinchpinError({
    code: 'models/tokenizer-id-out-of-range',
    subject: `${file}: ${JSON.stringify(token[0])}`,
    found: `the id ${token[1]}`,
    expected: `an id from 0 to ${rows - 1}, since the model has ${rows} rows of embeddings`,
    action: 'Take the tokenizer that belongs to the model.',
  });
}

/** A stretch of text for which the tokenizer has no id at all, not even an unknown token. */
export function tokenizerTokenUnknown(file: string, token: string): LinchpinError {
  return new LinchpinError({
    code: 'models/tokenizer-token-unknown',
    subject: file,
    found: `no id for ${JSON.stringify(token)}`,
    expected: 'a vocabulary that has it, or an unk_token that stands for it',
    action: 'Take the tokenizer that belongs to the model.',
  });
}

export function sentencePieceMalformed(file: string, found: string, cause?: unknown): LinchpinError {
  return new LinchpinError({
    code: 'models/sentencepiece-malformed',
    subject: file,
    found,
    expected: 'a model of SentencePiece',
    action: 'Download the file again.',
    ...(cause === undefined ? {} : { cause }),
  });
}

export function sentencePieceUnsupported(file: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'models/sentencepiece-unsupported',
    subject: file,
    found,
    expected: 'byte-pair encoding or unigram, with spaces escaped at the beginnings of words',
    action: 'Take a tokenizer.json of the same tokenizer.',
  });
}

export function characterMapMalformed(file: string): LinchpinError {
  return sentencePieceMalformed(file, 'a normalization that is no trie with its texts behind');
}

/** vocab.json and merges.txt of a tokenizer whose rule of words is not known. */
export function tokenizerClassUnknown(file: string, found: unknown, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'models/tokenizer-class-unknown',
    subject: file,
    found: `the tokenizer_class ${describeValue(found)} beside it`,
    expected: `one of ${known.join(', ')}, which cut texts into words as GPT-2 does`,
    action:
      'Take the tokenizer.json of the checkpoint, or save it with transformers: AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR).',
  });
}

export function mergesMalformed(file: string, line: string): LinchpinError {
  return new LinchpinError({
    code: 'models/merges-malformed',
    subject: file,
    found: `the line ${describeValue(line)}`,
    expected: 'two parts and a space between them',
    action: 'Download the file again.',
  });
}

/** A checkpoint without a chat template. */
export function chatTemplateAbsent(file: string): LinchpinError {
  return new LinchpinError({
    code: 'models/chat-template-absent',
    subject: file,
    found: 'no chat_template, nor a file chat_template.jinja beside it',
    expected: 'the template of a model that was trained on chats',
    action: 'Take an instruction-tuned checkpoint, or leave the chat template out.',
  });
}

/** A name under which a checkpoint has no template. */
export function chatTemplateUnknown(
  file: string,
  name: string,
  { known, nearest }: Readonly<Record<'known' | 'nearest', readonly string[]>>,
): LinchpinError {
  return new LinchpinError({
    code: 'models/chat-template-unknown',
    subject: `${file}: chat_template`,
    found: `no template ${name}`,
    expected: `one of ${known.join(', ')}`,
    action: nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : 'Check the name.',
  });
}

/** A template that cannot be read or filled, or that refuses the messages itself. */
export function chatTemplateFailed(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'models/chat-template-failed',
    subject: `${file}: chat_template`,
    found: reasonOf(cause),
    expected: 'a Jinja template that takes the messages: the text of the system, examples as turns, and the question',
    action: 'Leave out what it refuses, as the text of the system or the examples, or the template itself.',
    cause,
  });
}
