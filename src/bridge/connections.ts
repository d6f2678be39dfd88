import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps a server at so many connections at most. A new one beyond that takes the place of the one that has asked nothing for
 * the longest time, so that connections held open without a request lock nobody out; what is being answered is never cut.
 */
export function limitConnections(server: Server, most: number): void {
  const open = new Set<Socket>();
  /** Those without a request, longest first. */
  const waiting = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    waiting.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      waiting.delete(socket);
    });
    if (open.size <= most) return;
    const [longest = socket] = waiting;
    // Another one may come before this one has closed.
    open.delete(longest);
    waiting.delete(longest);
    longest.destroy();
  });
  server.on('request', ({ socket }, response) => {
    waiting.delete(socket);
    response.once('close', () => {
      if (open.has(socket)) waiting.add(socket);
    });
  });
}
