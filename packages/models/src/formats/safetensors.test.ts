import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { temporaryFolder, testWeightFormat } from '@linchpin/testing';
import { fileHash } from '../content-hash.ts';
import { safetensors } from './safetensors.ts';

const folder = fileURLToPath(new URL('../../test/fixtures/pytorch/opt/twin', import.meta.url));

testWeightFormat({
  format: safetensors,
  folder,
  twin: join(folder, 'model.safetensors'),
  files: ['model.safetensors'],
  open: (from, names) => safetensors.open(from, names, { hashFile: fileHash, encodedFolder: temporaryFolder() }),
});
