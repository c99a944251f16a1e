/** Builds the public packages and writes what each exports to the folder `api`: node scripts/write-api-reports.ts */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publicMembers } from './manifests/members.ts';
import { extractApi, writeApi } from './publish/api-reports.ts';
import { runWell } from './publish/run.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

runWell(['turbo', 'run', 'build', '--output-logs=errors-only'], { cwd: root });
const api = extractApi(root, publicMembers(root));
writeApi(root, api);
for (const fault of api.faults) console.log(fault);
process.exitCode = api.faults.length > 0 ? 1 : 0;
