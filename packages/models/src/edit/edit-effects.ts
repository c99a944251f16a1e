/** What each intervention of a chain has done to the model, by its place in the chain. */
import type { InterventionRemark } from '@linchpin/plugin-api';

/** What is said of an intervention that leaves every bit as it is. */
export const nothingChanged = 'changes nothing: every weight and every activation stays as it is';

export class EditEffects {
  readonly #effective = new Set<number>();
  readonly #remarks = new Map<string, InterventionRemark>();
  #current = 0;

  /** The intervention that acts now. */
  get current(): number {
    return this.#current;
  }

  set current(index: number) {
    this.#current = index;
  }

  /** Notes that an intervention, the one that acts now when absent, does something. */
  add(index: number = this.#current): void {
    this.#effective.add(index);
  }

  /** What the one that acts now says of itself; the same again is said once. */
  remark(text: string): void {
    const said = { intervention: this.#current, text };
    this.#remarks.set(JSON.stringify(said), said);
  }

  /** Carries out what an intervention has asked for, which may say something of it. */
  during(index: number, work: () => void): void {
    const before = this.#current;
    this.#current = index;
    work();
    this.#current = before;
  }

  /** Everything that was said, and of which interventions nothing was noted: in the order of the chain. */
  remarks(interventions: number): InterventionRemark[] {
    const idle = Array.from({ length: interventions }, (_, index) => index).filter((at) => !this.#effective.has(at));
    return [
      ...idle.map((intervention) => ({ intervention, text: nothingChanged })),
      ...this.#remarks.values(),
    ].toSorted((a, b) => a.intervention - b.intervention);
  }
}
