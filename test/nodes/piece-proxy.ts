import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** To the node, or from it. */
export type Direction = 'down' | 'up';

/** Stands between a node and its server, counts the bytes of files that pass, and can change one of them. */
export class PieceProxy {
  /** bytes of pieces that have passed */
  readonly passed: Record<Direction, number> = { down: 0, up: 0 };
  /** told after each of them */
  onBytes: (direction: Direction, passed: number) => void = () => undefined;
  private readonly flips = new Set<Direction>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async open(target: string): Promise<PieceProxy> {
    const server = createServer();
    const proxy = new PieceProxy(server, new URL(target));
    server.on('request', (incoming, outgoing) => {
      const what = proxy.pieceOf(incoming);
      const onwards = request(
        {
          ...{ host: proxy.target.hostname, port: proxy.target.port },
          ...{ path: incoming.url, method: incoming.method, headers: incoming.headers },
        },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          // Errors are refused in words, which are no pieces.
          proxy.pass(answer, outgoing, what === 'down' && answer.statusCode === 200 ? what : null);
        },
      );
      onwards.on('error', () => outgoing.destroy());
      outgoing.on('close', () => onwards.destroy());
      proxy.pass(incoming, onwards, what === 'up' ? what : null);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Changes one bit of the next piece. */
  flipNext(direction: Direction): void {
    this.flips.add(direction);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private pieceOf({ method, url = '' }: IncomingMessage): Direction | null {
    if (method === 'GET' && url.includes('/inputs/')) return 'down';
    return method === 'PUT' && url.includes('/outputs/') ? 'up' : null;
  }

  private pass(
    from: IncomingMessage,
    to: NodeJS.WritableStream & { destroy(): unknown },
    what: Direction | null,
  ): void {
    from.on('data', (bytes: Buffer) => {
      if (what !== null) {
        if (this.flips.delete(what)) bytes.writeUInt8((bytes[0] ?? 0) ^ 1, 0);
        this.passed[what] += bytes.length;
        this.onBytes(what, this.passed[what]);
      }
      if (to.write(bytes)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
  }
}
