import { io } from 'socket.io-client';

/**
 * Whether a browser's socket may connect.
 * @param path below which the server's sockets are
 */
export function connects(
  url: string,
  extraHeaders: Record<string, string>,
  path = '/socket.io',
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = io(url, { path, transports: ['websocket'], extraHeaders, reconnection: false });
    socket.on('connect', () => {
      socket.close();
      resolve(true);
    });
    socket.on('connect_error', () => {
      socket.close();
      resolve(false);
    });
  });
}
