import { LinchpinError } from '@linchpin/errors';

/** The page itself, which is the same for every model, has not been built. */
export function pageNotBuilt(folder: string): LinchpinError {
  return new LinchpinError({
    code: 'playground/page-not-built',
    subject: 'the playground',
    found: `no page in ${folder}`,
    expected: 'index.html and what belongs to it',
    action: 'In a checkout of the sources, `npm run playground:page` builds it.',
  });
}

/** A model whose weights do not fit into the memory that a page has. */
export function modelTooLarge(name: string, bytes: number, most: number): LinchpinError {
  return new LinchpinError({
    code: 'playground/model-too-large',
    subject: name,
    found: `${gigabytes(bytes)} GB of weights in float32, which is how they are computed with`,
    expected: `at most ${gigabytes(most)} GB, which is what a page can hold`,
    action: 'Take a smaller model of the family, or use `linchpin generate`, which has no such limit.',
  });
}

/** Something lies where the page is to be written. */
export function outTaken(out: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'playground/out-taken',
    subject: out,
    found,
    expected: 'a folder that is not there yet, that is empty, or that a playground was written to before',
    action: 'Choose another folder with --out.',
  });
}

/** The system refused to write. */
export function cannotBuild(out: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'playground/cannot-write',
    subject: out,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a folder that can be written, and room for the model',
    action: 'Choose another folder with --out, or make room.',
    cause,
  });
}

/** A text of the page that the model has no use for. */
export function emptyText(what: string): LinchpinError {
  return new LinchpinError({
    code: 'playground/empty-text',
    subject: what,
    found: 'nothing but white space',
    expected: 'a text that the model continues',
    action: 'Give some words.',
  });
}

/** A text that the page would have no room for. */
export function textTooLong({
  what,
  option,
  tokens,
  most,
}: {
  readonly what: string;
  readonly option: string;
  readonly tokens: number;
  readonly most: number;
}): LinchpinError {
  return new LinchpinError({
    code: 'playground/text-too-long',
    subject: what,
    found: `${tokens} tokens`,
    expected: `at most ${most}, which is the context of the page`,
    action: `Give a shorter one (${option}).`,
  });
}

/** A text of which no token has another before it. */
export function textTooShort(what: string): LinchpinError {
  return new LinchpinError({
    code: 'playground/text-too-short',
    subject: what,
    found: 'a single token',
    expected: 'two at least: a loss is that of tokens behind others',
    action: 'Give some words more (--text).',
  });
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
