import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { ROOT } from './paths.ts';

/** The package that users install, made anew unless the runner (`LEXYBRAIN_VSIX`) made it already. */
export async function packagedExtension(): Promise<string> {
  const made = process.env['LEXYBRAIN_VSIX'];
  if (made !== undefined && existsSync(made)) return made;
  await runCommand('npm', ['run', 'package', '--loglevel=error'], { cwd: ROOT });
  const file = join(ROOT, 'lexybrain.vsix');
  process.env['LEXYBRAIN_VSIX'] = file;
  return file;
}
