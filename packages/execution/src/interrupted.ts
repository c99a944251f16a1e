/** Ends work that its signal has aborted; the message says what was saved. */
export class Interrupted extends Error {
  constructor(saved = 'nothing was saved', options?: ErrorOptions) {
    super(`interrupted: ${saved}`, options);
    this.name = 'Interrupted';
  }
}
