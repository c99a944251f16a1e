/** What `--reference` names: the model as it is, a chain of interventions, or the chain of a recorded run. */
import { parseIntervention } from '@linchpin/config';
import { isLinchpinError } from '@linchpin/errors';
import type { Harness, InterventionSpecification, MadeChain, OpenedModel } from '@linchpin/harness';
import type { AppliedIntervention, ResultRow } from '@linchpin/plugin-api';
import { type OpenedRun, openRun } from '@linchpin/run-store';
import { noStore, referenceOtherModel, referenceSeveralChains, referenceUnmade, unknownReference } from './errors.ts';

/** The name of a chain without interventions. */
const original = 'original';

/** Absent where nothing is asked for. */
export async function referenceOf(
  texts: readonly string[] | undefined,
  model: OpenedModel,
  harness: Harness,
): Promise<MadeChain | undefined> {
  if (texts === undefined) return undefined;
  const [first] = texts;
  if (texts.length === 1 && first === original) return await harness.chain(model, []);
  const known = harness.plugins.map(({ name }) => name);
  const other = texts.find((text) => !known.includes(text.split(':', 1)[0]!));
  if (other === undefined) return await harness.chain(model, texts.map(specificationOf));
  if (texts.length > 1) throw unknownReference(other, known);
  return await chainOfRun(other, model, harness);
}

function specificationOf(text: string): InterventionSpecification {
  const specification = parseIntervention(text);
  if (specification === undefined) throw unknownReference(text, []);
  return specification;
}

/** Made of what the run was asked for, and compared with what its rows say that it had. */
async function chainOfRun(name: string, model: OpenedModel, harness: Harness): Promise<MadeChain> {
  const opened = await openNamedRun(name, harness);
  const { run } = opened;
  const sha256 = await model.checkpoint.contentHash();
  const rows = [...opened.rows()].flat();
  const own = rows.filter((row) => row.modelSha256 === sha256);
  if (own.length === 0) throw referenceOtherModel(run.id, [...new Set(rows.map((row) => row.model))]);
  const chains = new Map(own.map((row) => [JSON.stringify(plain(row.interventions)), row]));
  if (chains.size > 1) throw referenceSeveralChains(run.id, [...new Set(own.map(({ label }) => label))]);
  const [[recorded, row]] = [...chains] as [[string, ResultRow]];
  const chain = await harness.chain(model, interventionsOf(run), `${row.label} of run ${run.id}`);
  if (JSON.stringify(plain(chain.interventions)) !== recorded) throw referenceUnmade(run.id, row.label);
  return chain;
}

async function openNamedRun(name: string, { context, plugins }: Harness): Promise<OpenedRun> {
  const store = await context.openStore();
  try {
    return await openRun(name, () => {
      if (store === undefined) throw noStore(false);
      return store.runs;
    });
  } catch (error) {
    if (!isLinchpinError(error) || error.code === 'cli/no-store') throw error;
    const known = plugins.map((plugin) => plugin.name);
    throw unknownReference(name, known, error);
  }
}

function plain(interventions: readonly Pick<AppliedIntervention, 'name' | 'version' | 'settings'>[]): object[] {
  return interventions.map(({ name, version, settings }) => ({ name, version, settings }));
}

/** What stands behind each `--intervention` of a command line. */
function interventionsOf({ command }: OpenedRun['run']): InterventionSpecification[] {
  const flag = '--intervention';
  return command.flatMap((word, index) => {
    if (word.startsWith(`${flag}=`)) return [specificationOf(word.slice(flag.length + 1))];
    return word === flag ? [specificationOf(command[index + 1] ?? '')] : [];
  });
}
