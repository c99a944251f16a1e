/** Ends a command that did its work and whose answer is no: a regression, or a problem of the installation. */
export class FailedCheck extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FailedCheck';
  }
}
