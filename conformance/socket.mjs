// A bare WebSocket that speaks as the check wants, right or wrong.
import { WebSocket } from 'ws';
import { socketUrl } from './desk.mjs';
import { Inbox } from './inbox.mjs';

/** Opens a socket; without `protocols` it names none. */
export const openSocket = async (protocols = ['graphql-transport-ws'], options = {}) => {
  const socket = new WebSocket(socketUrl, protocols, options);
  const inbox = new Inbox();
  const closed = new Promise((resolve) => {
    socket.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      inbox.end();
    });
  });
  socket.on('message', (data) => inbox.put(JSON.parse(data)));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', inbox.end);
  const send = (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return { socket, inbox, closed, send };
};

/** Opens a socket and has it acknowledged. */
export const openAcknowledged = async (authorization) => {
  const opened = await openSocket();
  opened.send({ type: 'connection_init', payload: { authorization } });
  await opened.inbox.find((message) => message.type === 'connection_ack');
  return opened;
};
