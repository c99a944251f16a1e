/**
 * Templates over the fields of a row: Jinja, as lm-evaluation-harness's task files have it (`lm_eval/utils.py`, `apply_template`), carried out
 * by @huggingface/jinja. As there, a field that a row lacks is an error. What Python would write of a value in its own way, `True`
 * or a list in the middle of a text, is refused.
 */
import type { DataRow } from '@linchpin/datasets';
import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { valueAt } from '@linchpin/errors';
import { badRow, badTemplate } from '../errors.ts';
import { type Expression, fieldsOf, type FieldPath, pathOf } from './template-fields.ts';

type Row = DataRow['value'];

/** Where a template stands, for errors. */
export interface TemplatePlace {
  readonly task: string;
  /** `question`, or `doc_to_text`. */
  readonly part: string;
}

export class RowTemplate {
  readonly #place: TemplatePlace;
  readonly #source: string;
  readonly #body: readonly Expression[];
  readonly #fields: readonly FieldPath[];

  constructor(source: string, place: TemplatePlace) {
    this.#place = place;
    this.#source = source;
    try {
      // The library takes a newline from the end, which lm-evaluation-harness keeps.
      this.#body = parse(tokenize(source.endsWith('\n') ? `${source}\n` : source)).body;
      this.#fields = fieldsOf(this.#body);
    } catch (error) {
      throw badTemplate(place, source, error);
    }
  }

  /** What the template writes. */
  text(row: Row): string {
    this.#requireFields(row);
    for (const each of this.#body) this.#requireWritable(each, row);
    return this.#run((interpreter, environment) => {
      const written = interpreter.run({ type: 'Program', body: this.#body }, environment);
      return String((written as { readonly value: unknown }).value);
    }, row);
  }

  /** The value of a template that is one expression, such as a list; the text of any other. */
  value(row: Row): unknown {
    const [only, ...more] = this.#body;
    if (only === undefined || more.length > 0 || only.type === 'StringLiteral') return this.text(row);
    this.#requireFields(row);
    const searched = searchIn(only);
    return this.#run((interpreter, environment) => {
      const valueOf = (node: Expression): unknown => plain(interpreter.evaluate(node, environment));
      if (searched === undefined) return valueOf(only);
      const list = valueOf(searched.list);
      return Array.isArray(list) ? list.indexOf(valueOf(searched.item)) : -1;
    }, row);
  }

  #run<T>(work: (interpreter: Interpreter, environment: Environment) => T, row: Row): T {
    const environment = new Environment();
    for (const [name, value] of [
      ...Object.entries({ true: true, false: false, none: null, True: true, False: false, None: null }),
      ...Object.entries(row),
    ])
      environment.set(name, value);
    try {
      return work(new Interpreter(environment), environment);
    } catch (error) {
      throw badTemplate(this.#place, this.#source, error);
    }
  }

  #requireFields(row: Row): void {
    for (const path of this.#fields)
      if (valueAt(row, path) === undefined)
        throw this.#badField(path, row, `a field that ${this.#place.part} asks for`);
  }

  #requireWritable(expression: Expression, row: Row): void {
    const path = pathOf(expression);
    const value = path === undefined ? '' : valueAt(row, path);
    if (typeof value === 'string' || Number.isSafeInteger(value)) return;
    throw this.#badField(path!, row, `a text or a whole number, for ${this.#place.part} writes it out`);
  }

  #badField(path: FieldPath, row: Row, expected: string): Error {
    return badRow({ task: this.#place.task, field: path.join('.'), isOwn: true }, valueAt(row, path), expected);
  }
}

/** `list.index(item)`, a method that the library lacks and tasks have for their answers; -1 where it is not in there. */
function searchIn(node: Expression): { readonly list: Expression; readonly item: Expression } | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const [callee, args] = [node['callee'] as Expression, node['args'] as readonly Expression[]];
  const isIndex = callee.type === 'MemberExpression' && (callee['property'] as Expression)['value'] === 'index';
  return isIndex && args.length === 1 ? { list: callee['object'] as Expression, item: args[0]! } : undefined;
}

/** The library's value as JavaScript's. */
function plain(value: unknown): unknown {
  const { value: inner, type } = value as { readonly value: unknown; readonly type: string };
  if (type === 'ArrayValue' || type === 'TupleValue') return (inner as readonly unknown[]).map(plain);
  if (type === 'ObjectValue')
    return Object.fromEntries([...(inner as Map<string, unknown>)].map(([key, each]) => [key, plain(each)]));
  return inner ?? null;
}
