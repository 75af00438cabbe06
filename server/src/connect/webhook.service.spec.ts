import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import type { WebhookBody } from '#contracts';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDataSource } from '../database/data-source.js';
import { DbWriter } from '../database/db-writer.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { postWebhook } from './post-webhook.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { RETRY_PAUSES_MS, WebhookService } from './webhook.service.js';

const BODY: WebhookBody = {
  event: 'file.replaced',
  library: 'films',
  sourcePath: '/films/a.avi',
  finalPath: '/films/a.mkv',
  sourceSize: 10,
  finalSize: 4,
  saved: 6,
  jobId: 1,
  at: '2025-11-21T00:00:00.000Z',
};

let dataSource: DataSource;
let writer: DbWriter;
let service: WebhookService;
let server: Server;
let url: string;
let requests: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[];
let answer: (response: ServerResponse) => void;
const logged: string[] = [];

beforeEach(async () => {
  logged.length = 0;
  for (const level of ['log', 'warn', 'error'] as const) {
    vi.spyOn(Logger.prototype, level).mockImplementation((...words: unknown[]) => {
      logged.push(words.join(' '));
    });
  }
  dataSource = createDataSource(':memory:');
  await dataSource.initialize();
  await dataSource.runMigrations();
  writer = new DbWriter(dataSource);
  service = new WebhookService(dataSource, writer);
  requests = [];
  answer = (response) => response.end('ok');
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      requests.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await service.onApplicationShutdown();
  server.closeAllConnections();
  server.close();
  await dataSource.destroy();
  vi.restoreAllMocks();
});

function enqueue(webhookUrl: string): Promise<void> {
  return writer.write((manager) => service.enqueue(manager, { webhookUrl } as LibraryEntity, BODY));
}

function messages(): Promise<WebhookDeliveryEntity[]> {
  return dataSource.getRepository(WebhookDeliveryEntity).find({ order: { id: 'ASC' } });
}

/** Makes every waiting message due. */
async function timePasses(): Promise<void> {
  await dataSource.getRepository(WebhookDeliveryEntity).update({ state: 'waiting' }, { nextAttemptAt: 0 });
}

describe('webhooks', () => {
  it('are posted as JSON, once', async () => {
    await enqueue(`${url}/hook`);
    await service.deliverDue();
    await service.deliverDue();
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/hook',
      headers: { 'content-type': 'application/json' },
    });
    expect(JSON.parse(requests[0]!.body)).toEqual(BODY);
    expect(await messages()).toMatchObject([{ state: 'delivered', attempts: 1, lastError: null }]);
  });

  it('are not made for a library without one, nor when the transaction fails', async () => {
    await enqueue('');
    await writer
      .write(async (manager) => {
        await service.enqueue(manager, { webhookUrl: url } as LibraryEntity, BODY);
        throw new Error('no');
      })
      .catch(() => undefined);
    expect(await messages()).toEqual([]);
  });

  it('are tried again with growing pauses, and given up after eight tries', async () => {
    answer = (response) => response.writeHead(500).end();
    await enqueue(`${url}/hook?token=secret`);
    for (const [index, pause] of RETRY_PAUSES_MS.entries()) {
      const before = Date.now();
      await service.deliverDue();
      const [message] = await messages();
      expect(message).toMatchObject({
        state: 'waiting',
        attempts: index + 1,
        lastError: 'answered with HTTP 500',
      });
      expect(message!.nextAttemptAt).toBeGreaterThanOrEqual(before + pause);
      await service.deliverDue();
      expect(requests).toHaveLength(index + 1);
      await timePasses();
    }
    await service.deliverDue();
    expect(await messages()).toMatchObject([{ state: 'given_up', attempts: 8 }]);
    await timePasses();
    await service.deliverDue();
    expect(requests).toHaveLength(8);
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join('\n')).not.toMatch(/secret|\/hook/);
  });

  it('follow no redirect', async () => {
    answer = (response) => response.writeHead(307, { location: `${url}/elsewhere` }).end();
    await enqueue(`${url}/hook`);
    await service.deliverDue();
    expect(requests.map((request) => request.path)).toEqual(['/hook']);
    expect(await messages()).toMatchObject([{ state: 'waiting', lastError: 'answered with HTTP 307' }]);
  });

  it('do not read an endless answer', async () => {
    answer = (response) => {
      response.writeHead(200);
      const pump = setInterval(() => response.write(Buffer.alloc(65_536)), 1);
      response.on('close', () => {
        clearInterval(pump);
      });
    };
    await enqueue(url);
    await service.deliverDue();
    expect(await messages()).toMatchObject([{ state: 'delivered' }]);
  });

  it('say only a code when nobody is there, and send credentials as a header', async () => {
    await enqueue(`${url.replace('//', '//me:pass%20word@')}/x`);
    await service.deliverDue();
    expect(requests[0]!.headers.authorization).toBe(
      `Basic ${Buffer.from('me:pass word').toString('base64')}`,
    );
    const error = await postWebhook('http://127.0.0.1:1/secret', BODY, new AbortController().signal);
    expect(error).toMatch(/^failed: /);
    expect(error).not.toMatch(/secret|127/);
  });

  it('waits for nobody longer than ten seconds', async () => {
    answer = () => undefined;
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      expect(ms).toBe(10_000);
      return AbortSignal.abort(new DOMException('late', 'TimeoutError'));
    });
    expect(await postWebhook(url, BODY, new AbortController().signal)).toBe('no answer within 10 s');
  });

  it('interrupted by our own end is no failed try', async () => {
    const asked = Promise.withResolvers<void>();
    answer = () => {
      asked.resolve();
    };
    await enqueue(url);
    const delivering = service.deliverDue();
    await asked.promise;
    await service.onApplicationShutdown();
    await delivering;
    expect(await messages()).toMatchObject([{ state: 'waiting', attempts: 0 }]);
  });

  it('go on while one server is silent', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    await enqueue(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    for (let n = 0; n < 5; n += 1) await enqueue(url);
    const delivering = service.deliverDue();
    await vi.waitFor(() => {
      expect(requests).toHaveLength(5);
    });
    silent.closeAllConnections();
    silent.close();
    await delivering;
    expect((await messages()).map(({ state }) => state)).toEqual([
      'waiting',
      ...Array<string>(5).fill('delivered'),
    ]);
  });
});
