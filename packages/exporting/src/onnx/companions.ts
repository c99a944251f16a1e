/** What transformers.js 4 and onnxruntime-genai read beside an ONNX model: config.json, genai_config.json, a tokenizer. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenedModel } from '@linchpin/harness';
import { type ExportedGraph, readEndIds, readTokenizerTexts, setConfigField } from '@linchpin/models';
import type { OnnxModelFiles } from './write-model.ts';

export interface WrittenModel extends OnnxModelFiles {
  /** As transformers.js calls it. */
  readonly dtype: string;
}

export interface Companions {
  readonly model: OpenedModel;
  readonly laid: ExportedGraph;
  /** The first is the one that is loaded where nobody asks for another. */
  readonly written: readonly WrittenModel[];
}

/** Into a folder that has the files of the checkpoint already. */
export async function writeCompanions(folder: string, companions: Companions): Promise<void> {
  const { written } = companions;
  await setConfigField(join(folder, 'config.json'), 'transformers.js_config', {
    dtype: written[0]!.dtype,
    use_external_data_format: Object.fromEntries(written.map(({ model, data }) => [model, data.length])),
  });
  const genai = await genaiConfig(companions);
  await writeJson(join(folder, 'genai_config.json'), genai);
  const { bos_token_id, eos_token_id } = genai.model;
  // transformers.js opens no folder without one, unless it is told that all models are local.
  const generation = jsonText({ bos_token_id, eos_token_id });
  const missing = [...(await readTokenizerTexts(companions.model.checkpoint)), ['generation_config.json', generation]];
  for (const [name, text] of missing)
    await writeFile(join(folder, name!), text!, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      // The checkpoint's own file is there.
      if (error.code !== 'EEXIST') throw error;
    });
}

interface GenaiConfig {
  readonly model: Readonly<Record<string, unknown>>;
  readonly search: object;
}

/** As `onnxruntime_genai.models.builder` writes it (onnxruntime-genai 0.18), without what it fixes for its own graphs. */
async function genaiConfig({ model, laid, written }: Companions): Promise<GenaiConfig> {
  const { heads, keyValueHeads, headSize } = laid.cache[0]!;
  const inputs = new Set(laid.graph.inputs.map(({ name }) => name));
  const ends = await readEndIds(model.checkpoint);
  const end = ends[0] ?? model.tokenizer.eosId;
  const ofTokens = ['input_ids', 'attention_mask', 'position_ids'].filter((name) => inputs.has(name));
  const modelType = String(model.checkpoint.config['model_type']);
  return {
    model: {
      ...(model.tokenizer.bosId === undefined ? {} : { bos_token_id: model.tokenizer.bosId }),
      context_length: laid.contextLength,
      decoder: {
        session_options: { log_id: 'onnxruntime-genai', provider_options: [] },
        filename: `onnx/${written[0]!.model}`,
        head_size: headSize,
        hidden_size: model.config.hiddenSize,
        inputs: {
          ...Object.fromEntries(ofTokens.map((name) => [name, name])),
          past_key_names: 'past_key_values.%d.key',
          past_value_names: 'past_key_values.%d.value',
        },
        outputs: {
          logits: 'logits',
          present_key_names: 'present.%d.key',
          present_value_names: 'present.%d.value',
        },
        num_attention_heads: heads,
        num_hidden_layers: laid.cache.length,
        num_key_value_heads: keyValueHeads,
      },
      ...(end === undefined ? {} : { eos_token_id: ends.length > 1 ? ends : end, pad_token_id: end }),
      type: genaiType(modelType),
      vocab_size: laid.vocabularySize,
    },
    search: {
      do_sample: false,
      max_length: laid.contextLength,
      past_present_share_buffer: false,
    },
  };
}

/** Types that it knows by name; every other decoder is a `decoder` there. */
const genaiTypes: readonly string[] = [
  'gemma',
  'gemma2',
  'gemma3_text',
  'llama',
  'mistral',
  'olmo',
  'phi3',
  'qwen2',
  'qwen3',
];

function genaiType(modelType: string): string {
  return genaiTypes.includes(modelType) ? modelType : 'decoder';
}

async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(file, jsonText(value));
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
