/** A keyword worker that falls over when it is spoken to. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', () => {
  throw new Error('a bug nobody knows of');
});
