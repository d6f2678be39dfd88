/** The kill test at length: `node test/kill/main.ts [ROUNDS]`, two kills a round, 30 rounds by default. */
import { withFolder } from '../unit/store/samples.ts';
import { killWriters } from './kill.ts';

const rounds = Number(process.argv[2] ?? 30);
const sound = await withFolder((folder) => killWriters(folder, rounds, 'sound'));
const early = await withFolder((folder) => killWriters(folder, Math.ceil(rounds / 3), 'early'));
process.stdout.write(`the store: ${JSON.stringify(sound)}\nacknowledging early: ${JSON.stringify(early)}\n`);
if (sound.lost > 0 || sound.doubled > 0) throw new Error('Acknowledged records were lost, or doubled.');
if (early.lost === 0) throw new Error('The test does not notice a store that acknowledges early.');
