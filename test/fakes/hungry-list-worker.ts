import { parentPort } from 'node:worker_threads';

/** A keyword worker that takes memory until it is ended for it, whatever it is asked. */
parentPort?.on('message', () => {
  const hoard: number[][] = [];
  for (;;) hoard.push(Array.from({ length: 100_000 }, (_, index) => index + hoard.length));
});
