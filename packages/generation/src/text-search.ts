/** How the text behind one prompt comes about, apart from the model: what it is fed next, and what becomes of its logits. */
import type { BranchingModel, Growth } from '@linchpin/plugin-api';
import type { ChooseToken } from './choose-token.ts';
import type { StopReason } from './generate.ts';

export interface TextSearch {
  /** What is fed next; undefined once the text is there. */
  growth(): Growth | undefined;
  /** Takes the logits of the branches that were asked for: float32 [vocabulary] each. */
  take(logits: readonly Float32Array[]): void;
  /** The text, once it is there: what follows the prompt, the id that ends it included. */
  readonly result: SearchResult;
}

export interface SearchResult {
  readonly ids: readonly number[];
  readonly stopped: StopReason;
}

interface TokenLimits {
  readonly maxTokens: number;
  readonly endIds?: readonly number[];
  /** Whether a text of these ids is over, although neither an id nor a limit ends it; asked after every token. */
  readonly isEnded?: ((ids: readonly number[]) => boolean) | undefined;
}

/** A token after the other, each chosen from the logits after those before. */
export class TokenByToken implements TextSearch {
  readonly #prompt: readonly number[];
  readonly #choose: ChooseToken;
  readonly #limits: TokenLimits;
  readonly #branches: Growth['branches'];
  readonly #room: number;
  readonly #ids: number[] = [];
  #stopped: StopReason | undefined;

  constructor(
    model: Pick<BranchingModel, 'beginBranches' | 'contextLength'>,
    prompt: readonly number[],
    { choose, ...limits }: TokenLimits & { readonly choose: ChooseToken },
  ) {
    this.#prompt = prompt;
    this.#choose = choose;
    this.#limits = limits;
    this.#branches = model.beginBranches();
    // The token behind a full context is still given, since it need not be fed.
    this.#room = model.contextLength - prompt.length + 1;
    if (limits.maxTokens < 1) this.#stopped = 'max-tokens';
  }

  growth(): Growth | undefined {
    if (this.#stopped !== undefined) return undefined;
    const ids = this.#ids.length === 0 ? this.#prompt : this.#ids.slice(-1);
    return { branches: this.#branches, next: [{ from: 0, ids }] };
  }

  take([logits]: readonly Float32Array[]): void {
    const id = this.#choose(logits!, [...this.#prompt, ...this.#ids]);
    this.#ids.push(id);
    const { maxTokens, endIds = [], isEnded } = this.#limits;
    if (endIds.includes(id)) this.#stopped = 'end';
    else if (isEnded?.(this.#ids) === true) this.#stopped = 'until';
    else if (this.#ids.length >= maxTokens) this.#stopped = 'max-tokens';
    else if (this.#ids.length >= this.#room) this.#stopped = 'context';
  }

  get result(): SearchResult {
    return { ids: this.#ids, stopped: this.#stopped ?? 'max-tokens' };
  }
}
