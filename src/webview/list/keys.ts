/** A cell of the grid, 0-based. */
export interface GridCell {
  readonly row: number;
  readonly column: number;
}

/** What is read of a KeyboardEvent. */
interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Where a key leads from a cell, as the ARIA grid pattern says; null for keys that lead nowhere. */
export function keyMove(
  { key, ctrlKey, metaKey, altKey, shiftKey }: Key,
  from: GridCell,
  size: { readonly rows: number; readonly columns: number; readonly page: number },
): GridCell | null {
  if (altKey || shiftKey || size.rows === 0) return null;
  const far = ctrlKey || metaKey;
  const row = (to: number): GridCell => ({ ...from, row: Math.min(size.rows - 1, Math.max(0, to)) });
  const column = (to: number): GridCell => ({
    ...from,
    column: Math.min(size.columns - 1, Math.max(0, to)),
  });
  switch (key) {
    case 'ArrowDown':
      return row(far ? size.rows : from.row + 1);
    case 'ArrowUp':
      return row(far ? 0 : from.row - 1);
    case 'PageDown':
      return row(from.row + size.page);
    case 'PageUp':
      return row(from.row - size.page);
    case 'ArrowRight':
      return column(from.column + 1);
    case 'ArrowLeft':
      return column(from.column - 1);
    case 'Home':
      return far ? { row: 0, column: 0 } : column(0);
    case 'End':
      return far ? { row: size.rows - 1, column: size.columns - 1 } : column(size.columns);
    default:
      return null;
  }
}
