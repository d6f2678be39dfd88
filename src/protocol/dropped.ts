export { droppedText } from '../keywords/drops.ts';
