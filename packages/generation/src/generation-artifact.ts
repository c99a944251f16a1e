/** Generated texts as a file of results, with more than a report shows: ids, what ended a text, next tokens. */
import type { Json } from '@linchpin/plugin-api';
import type { Continuation, GeneratedPrompt, GenerationArtifact } from '@linchpin/report';
import type { GeneratedText } from './next-tokens.ts';

interface DetailedContinuation extends Continuation {
  readonly ids: readonly number[];
  readonly stopped: string;
  readonly nextTokens: GeneratedText['nextTokens'];
}

export interface GenerationRecord {
  readonly model: string;
  readonly modelSha256: string;
  readonly settings: Readonly<Record<string, Json>>;
  readonly notes: readonly string[];
  readonly texts: readonly GeneratedText[];
}

export function generationArtifact({ texts, ...facts }: GenerationRecord): GenerationArtifact {
  const prompts = [...Map.groupBy(texts, ({ prompt }) => prompt)].map(([prompt, group]): GeneratedPrompt => ({
    prompt,
    continuations: group.map(detailed),
  }));
  return { kind: 'generation', title: 'Generated text', ...facts, prompts };
}

function detailed({ label, interventions, text, ids, stopped, nextTokens }: GeneratedText): DetailedContinuation {
  return { label, interventions, text, ids, stopped, nextTokens };
}
