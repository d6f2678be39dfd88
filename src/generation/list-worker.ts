import { parentPort } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import { createLocalLists } from './lists.ts';
import { createListServer } from './list-rpc.ts';

/** The keyword worker: reading, hashing and statistics happen here, never in the extension host's thread. */
const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread.');

createBirpc<object, ReturnType<typeof createListServer>>(createListServer(createLocalLists()), {
  post: (data) => port.postMessage(data),
  on: (receive) => port.on('message', receive),
});
