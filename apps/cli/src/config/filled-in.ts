/** Which flags of a command its settings file has filled in: such a one is no mistake of the user's where it has no effect. */
const filled = new WeakMap<object, Set<string>>();

/** `flags` is the object that the command's action is given. */
export function noteFilledIn(flags: object, flag: string): void {
  filled.set(flags, new Set([...(filled.get(flags) ?? []), flag]));
}

export function isFilledIn(flags: object, flag: string): boolean {
  return filled.get(flags)?.has(flag) ?? false;
}
