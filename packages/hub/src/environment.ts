/**
 * The environment of huggingface_hub 1.x, as its constants.py and utils/_auth.py read it: where the cache is, who asks,
 * and whom. Left out are tokens by OIDC, of Colab, and the renewal of tokens that expire: such a token is sent as it
 * is in the file. A variable that is empty counts as one that is not set.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { HubAccess } from './library.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const publicHub = 'https://huggingface.co';
const stagingHub = 'https://hub-ci.huggingface.co';

/** Where the cache is. */
export function cacheFolder(environment: Environment): string {
  const named = environment['HF_HUB_CACHE'] || environment['HUGGINGFACE_HUB_CACHE'];
  return expand(named || join(home(environment), 'hub'), environment);
}

/** How the hub is asked. */
export async function hubAccess(environment: Environment): Promise<HubAccess> {
  const hubUrl = isStaging(environment) ? stagingHub : (environment['HF_ENDPOINT'] || publicHub).replace(/\/+$/, '');
  const accessToken = isTrue(environment['HF_HUB_DISABLE_IMPLICIT_TOKEN']) ? undefined : await token(environment);
  return { hubUrl, ...(accessToken === undefined ? {} : { accessToken }) };
}

/** Whether nothing may be asked of the hub. */
export function isOffline(environment: Environment): boolean {
  return isTrue(environment['HF_HUB_OFFLINE'] || environment['TRANSFORMERS_OFFLINE']);
}

/** HF_TOKEN, else its old name, else the file that `hf auth login` writes. */
async function token(environment: Environment): Promise<string | undefined> {
  const named = clean(environment['HF_TOKEN']) ?? clean(environment['HUGGING_FACE_HUB_TOKEN']);
  if (named !== undefined) return named;
  const file = isStaging(environment)
    ? join(userFolder(environment), '.cache', 'huggingface_staging', 'token')
    : expand(environment['HF_TOKEN_PATH'] || join(home(environment), 'token'), environment);
  return clean(await readFile(file, 'utf8').catch(() => undefined));
}

/** Without line ends and the white space around; undefined where nothing is left. */
function clean(value: string | undefined): string | undefined {
  return value?.replaceAll(/[\r\n]/g, '').trim() || undefined;
}

function home(environment: Environment): string {
  const general = environment['XDG_CACHE_HOME'] || join(userFolder(environment), '.cache');
  return expand(environment['HF_HOME'] || join(general, 'huggingface'), environment);
}

function isStaging(environment: Environment): boolean {
  return isTrue(environment['HUGGINGFACE_CO_STAGING']);
}

function isTrue(value: string | undefined): boolean {
  return ['1', 'on', 'yes', 'true'].includes(value?.toLowerCase() ?? '');
}

/** `expandvars(expanduser(path))` of Python's os.path: `.env` files, Dockerfiles and units set values as they are written. */
function expand(path: string, environment: Environment): string {
  return expandUser(path, environment).replaceAll(
    /\$(?:(?<bare>\w+)|\{(?<braced>[^}]*)\})/g,
    (match, bare: string | undefined, braced: string | undefined) => environment[bare ?? braced ?? ''] ?? match,
  );
}

/** The home of the user who runs this; that of another (`~name`) is not looked up. */
function expandUser(path: string, environment: Environment): string {
  if (path !== '~' && !/^~[/\\]/.test(path)) return path;
  return `${userFolder(environment)}${path.slice(1)}`;
}

function userFolder(environment: Environment): string {
  return environment['HOME'] || homedir();
}
