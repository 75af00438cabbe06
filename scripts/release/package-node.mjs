// Packs the node agent:
//
//   node scripts/release/package-node.mjs               dist/release/boilarr-node-VERSION, .tar.gz, .zip and SHA256SUMS
//   node scripts/release/package-node.mjs FOLDER        the folder alone, at FOLDER, which must not exist
//
// `npm run package-node` builds first. The archives need GNU tar and zip.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../setup/paths.mjs';
import { run } from '../setup/run-command.mjs';
import { say } from '../setup/say.mjs';
import { makeNodeFolder } from './node-folder.mjs';

async function main() {
  const [wanted] = process.argv.slice(2);
  if (wanted !== undefined) {
    const folder = path.resolve(wanted);
    if (existsSync(folder)) throw new Error(`${folder} exists already`);
    makeNodeFolder(folder);
    return;
  }
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const release = path.join(ROOT, 'dist/release');
  const name = `boilarr-node-${version}`;
  rmSync(release, { recursive: true, force: true });
  makeNodeFolder(path.join(release, name));
  const archives = [`${name}.tar.gz`, `${name}.zip`];
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name'];
  await run('tar', [...owner, '-czf', `${name}.tar.gz`, name], { cwd: release });
  await run('zip', ['-qrX', `${name}.zip`, name], { cwd: release });
  const sums = archives.map((archive) => {
    const hash = createHash('sha256').update(readFileSync(path.join(release, archive)));
    return `${hash.digest('hex')}  ${archive}\n`;
  });
  writeFileSync(path.join(release, 'SHA256SUMS'), sums.join(''));
  say(`${archives.join(' and ')} are in ${release}`);
}

main().catch((/** @type {unknown} */ error) => {
  process.stderr.write(`package-node: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
