import { join } from 'node:path';

/** What would change what the extension does: tokens, its own variables, where a user's data lies. */
const REMOVED = /^(LEXYBRAIN_|HF_|HUGGING|OPENAI_|ANTHROPIC_|RUNPOD_|XDG_|NODE_OPTIONS$)/;

/**
 * The environment for a VS Code under test: this one without tokens and settings of the extension, with a home of its own
 * below `folder`, so that a run neither depends on the developer's user data nor changes it.
 */
export function isolatedEnvironment(folder: string, added: Record<string, string> = {}): NodeJS.ProcessEnv {
  const home = join(folder, 'home');
  const kept = Object.entries(process.env).filter(([name]) => !REMOVED.test(name));
  const own = {
    HOME: home,
    USERPROFILE: home,
    APPDATA: join(home, 'AppData'),
    LOCALAPPDATA: join(home, 'Local'),
  };
  return { ...Object.fromEntries(kept), ...own, ...added };
}
