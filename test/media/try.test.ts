import { it } from 'vitest';
import { compress, TEST_PROFILE } from './compress.js';
import { withFolder } from './tools.js';
const B = '/work/main/node_modules';
it('tries', async () => {
  for (const f of (process.env['TRY'] ?? '').split(' ')) {
    await withFolder(async (folder) => {
      try {
        const r = await compress(f, folder, { ...TEST_PROFILE, container: (process.env['C'] ?? 'mkv') as 'mkv' });
        console.log(f, JSON.stringify(r.plan.streams.map((s) => [s.index, s.action, s.reason.message])), r.source.container.size, r.plan.expectedSize, r.info.container.size, r.findings, JSON.stringify(r.sourceMeasured), JSON.stringify(r.measured));
      } catch (e) { console.log(f, String(e).slice(0, 3000)); }
    });
  }
}, 120000);
