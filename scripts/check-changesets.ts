/** Checks that changed packages have a release note (changesets), compared with the main branch where there is one. */
import { spawnSync } from 'node:child_process';

const base = ['main', 'origin/main', 'HEAD'].find(
  (name) => spawnSync('git', ['merge-base', name, 'HEAD'], { stdio: 'ignore' }).status === 0,
);
if (base === undefined) console.log('skipped: no commit to compare with');
else process.exitCode = spawnSync('changeset', ['status', `--since=${base}`], { stdio: 'inherit' }).status ?? 1;
