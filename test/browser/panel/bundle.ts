import { join } from 'node:path';
import * as esbuild from 'esbuild';

/** The panel's script and styles, built from the source as it is now. Nothing is written. */
export async function bundlePanel(): Promise<{ readonly script: string; readonly styles: string }> {
  const source = join(import.meta.dirname, '../../../src/webview');
  const common: esbuild.BuildOptions = {
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    target: ['chrome138'],
    logLevel: 'error',
  };
  const [script, styles] = await Promise.all([
    esbuild.build({ ...common, entryPoints: [join(source, 'main.tsx')], format: 'iife' }),
    esbuild.build({ ...common, entryPoints: [join(source, 'style.css')] }),
  ]);
  return { script: textOf(script), styles: textOf(styles) };
}

function textOf({ outputFiles }: esbuild.BuildResult): string {
  const file = outputFiles?.[0];
  if (file === undefined) throw new Error('esbuild made no file.');
  return file.text;
}
