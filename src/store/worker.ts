import { readFileSync } from 'node:fs';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import initSqlJs from 'sql.js';
import { compareRecords, KeptParts } from './compare.ts';
import { LogDatabase } from './database.ts';
import { mergeParts, readPreferences, snapshotOf, walkGenerations } from './export.ts';
import { readForeign } from './foreign.ts';
import { readHistory, readInsight } from './history.ts';
import { readLines } from './lines.ts';
import { layoutOf } from './layout.ts';
import { nodePartFs, writeNewFile } from './part-fs.ts';
import type { Found } from './tables.ts';
import type { GenerationLines, StoredGeneration } from './types.ts';
import { readUsage } from './usage.ts';
import { readUsageReport } from './usage-report.ts';
import type { HostFunctions, WorkerFunctions, WorkerSetup } from './worker-protocol.ts';

/** The worker's entry. Everything that touches sql.js or a part's file happens in here, one call after the other. */

/** One answer carries up to about this many characters. */
const BATCH_CHARACTERS = 512 * 1024;
/** And up to this many generations, each of which may have 256 KB. */
const BATCH_GENERATIONS = 48;

async function serve(port: MessagePort, setup: WorkerSetup): Promise<void> {
  // A copy: a Buffer may share its memory with others.
  const wasmBinary = new Uint8Array(readFileSync(setup.wasmFile)).buffer;
  const sql = await initSqlJs({ wasmBinary });
  const log = new LogDatabase({
    layout: layoutOf(setup.folder),
    fs: nodePartFs,
    sql,
    warn: (message) => void host.warn.asEvent(message),
    readOnly: setup.readOnly,
    retention: setup.retention,
    ...(setup.sealBytes === null ? {} : { sealBytes: setup.sealBytes }),
  });
  const kept = new KeptParts(log);
  let generations: Iterator<StoredGeneration | null> = [].values();
  let lines: Iterator<GenerationLines> = [].values();
  let foreign: Iterator<Found> = [].values();

  const functions: WorkerFunctions = {
    history: (query, userId) => readHistory(log, query, userId),
    insight: (id, userId) => readInsight(log, id, userId),
    checkpoint: (eager) => log.checkpoint(eager),
    deleteAll: () => log.deleteAll(),
    preferences: () => readPreferences(snapshotOf(log)),
    usage: (query) => readUsage(snapshotOf(log), query),
    usageReport: (query, prices) => readUsageReport(snapshotOf(log), query, prices),
    openGenerations: (query) => {
      generations = walkGenerations(snapshotOf(log), query);
    },
    nextGenerations: () => nextGenerations(generations),
    openLines: (query) => {
      lines = readLines(snapshotOf(log), query);
    },
    nextLines: () => {
      const next = lines.next();
      return next.done === true ? null : next.value;
    },
    openForeign: (path) => {
      foreign = readForeign({
        path,
        sql,
        fs: nodePartFs,
        warn: (message) => void host.warn.asEvent(message),
      });
    },
    nextForeign: () => nextOf(foreign),
    compare: (records) => compareRecords(snapshotOf(log), kept, records),
    writeMerged: (file, users) => {
      const { bytes, requests } = mergeParts(snapshotOf(log), sql, users);
      writeNewFile(nodePartFs, file, bytes);
      return requests;
    },
  };

  // What was posted meanwhile waits in the port until it is listened to.
  const host = createBirpc<HostFunctions, WorkerFunctions>(functions, {
    post: (message: unknown) => {
      port.postMessage(message, bytesIn(message));
    },
    on: (listener) => {
      port.on('message', listener);
    },
    eventNames: ['warn'],
  });
}

/** As they are: to copy them from thread to thread is cheaper than to write them as JSON and parse that. */
function nextGenerations(generations: Iterator<StoredGeneration | null>): StoredGeneration[] | null {
  const batch: StoredGeneration[] = [];
  for (let characters = 0; characters < BATCH_CHARACTERS && batch.length < BATCH_GENERATIONS;) {
    const next = generations.next();
    if (next.done === true) return batch.length === 0 ? null : batch;
    if (next.value === null) break;
    characters += next.value.request.prompt.length;
    batch.push(next.value);
  }
  return batch;
}

/** What an answer hands over instead of a copy. */
function bytesIn(message: unknown): ArrayBuffer[] {
  const { bytes } = (message as { readonly r?: { readonly bytes?: unknown } | null }).r ?? {};
  return bytes instanceof Uint8Array ? [bytes.buffer as ArrayBuffer] : [];
}

function nextOf(items: Iterator<unknown>): string[] {
  const batch: string[] = [];
  for (let characters = 0; characters < BATCH_CHARACTERS;) {
    const next = items.next();
    if (next.done === true) break;
    const json = JSON.stringify(next.value);
    characters += json.length;
    batch.push(json);
  }
  return batch;
}

if (parentPort === null) throw new Error('This file runs in a worker thread.');
// A failure to start ends the worker, and whoever called it is told.
void serve(parentPort, workerData as WorkerSetup);
