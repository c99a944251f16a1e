/** Where lists of what can be added lie: the generators, the script that writes the lists, and the check of both look here. */

/** Package with the tables and figures of the super-weight paper, in `src/tables` and `src/figures`. */
export const paperFolder = 'packages/paper-super-weight';

/** Package with the tables of the paper on sparse matrix tuning, in `src/tables`. */
export const smtFolder = 'packages/paper-smt';

/** Package that offers every plugin: it has the list of them and depends on each. */
export const pluginsFolder = 'packages/harness';

/** Files of the corpora that have names. */
export const corporaFolder = 'packages/harness/src/corpora';
