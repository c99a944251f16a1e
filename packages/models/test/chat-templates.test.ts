/** Chats are, character by character, what transformers 5.23.0 makes of them (scripts/chat_templates.py). */
import { readFileSync } from 'node:fs';
import { isLinchpinError } from '@linchpin/errors';
import { describe, expect, it } from 'vitest';
import type { CheckpointTexts } from '../src/checkpoint-texts.ts';
import { type ChatMessage, loadChatTemplate } from '../src/tokenizer/chat-template.ts';

const golden = JSON.parse(readFileSync(new URL('./fixtures/chat-templates.json', import.meta.url), 'utf8')) as {
  readonly tokens: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
  readonly chats: Readonly<Record<string, readonly ChatMessage[]>>;
  readonly cases: readonly { template: string; chat: string; text: string | { refused: string } }[];
};

function texts(files: Readonly<Record<string, unknown>>): CheckpointTexts {
  return {
    locate: (name) => `checkpoint/${name}`,
    readText: async (name) => {
      const file = files[name];
      return file === undefined || typeof file === 'string' ? file : JSON.stringify(file);
    },
  };
}

describe('loadChatTemplate', () => {
  it.each(golden.cases)('$template, $chat', async ({ template, chat, text }) => {
    const config = { ...golden.tokens, chat_template: golden.templates[template] };
    const { render } = await loadChatTemplate(texts({ 'tokenizer_config.json': config }));
    if (typeof text === 'string') return expect(render(golden.chats[chat]!)).toBe(text);
    expect(() => render(golden.chats[chat]!)).toThrow(
      expect.objectContaining({
        code: 'models/chat-template-failed',
        problem: expect.objectContaining({ found: expect.stringContaining(text.refused) }),
      }),
    );
  });

  it('finds templates by their names, in the config and in files, which win', async () => {
    const chat = [{ role: 'user', content: 'Hi' }];
    const listed = [
      { name: 'default', template: 'first {{ messages[0].content }}' },
      { name: 'tool_use', template: 'second{{ eos_token }}' },
    ];
    const files = { 'tokenizer_config.json': { eos_token: { content: '<e>' }, chat_template: listed } };
    expect((await loadChatTemplate(texts(files))).render(chat)).toBe('first Hi');
    expect((await loadChatTemplate(texts(files), 'tool_use')).render(chat)).toBe('second<e>');
    const more = { ...files, 'chat_template.jinja': 'third', 'additional_chat_templates/rag.jinja': 'fourth' };
    const third = await loadChatTemplate(texts(more));
    expect(third.sha256).toBe('b1e99324505bd32da0e1f85dcf5e19a09db0481e8a15f62c41eb320304a8e927');
    expect(third.render(chat)).toBe('third');
    expect((await loadChatTemplate(texts(more), 'rag')).render(chat)).toBe('fourth');
  });

  it('refuses what is not there or cannot be read', async () => {
    const codeOf = async (files: object, name?: string): Promise<string> =>
      await loadChatTemplate(texts(files as Record<string, unknown>), name).then(
        () => 'loaded',
        (error: unknown) => (isLinchpinError(error) ? error.code : String(error)),
      );
    expect(await codeOf({ 'tokenizer_config.json': {} })).toBe('models/chat-template-absent');
    expect(await codeOf({ 'tokenizer_config.json': { chat_template: 'x' } }, 'tool')).toBe(
      'models/chat-template-unknown',
    );
    expect(await codeOf({ 'tokenizer_config.json': { chat_template: '{% if %}' } })).toBe(
      'models/chat-template-failed',
    );
    expect(await codeOf({ 'tokenizer_config.json': { chat_template: 3 } })).toBe('models/invalid-field');
  });
});
