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

/** A text that the page cannot begin with, or has no loss of. */
export function unfitText(what: string, found: string, expected: string, option: string): LinchpinError {
  return new LinchpinError({
    code: 'playground/unfit-text',
    subject: what,
    found,
    expected,
    action: `Give another (${option}).`,
  });
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
