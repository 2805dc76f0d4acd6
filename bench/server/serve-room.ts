/** A bare Colyseus room, as its users serve one. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { defineRoom, registerRoomDefinitions, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { BARE_ROOM, BareRoom } from "./bare-room.ts";
import { answerParent } from "./looked-at.ts";

const http = createServer();
const server = new Server({ transport: new WebSocketTransport({ server: http }), greet: false });
registerRoomDefinitions({ [BARE_ROOM]: defineRoom(BareRoom) });
await server.listen(0, "127.0.0.1");
answerParent((http.address() as AddressInfo).port);
