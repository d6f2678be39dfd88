import '@vscode-elements/elements/dist/vscode-badge/index.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import type { HTMLAttributes } from 'preact';

declare module 'preact' {
  // Preact looks for the types of custom elements here.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace JSX {
    interface IntrinsicElements {
      'vscode-badge': HTMLAttributes<HTMLElement>;
      'vscode-button': HTMLAttributes<HTMLElement> & { secondary?: boolean; disabled?: boolean };
      'vscode-progress-bar': HTMLAttributes<HTMLElement> & { indeterminate?: boolean };
    }
  }
}
