import { LinchpinError } from '@linchpin/errors';
import type { HubRepository } from './cache.ts';

/** What is asked for. */
export interface Wanted {
  readonly repository: HubRepository;
  readonly revision: string;
  /** Whether a folder of the user's would not do in its place. */
  readonly onlyHub?: boolean;
}

/** For a model that was asked for by a name which could be a folder, and for a data set. */
const words = {
  model: {
    absent: 'no folder of that name here, and ',
    instead: 'a checkpoint folder',
    one: 'a model',
    other: ', or give the folder of a checkpoint',
  },
  dataset: {
    absent: '',
    instead: 'a folder that has it, by --datasets',
    one: 'a data set',
    other: ', or give a folder with the data by --datasets',
  },
} as const;

/** What is said in the place of a folder is an empty text where none would do. */
function wordsFor({
  repository: { type },
  onlyHub = false,
}: Wanted): Readonly<Record<keyof (typeof words)['model'], string>> {
  const { absent, instead, one, other } = words[type];
  return onlyHub ? { absent: '', instead: '', one, other: '' } : { absent, instead: `${instead}, or `, one, other };
}

/** Something that is not in the cache, when nothing may be downloaded. */
export function hubOffline(wanted: Wanted, folder: string): LinchpinError {
  const { absent, instead, one } = wordsFor(wanted);
  return new LinchpinError({
    code: 'hub/offline',
    subject: subjectOf(wanted),
    found: `${absent}nothing${absent === '' ? ' that is needed' : ''} of it in ${folder}; HF_HUB_OFFLINE forbids to download it`,
    expected: `${instead}${one} that is in the cache`,
    action: `Unset HF_HUB_OFFLINE, or download ${one.replace('a ', 'the ')} before.`,
  });
}

/** The hub knows no such repository, revision or file, does not give it to this user, or has no time. */
export function hubRefused(
  wanted: Wanted,
  { status, message }: { readonly status: number; readonly message: string },
  cause?: unknown,
): LinchpinError {
  const { absent, instead, one } = wordsFor(wanted);
  return new LinchpinError({
    code: 'hub/refused',
    subject: subjectOf(wanted),
    found: `${absent}status ${status} from the hub (${message})`,
    expected: `${instead}${one} of the hub`,
    action: whatLetsIn(status, one),
    cause,
  });
}

function whatLetsIn(status: number, one: string): string {
  if (status === 429)
    return 'Run the same command again in some minutes; with a token (`hf auth login`) the hub answers more requests.';
  if (status >= 500) return 'The hub has trouble of its own: run the same command again later.';
  return `Check the spelling and the revision; for ${one} that is gated or private log in (\`hf auth login\`), or set HF_TOKEN to a token that may read it.`;
}

export function hubUnreachable(wanted: Wanted, cause: unknown): LinchpinError {
  const reason = cause instanceof Error && cause.cause !== undefined ? reasonOf(cause.cause) : reasonOf(cause);
  const { absent, instead, other } = wordsFor(wanted);
  return new LinchpinError({
    code: 'hub/unreachable',
    subject: subjectOf(wanted),
    found: `${absent}no answer from the hub (${reason})`,
    expected: `${instead}a connection to the hub`,
    action: `Check the connection and HF_ENDPOINT${other}.`,
    cause,
  });
}

/** A download that broke off. What has arrived is kept. */
export function hubFileIncomplete(
  file: string,
  { bytes, total }: { readonly bytes: number; readonly total: number },
  cause: unknown,
): LinchpinError {
  return new LinchpinError({
    code: 'hub/file-incomplete',
    subject: file,
    found: `${bytes} bytes${cause === undefined ? '' : ` (${reasonOf(cause)})`}`,
    expected: `${total} bytes`,
    action: 'Run the same command again: the download goes on where it stopped.',
    cause,
  });
}

/** A file of another length than the hub lists. */
export function hubFileLength(file: string, found: string, expected: number): LinchpinError {
  return new LinchpinError({
    code: 'hub/file-length',
    subject: file,
    found,
    expected: `${expected} bytes`,
    action:
      'Run the same command again; if that does not help, check HF_ENDPOINT and what is between here and the hub.',
  });
}

/** A file whose contents are not those that the hub announced. */
export function hubFileCorrupt(
  file: string,
  hashes: { readonly found: string; readonly expected: string },
): LinchpinError {
  return new LinchpinError({
    code: 'hub/file-corrupt',
    subject: file,
    found: `contents with the hash ${hashes.found}`,
    expected: hashes.expected,
    action: 'Run the same command again; the file has been removed.',
  });
}

/** An answer that is none of the hub's: an address that something else serves, for example. */
export function hubAnswerMalformed(subject: string, found: string, expected: string): LinchpinError {
  return new LinchpinError({ code: 'hub/answer-malformed', subject, found, expected, action: 'Check HF_ENDPOINT.' });
}

/** HTML, where the hub answers in JSON. */
export function hubAnswerPage(host: string): LinchpinError {
  return new LinchpinError({
    code: 'hub/answer-malformed',
    subject: host,
    found: 'an HTML page, perhaps a login page or one of a proxy',
    expected: 'an answer of the hub, in JSON',
    action: `Check HF_ENDPOINT, and open ${host} in a browser: a network or a proxy may want you to log in first.`,
  });
}

/** Causes of a hub that cannot be reached. */
export function tooManyRedirects(address: string, most: number): Error {
  return new Error(`more than ${most} redirects from ${address}`);
}

export function silence(seconds: number): Error {
  return new Error(`nothing came for ${seconds} s`);
}

function subjectOf({ repository, revision }: Wanted): string {
  return `${repository.name}@${revision}`;
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // That no address of a host could be reached is said by a code alone.
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
