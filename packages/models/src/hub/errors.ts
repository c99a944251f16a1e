import { LinchpinError } from '@linchpin/errors';
import { reasonOf } from '../errors.ts';
import type { HubRefusal } from './library.ts';

/** A model that is not in the cache, when nothing may be downloaded. */
export function hubOffline(model: { hubId: string; revision: string }, repository: string): LinchpinError {
  return new LinchpinError({
    code: 'models/hub-offline',
    subject: `${model.hubId}@${model.revision}`,
    found: `no folder of that name here, and nothing of it in ${repository}; HF_HUB_OFFLINE forbids to download it`,
    expected: 'a checkpoint folder, or a model that is in the cache',
    action: 'Unset HF_HUB_OFFLINE, or download the model before.',
  });
}

/** The hub knows no such model or revision, or does not give it to this user. */
export function hubRefused(model: { hubId: string; revision: string }, refusal: HubRefusal): LinchpinError {
  return new LinchpinError({
    code: 'models/hub-refused',
    subject: `${model.hubId}@${model.revision}`,
    found: `no folder of that name here, and status ${refusal.statusCode} from the hub (${refusal.message})`,
    expected: 'a checkpoint folder, or a model of the hub',
    action:
      'Check the spelling and the revision; for a gated or private model log in (`hf auth login`), or set HF_TOKEN to a token that may read it.',
    cause: refusal,
  });
}

export function hubUnreachable(model: { hubId: string; revision: string }, cause: unknown): LinchpinError {
  const reason = cause instanceof Error && cause.cause !== undefined ? reasonOf(cause.cause) : reasonOf(cause);
  return new LinchpinError({
    code: 'models/hub-unreachable',
    subject: `${model.hubId}@${model.revision}`,
    found: `no folder of that name here, and no answer from the hub (${reason})`,
    expected: 'a checkpoint folder, or a connection to the hub',
    action: 'Check the connection and HF_ENDPOINT, or give the folder of a checkpoint.',
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
    code: 'models/hub-file-incomplete',
    subject: file,
    found: `${bytes} bytes${cause === undefined ? '' : ` (${reasonOf(cause)})`}`,
    expected: `${total} bytes`,
    action: 'Run the same command again: the download goes on where it stopped.',
    cause,
  });
}

/** A file whose contents are not those that the hub announced. */
export function hubFileCorrupt(
  file: string,
  hashes: { readonly found: string; readonly expected: string },
): LinchpinError {
  return new LinchpinError({
    code: 'models/hub-file-corrupt',
    subject: file,
    found: `contents with the hash ${hashes.found}`,
    expected: hashes.expected,
    action: 'Run the same command again; the file has been removed.',
  });
}

/** An answer that is none of the hub's: an address that something else serves, for example. */
export function hubAnswerMalformed(subject: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'models/hub-answer-malformed',
    subject,
    found,
    expected: 'a hash in hexadecimal digits',
    action: 'Check HF_ENDPOINT.',
  });
}
