import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder, hubAccess, isOffline } from './environment.ts';

/** Expected: huggingface_hub's constants.py and utils/_auth.py under the same variables. */
describe('cacheFolder', () => {
  it.for([
    [{ HF_HUB_CACHE: '/a', HF_HOME: '/b' }, '/a'],
    [{ HUGGINGFACE_HUB_CACHE: '/a', HF_HOME: '/b' }, '/a'],
    [{ HF_HOME: '/b', XDG_CACHE_HOME: '/c' }, '/b/hub'],
    [{ XDG_CACHE_HOME: '/c' }, '/c/huggingface/hub'],
    [{}, join(homedir(), '.cache/huggingface/hub')],
    [{ HOME: '/h' }, '/h/.cache/huggingface/hub'],
    [{ HF_HOME: '~/hf', HOME: '/h' }, '/h/hf/hub'],
    [{ HF_HOME: '~', HOME: '/h' }, '/h/hub'],
    [{ HF_HOME: '~other/hf', HOME: '/h' }, '~other/hf/hub'],
    [{ HF_HOME: '$DISK/${PART}_1/$NONE', DISK: '/d', PART: 'p' }, '/d/p_1/$NONE/hub'],
    [{ HF_HUB_CACHE: '~/$X', HOME: '/h', X: 'x' }, '/h/x'],
    [{ HUGGINGFACE_HUB_CACHE: '~/x', HOME: '/h' }, '/h/x'],
    [{ XDG_CACHE_HOME: '$X/c', X: '/x' }, '/x/c/huggingface/hub'],
    [{ HF_HOME: '', HF_HUB_CACHE: '', XDG_CACHE_HOME: '', HOME: '/h' }, '/h/.cache/huggingface/hub'],
  ] as const)('of %j is %s', ([environment, folder]) => {
    expect(cacheFolder(environment)).toBe(folder);
  });
});

describe('isOffline', () => {
  it.for([
    [{}, false],
    [{ HF_HUB_OFFLINE: 'Yes' }, true],
    [{ HF_HUB_OFFLINE: '0', TRANSFORMERS_OFFLINE: '1' }, false],
    [{ TRANSFORMERS_OFFLINE: 'ON' }, true],
  ] as const)('of %j is %s', ([environment, expected]) => {
    expect(isOffline(environment)).toBe(expected);
  });
});

describe('hubAccess', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'linchpin-hub-'));
    await writeFile(join(folder, 'token'), 'hf_file\n');
    await writeFile(join(folder, 'other'), ' hf_other\r\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.for([
    [{ HF_TOKEN: 'hf_a', HUGGING_FACE_HUB_TOKEN: 'hf_b' }, 'hf_a'],
    [{ HF_TOKEN: '', HUGGING_FACE_HUB_TOKEN: ' hf_b\n' }, 'hf_b'],
    [{}, 'hf_file'],
    [{ HF_TOKEN_PATH: '$HF_HOME/other' }, 'hf_other'],
    [{ HF_TOKEN_PATH: '~/other' }, 'hf_other'],
    [{ HF_TOKEN_PATH: '/nowhere' }, undefined],
    [{ HF_TOKEN: 'hf_a', HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }, undefined],
  ] as const)('finds the token: %j', async ([environment, accessToken]) => {
    const access = await hubAccess({ HF_HOME: folder, HOME: folder, ...environment });
    expect(access.accessToken).toBe(accessToken);
  });

  it.for([
    [{}, 'https://huggingface.co'],
    [{ HF_ENDPOINT: 'http://localhost:1/' }, 'http://localhost:1'],
    [{ HUGGINGFACE_CO_STAGING: 'true', HF_ENDPOINT: 'http://localhost:1' }, 'https://hub-ci.huggingface.co'],
  ] as const)('finds the hub: %j', async ([environment, hubUrl]) => {
    expect(await hubAccess({ HOME: folder, ...environment })).toEqual({ hubUrl });
  });
});
