/** The worker: makes the engine answer the page. */
import { expose } from 'comlink';
import { PlaygroundEngine } from './playground-engine.ts';

expose(new PlaygroundEngine());
