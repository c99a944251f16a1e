/** Which fields of a row a template asks for, read off its syntax tree. */

/** A node of the tree of @huggingface/jinja. */
export interface Expression {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** `['choices', 'text', 0]`. */
export type FieldPath = readonly (string | number)[];

/** Names that are no fields. */
const globals: ReadonlySet<string> = new Set([
  'true',
  'false',
  'none',
  'True',
  'False',
  'None',
  'range',
  'loop',
  'namespace',
  'raise_exception',
  'strftime_now',
]);

/** Every field and part of a field that is read; names that the template sets itself are none. */
export function fieldsOf(body: readonly Expression[]): FieldPath[] {
  const own = new Set(globals);
  for (const node of body) collectOwn(node, own);
  const found: FieldPath[] = [];
  for (const node of body) collect(node, own, found);
  return found;
}

/** The path that an expression is, where it is nothing else. */
export function pathOf(node: Expression): FieldPath | undefined {
  if (node.type === 'Identifier') return globals.has(node['value'] as string) ? undefined : [node['value'] as string];
  if (node.type !== 'MemberExpression') return undefined;
  const object = pathOf(node['object'] as Expression);
  const step = stepOf(node);
  return object === undefined || step === undefined ? undefined : [...object, step];
}

/** The step of a member whose name stands there; an index from the end and a computed one are left to the run. */
function stepOf(node: Expression): string | number | undefined {
  const property = node['property'] as Expression;
  if (node['computed'] !== true) return property['value'] as string;
  return property.type === 'StringLiteral' || property.type === 'IntegerLiteral'
    ? (property['value'] as string | number)
    : undefined;
}

function collectOwn(node: Expression, own: Set<string>): void {
  const names =
    node.type === 'Set'
      ? node['assignee']
      : node.type === 'For'
        ? node['loopvar']
        : node.type === 'Macro'
          ? node['name']
          : undefined;
  for (const each of identifiersIn(names)) own.add(each);
  for (const part of partsOf(node)) collectOwn(part, own);
}

function identifiersIn(node: unknown): string[] {
  if (!isNode(node)) return [];
  return node.type === 'Identifier' ? [node['value'] as string] : partsOf(node).flatMap(identifiersIn);
}

function collect(node: Expression, own: ReadonlySet<string>, found: FieldPath[]): void {
  // `x is defined` is a question of what may be absent.
  if (node.type === 'TestExpression') return;
  const path = pathOf(node);
  if (path !== undefined) {
    if (!own.has(String(path[0]))) found.push(path);
    return;
  }
  for (const part of readParts(node)) collect(part, own, found);
}

/** The parts of a node that are read as values: not the names of filters, arguments and methods. */
function readParts(node: Expression): Expression[] {
  if (node.type === 'FilterExpression') {
    const filter = node['filter'] as Expression;
    return [
      node['operand'] as Expression,
      ...(filter.type === 'CallExpression' ? (filter['args'] as Expression[]) : []),
    ];
  }
  if (node.type === 'KeywordArgumentExpression') return [node['value'] as Expression];
  if (node.type === 'MemberExpression')
    return [node['object'] as Expression, ...(node['computed'] === true ? [node['property'] as Expression] : [])];
  if (node.type === 'CallExpression') {
    const callee = node['callee'] as Expression;
    const object = callee.type === 'MemberExpression' ? [callee['object'] as Expression] : [];
    return [...object, ...(node['args'] as Expression[])];
  }
  return partsOf(node);
}

function partsOf(node: Expression): Expression[] {
  return Object.entries(node).flatMap(([name, part]) => {
    // An operator is a token, and no node.
    if (name === 'operator') return [];
    if (Array.isArray(part)) return part.filter(isNode);
    if (part instanceof Map) return [...part].flat().filter(isNode);
    return isNode(part) ? [part] : [];
  });
}

function isNode(value: unknown): value is Expression {
  return typeof value === 'object' && value !== null && typeof (value as { readonly type?: unknown }).type === 'string';
}
