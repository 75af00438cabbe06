import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JoinRequest, JoinResponse } from '#contracts';
import { AgentEnd } from './agent-end.js';
import { IdentityFile } from './identity-file.js';
import { nodeToken, type AskToJoin } from './join.js';
import { ServerRefusal } from './server-client.js';

const JOIN = `join_${'ab'.repeat(24)}`;
const OTHER_JOIN = `join_${'cd'.repeat(24)}`;
const NODE = 'ef'.repeat(32);
const SERVER = 'http://nas:2645';

let folder: string;
let file: IdentityFile;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-join-'));
  file = new IdentityFile(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const options = (token: string | null, serverUrl = SERVER) => ({
  ...{ serverUrl, token, name: 'attic', version: '1' },
});

/** A server's side of it, as contracts tell: who comes again with the same token is the same node. */
class Door {
  readonly nodes = new Map<string, number>();
  constructor(private uses = 1) {}

  readonly ask: AskToJoin = (_joinToken: string, request: JoinRequest): Promise<JoinResponse> => {
    const known = this.nodes.get(request.nodeToken);
    if (known === undefined) {
      if (this.uses === 0) return Promise.reject(new ServerRefusal(401, 'used up'));
      this.uses -= 1;
      this.nodes.set(request.nodeToken, this.nodes.size + 1);
    }
    return Promise.resolve({ nodeId: this.nodes.get(request.nodeToken) ?? 0, name: request.name });
  };
}

const nobody: AskToJoin = () => Promise.reject(new Error('was asked'));

describe('who a node is', () => {
  it('is kept for its owner alone, with nothing left beside it', async () => {
    const token = await nodeToken(options(JOIN), file, new Door().ask);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(await readdir(folder)).toEqual(['node.json']);
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
    // The join token opens more doors than this node's, and is not needed any more.
    expect(await readFile(file.path, 'utf8')).not.toContain(JOIN);
  });

  it('stays who it was, whatever join token it is started with', async () => {
    const token = await nodeToken(options(JOIN), file, new Door().ask);
    for (const given of [JOIN, OTHER_JOIN, null])
      expect(await nodeToken(options(given), new IdentityFile(folder), nobody)).toBe(token);
  });

  it('is another one at each server, and shows no token where it does not belong', async () => {
    const first = await nodeToken(options(JOIN), file, new Door().ask);
    const second = await nodeToken(options(OTHER_JOIN, 'http://other'), file, new Door().ask);
    expect(second).not.toBe(first);
    expect(await nodeToken(options(null), file, nobody)).toBe(first);
    await expect(nodeToken(options(null, 'http://moved'), file, nobody)).rejects.toThrow(
      /not joined http:\/\/moved yet.*It has joined http:\/\/other; if that is the same server under an earlier address/,
    );
  });

  it('is what it is told to be', async () => {
    expect(await nodeToken(options(NODE), file, nobody)).toBe(NODE);
    expect(await readdir(folder)).toEqual([]);
  });

  it('joins anew with a join token that it has not used yet, and with no other', async () => {
    const removed = await nodeToken(options(JOIN), file, new Door().ask);
    const again = (token: string | null, ask: AskToJoin) => nodeToken(options(token), file, ask, removed);
    for (const used of [JOIN, null]) {
      const end = await again(used, nobody).catch((error: unknown) => error);
      expect(end).toBeInstanceOf(AgentEnd);
      expect(end).toMatchObject({ exitCode: 4 });
      expect(String(end)).toMatch(/has been removed there.*new join token/);
    }
    const token = await again(OTHER_JOIN, new Door().ask);
    expect(token).not.toBe(removed);
    expect(await nodeToken(options(JOIN), file, nobody)).toBe(token);
  });

  it('says so when its own token is refused', async () => {
    await expect(nodeToken(options(NODE), file, nobody, NODE)).rejects.toMatchObject({ exitCode: 4 });
  });

  it.each(['', '{', '[]', '{"version":2,"identities":[]}', '{"version":1,"identities":[{"server":"x"}]}'])(
    'is not guessed from a damaged file: %s',
    async (text) => {
      await writeFile(file.path, text);
      await expect(nodeToken(options(JOIN), file, new Door().ask)).rejects.toThrow(`${file.path} is damaged`);
      expect(await readFile(file.path, 'utf8')).toBe(text);
    },
  );

  it('is the same in the end wherever it was cut off, and however often, with a join token for one node', async () => {
    const cut = fc.record({
      // Each call of the disk or the server may be the last one of a process, before or after it has done its work.
      at: fc.integer({ min: 0, max: 5 }),
      done: fc.boolean(),
      litter: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { maxLength: 5 }), async (cuts) => {
        const home = await mkdtemp(path.join(folder, 'run-'));
        const door = new Door(1);
        for (const { at, done, litter } of cuts) {
          let calls = 0;
          const orDie = async <T>(work: () => Promise<T>): Promise<T> => {
            const last = calls++ === at;
            if (last && !done) throw new Error('killed');
            const result = await work();
            if (last) throw new Error('killed');
            return result;
          };
          const real = new IdentityFile(home);
          await nodeToken(
            options(JOIN),
            {
              path: real.path,
              servers: () => real.servers(),
              find: (server) => orDie(() => real.find(server)),
              keep: (kept) => orDie(() => real.keep(kept)),
            },
            (token, request) => orDie(() => door.ask(token, request)),
          ).catch((error: unknown) => {
            expect(error).toMatchObject({ message: 'killed' });
          });
          // Half of a file, of a write that was cut off in the middle.
          if (litter) await writeFile(`${real.path}.partial`, '{"version":1,"ident');
        }
        const token = await nodeToken(options(JOIN), new IdentityFile(home), door.ask);
        expect([...door.nodes.keys()]).toEqual([token]);
        expect(await new IdentityFile(home).find(SERVER)).toMatchObject({ token, nodeId: 1 });
      }),
      { numRuns: 60 },
    );
  });
});
