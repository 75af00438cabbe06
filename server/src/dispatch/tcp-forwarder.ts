import { createServer, connect, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** Far more than nodes need: each has two connections a lane. */
const MOST_CONNECTIONS = 2000;

/** ms of silence after which a peer is asked whether it is still there: one that lost its power says no goodbye. */
const KEEP_ALIVE_MS = 10_000;

export interface Target {
  host: string;
  port: number;
}

/** Passes connections to a port of this machine's every interface on to one of its loopback. */
export class TcpForwarder {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(target: Target) {
    this.server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
      (client) => {
        const upstream = connect({ ...target, noDelay: true });
        for (const socket of [client, upstream]) {
          this.sockets.add(socket);
          socket.once('close', () => this.sockets.delete(socket));
        }
        // One side's end is the other's: both are destroyed, and whoever is there connects again.
        const over = () => {
          client.destroy();
          upstream.destroy();
        };
        pipeline(client, upstream, over);
        pipeline(upstream, client, over);
      },
    );
    this.server.maxConnections = MOST_CONNECTIONS;
  }

  /** @throws Error with the code of `listen`, such as EADDRINUSE */
  static async open(port: number, target: Target): Promise<TcpForwarder> {
    const forwarder = new TcpForwarder(target);
    await new Promise<void>((resolve, reject) => {
      forwarder.server.once('error', reject);
      forwarder.server.listen(port, () => {
        forwarder.server.off('error', reject);
        resolve();
      });
    });
    // What goes wrong with a single connection, such as too many open files, must not end the server.
    forwarder.server.on('error', () => undefined);
    return forwarder;
  }

  /** Lets nobody in any more, and ends what is connected. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
