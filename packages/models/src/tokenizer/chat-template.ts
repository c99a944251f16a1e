/**
 * The chat template of a checkpoint, as `apply_chat_template` of transformers 5.23.0 finds and fills it: chat_template.jinja and
 * additional_chat_templates/NAME.jinja, else `chat_template` of tokenizer_config.json, a text or a list of named ones. Templates are Jinja,
 * which @huggingface/jinja carries out; what a template refuses by `raise_exception` is an error.
 */
import { createHash } from 'node:crypto';
import { isLinchpinError, nearestNames } from '@linchpin/errors';
import { Template } from '@huggingface/jinja';
import { z } from 'zod';
import type { CheckpointTexts } from '../checkpoint-texts.ts';
import { invalidField } from '../errors.ts';
import { findJsonObject } from '../read-json.ts';
import { chatTemplateAbsent, chatTemplateFailed, chatTemplateUnknown, tokenizerAbsent } from './errors.ts';
import { readTokenTexts } from './special-tokens.ts';

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

export interface ChatTemplate {
  /** `default`, or the name of one of several. */
  readonly name: string;
  /** Of the text of the template. */
  readonly sha256: string;
  /** The chat as one text that ends where the answer begins. */
  readonly render: (messages: readonly ChatMessage[]) => string;
}

const configFile = 'tokenizer_config.json';
const singleFile = 'chat_template.jinja';
const defaultName = 'default';

const declared = z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]).nullish();

/** The template of a name, or the default one. Throws where the checkpoint has none, or none of the name. */
export async function loadChatTemplate(checkpoint: CheckpointTexts, name: string = defaultName): Promise<ChatTemplate> {
  const found = await readTemplates(checkpoint, name);
  const source = found.get(name);
  if (source === undefined) {
    const known = [...found.keys()];
    if (known.length === 0) throw chatTemplateAbsent(checkpoint.locate(configFile));
    throw chatTemplateUnknown(checkpoint.locate(configFile), name, { known, nearest: nearestNames(name, known) });
  }
  const place = checkpoint.locate(configFile);
  const tokens = await readTokenTexts(checkpoint);
  const template = failing(place, () => new Template(source));
  return {
    name,
    sha256: createHash('sha256').update(source).digest('hex'),
    render: (messages) =>
      failing(place, () =>
        template.render({ ...tokens, messages, tools: null, documents: null, add_generation_prompt: true }),
      ),
  };
}

/** Templates by their names; files win over what tokenizer_config.json says. */
async function readTemplates(checkpoint: CheckpointTexts, name: string): Promise<ReadonlyMap<string, string>> {
  const { chat_template: value } = (await findJsonObject(checkpoint, configFile, tokenizerAbsent)) ?? {};
  const parsed = declared.safeParse(value);
  if (!parsed.success) throw invalidField(checkpoint.locate(configFile), parsed.error.issues[0]!);
  const { data } = parsed;
  const listed = typeof data === 'string' ? [{ name: defaultName, template: data }] : (data ?? []);
  const single = await checkpoint.readText(singleFile);
  // A name is no path that leads elsewhere.
  const named = /^[\w.-]+$/u.test(name)
    ? await checkpoint.readText(`additional_chat_templates/${name}.jinja`)
    : undefined;
  return new Map([
    ...listed.map((each) => [each.name, each.template] as const),
    ...(single === undefined ? [] : [[defaultName, single] as const]),
    ...(named === undefined ? [] : [[name, named] as const]),
  ]);
}

function failing<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isLinchpinError(error) ? error : chatTemplateFailed(file, error);
  }
}
