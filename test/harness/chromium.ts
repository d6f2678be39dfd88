import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { installOnce } from './install-once.ts';
import { CACHE } from './paths.ts';

const ARGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

/**
 * Starts a headless Chromium: `CHROMIUM_EXECUTABLE` if it is set, else the one in the npm package @sparticuz/chromium
 * (Linux x64). That package brings the system libraries it needs (NSS, expat) and a font, so nothing is installed in the system.
 */
export async function launchChromium(): Promise<Browser> {
  const own = process.env['CHROMIUM_EXECUTABLE'];
  if (own !== undefined && own !== '') return chromium.launch({ executablePath: own, args: ARGS });
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'Set CHROMIUM_EXECUTABLE to a Chromium or Chrome: the packaged one runs on Linux x64 only.',
    );
  }
  const folder = await unpackChromium();
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  const libraries = join(folder, 'al2023', 'lib');
  env['LD_LIBRARY_PATH'] = [libraries, env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  if (!existsSync('/etc/fonts/fonts.conf')) env['FONTCONFIG_PATH'] = join(folder, 'fonts');
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: [...ARGS, '--headless=shell'],
    env,
  });
}

async function unpackChromium(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const archives = join(dirname(entry), '..', 'bin');
  const manifest = await readFile(join(dirname(entry), '..', 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return installOnce(join(CACHE, 'chromium', version), async (temporary) => {
    const { inflate } = await import('@sparticuz/chromium');
    // The package unpacks into the system's temporary folder, wherever that is; ours keeps it for the next run.
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = temporary;
    try {
      for (const name of ['chromium.br', 'al2023.tar.br', 'fonts.tar.br'])
        await inflate(join(archives, name));
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });
}
