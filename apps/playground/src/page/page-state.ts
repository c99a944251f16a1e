/** Everything that a link to the page holds, as text behind the # of its address. */

/** A scalar and what becomes of it. */
export interface ScalarEdit {
  readonly layer: number;
  /** Matrix within the layer, for example `mlp.down_proj`. */
  readonly name: string;
  readonly row: number;
  readonly column: number;
  readonly kind: 'factor' | 'value';
  readonly amount: number;
}

export interface PageState {
  /** The step of the story, from 0; undefined where one plays freely. */
  readonly step: number | undefined;
  readonly prompt: string;
  readonly edits: readonly ScalarEdit[];
  /** Changes of a link that are none; links that are made do not hold them. */
  readonly unreadEdits: readonly string[];
  readonly restores: boolean;
  /** Tokens that are written. */
  readonly tokens: number;
  /** 0 takes the likeliest token each time. */
  readonly temperature: number;
  readonly seed: number;
  /** The layer that the map shows. */
  readonly layer: number;
  readonly device: 'wasm' | 'webgpu';
}

export const tokenBounds: readonly [number, number] = [1, 200];

export const initialState: PageState = {
  step: 0,
  prompt: '',
  edits: [],
  unreadEdits: [],
  restores: false,
  tokens: 40,
  temperature: 0,
  seed: 0,
  layer: 0,
  device: 'wasm',
};

/** `1.mlp.down_proj:100:300*0.5`, or `=0.5` where the scalar is set to a value. */
export function editToText({ layer, name, row, column, kind, amount }: ScalarEdit): string {
  return `${layer}.${name}:${row}:${column}${kind === 'factor' ? '*' : '='}${amount}`;
}

const editPattern =
  /^(?<layer>\d{1,4})\.(?<name>[\w.]+):(?<row>\d{1,7}):(?<column>\d{1,7})(?<kind>[*=])(?<amount>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i;

/** Undefined for what `editToText` has not written. */
export function editFromText(text: string): ScalarEdit | undefined {
  const found = editPattern.exec(text)?.groups;
  if (found === undefined) return undefined;
  const amount = Number(found['amount']);
  if (!Number.isFinite(amount)) return undefined;
  return {
    layer: Number(found['layer']),
    name: found['name']!,
    row: Number(found['row']),
    column: Number(found['column']),
    kind: found['kind'] === '*' ? 'factor' : 'value',
    amount,
  };
}

/** What differs from the initial state; the empty string where nothing does. */
export function stateToHash(state: PageState): string {
  const fields = new URLSearchParams();
  if (state.step === undefined) fields.set('step', 'free');
  else if (state.step !== initialState.step) fields.set('step', String(state.step + 1));
  if (state.prompt !== '') fields.set('prompt', state.prompt);
  for (const edit of state.edits) fields.append('edit', editToText(edit));
  if (state.restores) fields.set('sa', '1');
  for (const name of ['tokens', 'temperature', 'seed', 'layer'] as const)
    if (state[name] !== initialState[name]) fields.set(name, String(state[name]));
  if (state.device !== initialState.device) fields.set('device', state.device);
  return fields.toString();
}

/** Fields that cannot be read have their initial values. */
export function stateFromHash(hash: string): PageState {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const number = (
    name: 'tokens' | 'temperature' | 'seed' | 'layer',
    [least, most]: readonly [number, number],
  ): number => {
    const text = fields.get(name);
    const value = Number(text);
    return text === null || !(value >= least && value <= most) ? initialState[name] : value;
  };
  const edits = fields.getAll('edit').map((text) => ({ text, edit: editFromText(text) }));
  const step = fields.get('step');
  const numbered = Number(step) - 1;
  return {
    step: step === 'free' ? undefined : Number.isInteger(numbered) && numbered >= 0 && numbered < 5 ? numbered : 0,
    prompt: fields.get('prompt') ?? '',
    edits: edits.flatMap(({ edit }) => edit ?? []),
    unreadEdits: edits.filter(({ edit }) => edit === undefined).map(({ text }) => text),
    restores: fields.get('sa') === '1',
    tokens: Math.round(number('tokens', tokenBounds)),
    temperature: number('temperature', [0, 5]),
    seed: Math.round(number('seed', [0, 2 ** 31])),
    layer: Math.round(number('layer', [0, 9999])),
    device: fields.get('device') === 'webgpu' ? 'webgpu' : 'wasm',
  };
}
