/** Collects what a chain of interventions asks of a model. */
import type {
  DecoderConfig,
  EditableActivation,
  EditableModel,
  EditableWeight,
  Intervention,
  ModelFamily,
  RewriteContext,
  RewriteResult,
} from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { layerOutOfRange, unknownTensor } from '../errors.ts';
import { type EditedTensor, WeightEdits } from './weight-edits.ts';

export type Rewrite = (context: RewriteContext) => RewriteResult;

/** What is asked of one activation. */
export interface SiteRequest {
  readonly rewrites: Rewrite[];
  isRead: boolean;
}

/** Everything that the graph has to do differently. */
export interface ModelEdits {
  readonly weights: ReadonlyMap<string, EditedTensor>;
  readonly sites: ReadonlyMap<string, SiteRequest>;
}

export interface EditableParts {
  readonly family: ModelFamily;
  readonly config: DecoderConfig;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Runs the `edit` of every intervention, in order, and carries their weight edits out. */
export async function collectEdits(
  parts: EditableParts,
  interventions: readonly Intervention[],
  readSites: readonly string[] = [],
): Promise<ModelEdits> {
  const editor = new ModelEditor(parts);
  for (const intervention of interventions) await intervention.edit(editor);
  for (const site of readSites) editor.activation(site).read();
  return await editor.edits();
}

class ModelEditor implements EditableModel {
  readonly layers: number;
  readonly layerMatrices: readonly string[];
  readonly #parts: EditableParts;
  readonly #used: ReadonlySet<string>;
  readonly #weights = new Map<string, WeightEdits>();
  readonly #sites = new Map<string, SiteRequest>();

  constructor(parts: EditableParts) {
    this.#parts = parts;
    this.layers = parts.config.layers;
    this.layerMatrices = parts.family.layerMatrices(parts.config);
    this.#used = new Set(parts.family.tensors(parts.config).map(({ name }) => name));
  }

  mlpOutput(layer: number): string {
    if (!Number.isInteger(layer) || layer < 0 || layer >= this.layers) throw layerOutOfRange(layer, this.layers);
    return this.#parts.family.mlpOutput(layer);
  }

  weight(name: string): EditableWeight {
    const known = this.#weights.get(name);
    if (known !== undefined) return known;
    // A tensor that lies in the file and is not used could be edited without any effect.
    const stored = this.#used.has(name) ? this.#parts.tensors.get(name) : undefined;
    if (stored === undefined) throw unknownTensor(name, [...this.#used]);
    const edits = new WeightEdits(stored);
    this.#weights.set(name, edits);
    return edits;
  }

  activation(site: string): EditableActivation {
    const request = this.#sites.get(site) ?? { rewrites: [], isRead: false };
    this.#sites.set(site, request);
    return {
      site,
      rewrite: (build) => void request.rewrites.push(build),
      read: () => {
        request.isRead = true;
      },
    };
  }

  async edits(): Promise<ModelEdits> {
    const products = new Set(this.layerMatrices);
    const weights = new Map<string, EditedTensor>();
    for (const [name, edits] of this.#weights) weights.set(name, await edits.resolve(products.has(name)));
    return { weights, sites: this.#sites };
  }
}
