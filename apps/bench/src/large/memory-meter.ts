/** How much memory a process takes while it works, as Linux tells it. */
import { readFile } from 'node:fs/promises';
import process from 'node:process';

/** What the process holds itself, and what of its mapped files is resident, which the system may drop at any time; in bytes. */
export class MemoryMeter {
  #own = 0;
  #mapped = 0;
  /** Keeps no process alive whose work has failed. */
  readonly #timer = setInterval(() => void this.#look(), 500).unref();

  async #look(): Promise<void> {
    const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
    const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0);
    this.#own = Math.max(this.#own, kilobytes('RssAnon') * 1024 || process.memoryUsage().rss);
    this.#mapped = Math.max(this.#mapped, kilobytes('RssFile') * 1024);
  }

  async stop(): Promise<{ readonly own: number; readonly mapped: number }> {
    clearInterval(this.#timer);
    await this.#look();
    return { own: this.#own, mapped: this.#mapped };
  }
}
