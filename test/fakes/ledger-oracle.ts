/** What a ledger file says, told the plain way: the whole text from the beginning, one day, one cap. For comparison. */
export interface OracleStep {
  /** Characters of the text up to and with this line. */
  readonly end: number;
  readonly id: string | null;
  readonly entry: 'reserve' | 'settle' | null;
  readonly granted: boolean;
  /** Settled plus granted and unsettled after this line. */
  readonly used: number;
}

interface Line {
  readonly entry?: 'reserve' | 'settle';
  readonly id: string;
  readonly nano: number;
  readonly cap: number;
}

/** Expects one-byte characters, so that `end` counts bytes as well. */
export function retell(text: string): OracleStep[] {
  const open = new Map<string, number>();
  const steps: OracleStep[] = [];
  let used = 0;
  let end = 0;
  // What stands behind the last newline is not a line yet.
  for (const line of text.split('\n').slice(0, -1)) {
    end += line.length + 1;
    let parsed: Line;
    try {
      parsed = JSON.parse(line) as Line;
    } catch {
      steps.push({ end, id: null, entry: null, granted: false, used });
      continue;
    }
    const { entry = null, id, nano, cap } = parsed;
    let granted = false;
    if (entry === 'reserve' && used + nano <= cap) {
      granted = true;
      used += nano;
      open.set(id, nano);
    } else if (entry === 'settle' && open.has(id)) {
      used += nano - open.get(id)!;
      open.delete(id);
    }
    steps.push({ end, id, entry, granted, used });
  }
  return steps;
}
