/**
 * Merges a low-rank adapter into the weights: LoRA (Hu et al., arXiv 2106.09685), rank-stabilized LoRA (arXiv 2312.03732) and
 * DoRA (arXiv 2402.09353), as merge_and_unload of PEFT does in float32.
 */
import {
  type EditableModel,
  type EditableWeight,
  type Intervention,
  readTrainedOrigin,
  remarkOnOrigin,
} from '@linchpin/plugin-api';
import { isTargeted } from './adapter-config.ts';
import { hashOfFolder, type ModuleAdapter, openAdapter, type OpenedAdapter } from './adapter-folder.ts';
import { moduleUnknown, shapeDiffers, tensorsIncomplete } from './errors.ts';
import { merge } from './merge.ts';

/** An adapter that `linchpin train` or PEFT has written; the folder's files are hashed now, and read when the model is edited. */
export function lora(path: string): Intervention {
  const sha256 = hashOfFolder(path);
  const origin = readTrainedOrigin(path);
  return {
    name: 'lora',
    version: 1,
    settings: { path, sha256 },
    async edit(model) {
      await remarkOnOrigin(model, origin);
      const adapter = await openAdapter(path);
      // Everything is found before anything is asked for.
      const places = placesOf(adapter, model);
      for (const [module, weight] of places) {
        const columns = module.shape[1];
        const read = await module.read();
        weight.map((values) => merge(values, columns, read));
      }
    },
  };
}

function placesOf({ modules, config, file }: OpenedAdapter, model: EditableModel): Map<ModuleAdapter, EditableWeight> {
  const matrices = new Map(model.layerMatrices.map((name) => [withoutPrefix(moduleOf(name)), name]));
  const known = model.layerMatrices.map(moduleOf);
  const places = new Map<ModuleAdapter, EditableWeight>();
  const taken = new Set<string>();
  for (const module of modules) {
    const weight = weightFor(module.name, model, matrices);
    if (weight === undefined) throw moduleUnknown(file, module.name, known);
    if (taken.has(weight.name)) throw tensorsIncomplete(file, module.name, `a second adapter of ${weight.name}`, 'one');
    if (weight.shape.join() !== module.shape.join())
      throw shapeDiffers(`${file}, module ${module.name}`, { found: module.shape, expected: weight.shape });
    taken.add(weight.name);
    places.set(module, weight);
  }
  // A file that was cut short would otherwise give a model that is trained in part.
  if (config.target_modules !== null && config.target_modules !== undefined) {
    const before = modules.map(({ name }) => prefixOf(name)).find((prefix) => prefix !== '') ?? '';
    for (const [name, matrix] of matrices)
      if (!taken.has(matrix) && isTargeted(config, `${before}${name}`))
        throw tensorsIncomplete(file, `${before}${name}`, 'no tensors', 'some: adapter_config.json targets the module');
  }
  return places;
}

/** A matrix of the layers, or the output head where it is no embedding as well. */
function weightFor(
  module: string,
  model: EditableModel,
  matrices: ReadonlyMap<string, string>,
): EditableWeight | undefined {
  const name = matrices.get(withoutPrefix(module));
  if (name !== undefined) return model.weight(name);
  try {
    return model.weight(`${module}.weight`);
  } catch {
    return undefined;
  }
}

function moduleOf(matrix: string): string {
  return matrix.replace(/\.weight$/, '');
}

/** What stands before the list of layers: `model.`, `transformer.` and the like, which checkpoints and adapters have or not. */
function prefixOf(module: string): string {
  return /^(.*?)[^.]+\.\d+\./.exec(module)?.[1] ?? '';
}

function withoutPrefix(module: string): string {
  return module.slice(prefixOf(module).length);
}
