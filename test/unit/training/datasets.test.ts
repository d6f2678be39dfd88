import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { exportTraining } from '../../../src/training/export.ts';
import { samplePreference } from '../store/samples.ts';
import { MemorySource, rated, withTemporary, written } from './samples.ts';

/** A Python that has the package `datasets`; LEXYBRAIN_TEST_PYTHON names another than the one on the path. */
const PYTHON = process.env['LEXYBRAIN_TEST_PYTHON'] ?? 'python3';

const SCRIPT = `
import json, sys
import datasets
out = {}
for name in ["jsonl", "sft", "prompt-completion", "kto", "dpo", "openai", "openai-preferences"]:
    rows = datasets.load_dataset("json", data_files=f"{name}.jsonl", split="train", cache_dir="cache")
    out[name] = {"columns": rows.column_names, "rows": len(rows), "first": rows[0]}
rows = datasets.load_dataset("parquet", data_files="parquet.parquet", split="train", cache_dir="cache")
out["parquet"] = {"columns": rows.column_names, "rows": len(rows), "first": {"messages": rows[0]["messages"]}}
print(json.dumps(out, default=str))
`;

interface Loaded {
  readonly columns: readonly string[];
  readonly rows: number;
  readonly first: Record<string, unknown>;
}

describe('the datasets library of Hugging Face', function () {
  this.timeout(120_000);

  it('loads every format, where there is a Python that has it', () =>
    withTemporary(async (folder) => {
      const found = spawnSync(PYTHON, ['-c', 'import datasets']);
      if (found.status !== 0) {
        process.stdout.write(`      (not tried: ${PYTHON} has no package datasets)\n`);
        return;
      }
      const good = written();
      const bad = written({ response: { output_json: { niche: 'worse' } } });
      const source = new MemorySource(
        [rated('positive', good), rated('negative', bad)],
        [samplePreference(good, bad)],
      );
      for (const format of [
        'jsonl',
        'sft',
        'prompt-completion',
        'kto',
        'dpo',
        'openai',
        'openai-preferences',
      ]) {
        await exportTraining(source, join(folder, `${format}.jsonl`), { format });
      }
      await exportTraining(source, join(folder, 'parquet.parquet'), { format: 'parquet' });
      await writeFile(join(folder, 'load.py'), SCRIPT);
      const run = spawnSync(PYTHON, ['load.py'], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: folder, HF_DATASETS_OFFLINE: '1', HF_HUB_OFFLINE: '1' },
      });
      assert.equal(run.status, 0, run.stderr);
      const loaded = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as Record<string, Loaded>;
      assert.deepEqual(loaded['sft']!.columns, ['messages']);
      assert.deepEqual(loaded['kto']!.columns, ['prompt', 'completion', 'label']);
      assert.deepEqual(loaded['dpo']!.columns, ['prompt', 'chosen', 'rejected']);
      for (const [format, { rows }] of Object.entries(loaded)) {
        assert.equal(rows, format.includes('dpo') || format.includes('preferences') ? 1 : 2, format);
      }
      const messages = loaded['sft']!.first['messages'] as object[];
      assert.equal(messages.length, 3);
      assert.deepEqual(loaded['parquet']!.first['messages'], messages);
      assert.equal(loaded['kto']!.first['label'], true);
    }));
});
