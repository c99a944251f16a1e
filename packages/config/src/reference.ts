/** What `--reference` names: the model as it is, a chain of interventions, one of the settings, or that of a recorded run. */
import { isLinchpinError } from '@linchpin/errors';
import type { AppliedIntervention, ResultRow } from '@linchpin/plugin-api';
import { referenceOtherModel, referenceSeveralChains, referenceUnmade, unknownReference } from './errors.ts';
import { parseIntervention } from './intervention-text.ts';
import type { InterventionSpecification } from './linchpin-config.ts';
import { original } from './named.ts';

/** A recorded run, as far as its chain is looked for. */
export interface NamedRun {
  readonly run: { readonly id: string; readonly command: readonly string[] };
  rows(): Iterable<readonly ResultRow[]>;
}

/** What names may stand for. */
export interface ReferenceNames {
  /** Interventions. */
  readonly known: readonly string[];
  /** The chain of a name among the settings; undefined where there is none. */
  readonly chainOf: (name: string) => readonly InterventionSpecification[] | undefined;
  /** Throws for what is no run. */
  readonly openRun: (name: string) => Promise<NamedRun>;
  /** That of the model that is compared. */
  readonly modelSha256: () => Promise<string>;
}

export interface Reference {
  readonly interventions: readonly InterventionSpecification[];
  /** Absent where the names of the interventions say enough. */
  readonly label?: string;
  /** Throws where the chain that was made is not the one that a run had. */
  requireSame(made: readonly Applied[]): void;
}

type Applied = Pick<AppliedIntervention, 'name' | 'version' | 'settings'>;

/** Throws for what names nothing. */
export async function readReference(texts: readonly string[], names: ReferenceNames): Promise<Reference> {
  const [first] = texts;
  if (texts.length === 1 && first === original) return { interventions: [], requireSame() {} };
  const isKnown = (text: string): boolean =>
    names.chainOf(text) !== undefined || names.known.includes(text.split(':', 1)[0]!);
  const other = texts.find((text) => !isKnown(text));
  if (other === undefined) return { interventions: specificationsOf(texts, names), requireSame() {} };
  if (texts.length > 1) throw unknownReference(other, names.known);
  return await chainOfRun(other, names);
}

function specificationsOf(
  texts: readonly string[],
  { known, chainOf }: ReferenceNames,
): readonly InterventionSpecification[] {
  return texts.flatMap((text) => {
    const made = chainOf(text) ?? [parseIntervention(text)];
    if (made[0] === undefined && made.length > 0) throw unknownReference(text, known);
    return made.filter((each) => each !== undefined);
  });
}

/** Made of what the run was asked for, and compared with what its rows say that it had. */
async function chainOfRun(name: string, names: ReferenceNames): Promise<Reference> {
  const opened = await openNamed(name, names);
  const { run } = opened;
  const all = [...opened.rows()].flat();
  const sha256 = await names.modelSha256();
  const own = all.filter((row) => row.modelSha256 === sha256);
  if (own.length === 0) throw referenceOtherModel(run.id, [...new Set(all.map((row) => row.model))]);
  const chains = new Set(own.map((row) => plain(row.interventions)));
  const [{ label }] = own as [ResultRow];
  if (chains.size > 1) throw referenceSeveralChains(run.id, [...new Set(own.map((row) => row.label))]);
  return {
    interventions: specificationsOf(flagsOf(run.command), names),
    label: `${label} of run ${run.id}`,
    requireSame(made) {
      if (!chains.has(plain(made))) throw referenceUnmade(run.id, label);
    },
  };
}

async function openNamed(name: string, { openRun, known }: ReferenceNames): Promise<NamedRun> {
  try {
    return await openRun(name);
  } catch (error) {
    if (isLinchpinError(error)) throw unknownReference(name, known, error);
    throw error;
  }
}

function plain(interventions: readonly Applied[]): string {
  return JSON.stringify(interventions.map(({ name, version, settings }) => ({ name, version, settings })));
}

/** What stands behind each `--intervention` of a command line. */
function flagsOf(command: readonly string[]): string[] {
  const flag = '--intervention';
  return command.flatMap((word, index) => {
    if (word.startsWith(`${flag}=`)) return [word.slice(flag.length + 1)];
    return word === flag ? [command[index + 1] ?? ''] : [];
  });
}
