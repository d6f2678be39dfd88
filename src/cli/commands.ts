import { brief } from './brief.ts';
import { exportLog } from './export.ts';
import { help } from './help.ts';
import { keywords } from './keywords.ts';
import { logs } from './logs.ts';
import { merge } from './merge.ts';
import { serve } from './serve.ts';
import { usage } from './usage.ts';
import type { Command } from './command.ts';

/** What the terminal can do; a new command is a file and a line here. */
export const COMMANDS: readonly Command[] = [brief, keywords, serve, usage, exportLog, merge, logs, help];
