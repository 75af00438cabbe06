import { createServer, type Server } from 'node:http';
import { once } from 'node:events';

export interface HealthAnswer {
  status: 'OK';
  server: 'connected' | 'waiting';
  /** why it waits, or what is amiss all the same; null: all is well */
  reason: string | null;
}

/**
 * Whether this node has its server, for whoever watches over its process. A node that waits is in order, too: it is the server, or a
 * person, that it waits for, and starting it anew would not help.
 */
export class Health {
  private contact = false;
  private problem: string | null = 'it has just started';
  /** what is amiss while the server answers */
  private amiss: () => string | null = () => null;

  get answer(): HealthAnswer {
    return this.contact
      ? { status: 'OK', server: 'connected', reason: this.amiss() }
      : { status: 'OK', server: 'waiting', reason: this.problem };
  }

  /** It is registered, and its server answers. @param problem what came in between; null: nothing */
  heard(problem: string | null): void {
    this.contact = problem === null;
    this.problem = problem;
  }

  watch(amiss: () => string | null): void {
    this.amiss = amiss;
  }
}

/** Answers `GET /ping` to anybody, and nothing else. What it says holds no secret. */
export class HealthPort {
  private constructor(private readonly server: Server) {}

  /** @throws Error when the port is taken */
  static async open(health: Health, port: number): Promise<HealthPort> {
    const server = createServer((request, response) => {
      const path = request.url?.split('?')[0];
      const known = path === '/ping' && (request.method === 'GET' || request.method === 'HEAD');
      response.writeHead(known ? 200 : 404, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
      });
      response.end(
        request.method === 'HEAD'
          ? undefined
          : JSON.stringify(known ? health.answer : { message: 'not found' }),
      );
    });
    server.headersTimeout = 5000;
    server.requestTimeout = 5000;
    server.keepAliveTimeout = 1000;
    server.maxConnections = 50;
    server.listen(port);
    await once(server, 'listening');
    return new HealthPort(server);
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
