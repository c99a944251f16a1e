/** Options that types describe are checked where they come in, too: scripts run without a type check. */
import { badOption } from './errors.ts';

/** Throws unless it is absent or a whole number from 1; `orElse` names what else may be given. */
export function requireCount(name: string, value: number | undefined, orElse = ''): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1))
    throw badOption(name, value, `a whole number, at least 1${orElse}`);
}

/** Throws unless it is absent or one of the choices. */
export function requireChoice(name: string, value: string | undefined, choices: readonly string[]): void {
  if (value !== undefined && !choices.includes(value)) throw badOption(name, value, `one of ${choices.join(', ')}`);
}

/** Throws unless it is a list with something in it. */
export function requireList(name: string, value: unknown, of: string): void {
  if (!Array.isArray(value) || value.length === 0) throw badOption(name, value, `a list with at least one ${of}`);
}
