import { zipSync } from 'fflate';

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

type Rows = readonly (readonly (string | number)[])[];

/** A minimal .xlsx with one sheet, or several; text cells are inline strings. */
export function workbook(...sheets: readonly Rows[]): Uint8Array {
  return workbookOf(...sheets.map(sheetOf));
}

/** A minimal .xlsx with sheets whose rows are given as XML. */
export function workbookOf(...sheets: readonly string[]): Uint8Array {
  const all = sheets.map((xml, at) => ({ number: at + 1, xml }));
  const each = (write: (number: number) => string): string => all.map(({ number }) => write(number)).join('');
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packaged = 'http://schemas.openxmlformats.org/package/2006';
  const parts: Record<string, string> = {
    '[Content_Types].xml': `<?xml version="1.0"?><Types xmlns="${packaged}/content-types"/>`,
    '_rels/.rels': `<?xml version="1.0"?><Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${each((n) => `<sheet name="Sheet${n}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<?xml version="1.0"?><Relationships xmlns="${packaged}/relationships">${each((n) => `<Relationship Id="rId${n}" Type="${relations}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}</Relationships>`,
  };
  for (const { number, xml } of all) {
    parts[`xl/worksheets/sheet${number}.xml`] =
      `<?xml version="1.0"?><worksheet xmlns="${main}"><sheetData>${xml}</sheetData></worksheet>`;
  }
  return zipSync(
    Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name, new TextEncoder().encode(xml)])),
  );
}

function sheetOf(rows: Rows): string {
  return rows
    .map((cells, row) => {
      const columns = cells.map((cell, column) => {
        const at = `${String.fromCharCode(65 + column)}${row + 1}`;
        return typeof cell === 'number'
          ? `<c r="${at}"><v>${cell}</v></c>`
          : `<c r="${at}" t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`;
      });
      return `<row r="${row + 1}">${columns.join('')}</row>`;
    })
    .join('');
}
