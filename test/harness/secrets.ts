import { randomBytes } from 'node:crypto';
import type { BrowserContext } from 'playwright-core';

/**
 * Lets the workbench in this context keep secrets: it encrypts them with a key that it asks `/mint-key` for, which
 * code-server's wrapper answers and VS Code's bare server does not. The key lives as long as the context, as a user's would.
 */
export async function keepSecrets(context: BrowserContext): Promise<void> {
  const key = randomBytes(32);
  await context.route('**/mint-key', (route) => route.fulfill({ body: key }));
}
