/**
 * Ids of runs, 20261124-221503-a1b2 for example: when a run began, in UTC, and four hexadecimal digits that are the
 * fraction of its second, random below the millisecond, so that runs of several machines differ and later ones sort behind.
 */

const fractions = 0x1_0000;

export function newRunId(startedAt: Date): string {
  const [date, time] = startedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  const second = (startedAt.getUTCMilliseconds() + Math.random()) / 1000;
  const fraction = Math.floor(second * fractions);
  return `${date}-${time}-${fraction.toString(16).padStart(4, '0')}`;
}

const form = /^\d{8}-\d{6}-[\da-f]{4}$/;

export function isRunId(text: string): boolean {
  return form.test(text);
}
