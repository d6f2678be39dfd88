import * as vscode from 'vscode';
import type { KeywordFigures } from '../../keywords/types.ts';
import type { Source } from '../sources/source.ts';

/** How far from where a record should be its keyword is looked for first: quoted cells may hold line breaks. */
const NEARBY = 50;

/**
 * Where a row of a list stands in the documents the list came from; null when it is in none of them.
 * Records and lines differ where cells hold line breaks, so the keyword itself is looked for around the record.
 */
export async function findRow(
  sources: readonly Source[],
  row: KeywordFigures,
): Promise<{ document: vscode.TextDocument; range: vscode.Range } | null> {
  let elsewhere: { document: vscode.TextDocument; range: vscode.Range } | null = null;
  for (const { uri } of sources) {
    const document = uri && (await openText(uri));
    if (!document) continue;
    const line = nearestLine(document, row.term, row.sourceRow - 1);
    if (line === null) continue;
    const found = { document, range: rangeOf(document.lineAt(line), row.term) };
    // Of several files the one where the keyword is at its record's place is the row's own.
    if (Math.abs(line - (row.sourceRow - 1)) <= NEARBY) return found;
    elsewhere ??= found;
  }
  return elsewhere;
}

async function openText(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  // A workbook is no text, whatever an editor would make of its bytes.
  if (/\.xlsx?$/i.test(uri.path)) return null;
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    // Gone, binary, or larger than the editor opens: the caller shows the figures instead.
    return null;
  }
}

function nearestLine(document: vscode.TextDocument, term: string, wanted: number): number | null {
  const holds = (line: number): boolean => columnOf(document.lineAt(line).text, term) !== -1;
  for (let distance = 0; distance < document.lineCount; distance += 1) {
    for (const line of new Set([wanted - distance, wanted + distance])) {
      if (line >= 0 && line < document.lineCount && holds(line)) return line;
    }
  }
  return null;
}

/** Where the term begins in a line, as a whole cell where it is one; -1 when it is not there. */
function columnOf(line: string, term: string): number {
  const text = line.toLowerCase();
  const wanted = term.toLowerCase();
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    const before = text[at - 1] ?? ',';
    const after = text[at + wanted.length] ?? ',';
    if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)) return at;
  }
  return -1;
}

function rangeOf(line: vscode.TextLine, term: string): vscode.Range {
  const start = columnOf(line.text, term);
  return new vscode.Range(line.lineNumber, start, line.lineNumber, start + term.length);
}
