import { expect, it, onTestFinished } from 'vitest';
import { Health, HealthPort } from './health.js';

it('answers a ping with what it knows of the server, and nothing else', async () => {
  const health = new Health();
  const port = await HealthPort.open(health, 0);
  onTestFinished(() => {
    port.close();
  });
  const ask = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port.port}${path}`, { method });
  const ping = async (): Promise<unknown> => (await ask('/ping')).json();
  expect((await ask('/ping')).status).toBe(200);
  expect(await ping()).toMatchObject({ status: 'OK', server: 'waiting' });
  health.heard(null);
  expect(await ping()).toEqual({ status: 'OK', server: 'connected', reason: null });
  health.watch(() => 'Redis cannot be reached');
  expect(await ping()).toEqual({ status: 'OK', server: 'connected', reason: 'Redis cannot be reached' });
  health.heard('no answer');
  expect(await ping()).toEqual({ status: 'OK', server: 'waiting', reason: 'no answer' });
  expect((await ask('/ping?x', 'HEAD')).status).toBe(200);
  for (const [path, method] of [
    ['/', 'GET'],
    ['/ping', 'POST'],
    ['/ping/..', 'GET'],
    ['/api/v1/nodes', 'GET'],
  ])
    expect((await ask(path ?? '', method)).status).toBe(404);
  await expect(HealthPort.open(health, port.port)).rejects.toThrow(/EADDRINUSE/);
});
