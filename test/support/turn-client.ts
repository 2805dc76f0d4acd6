import { createHash, createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";

const MAGIC = 0x2112a442;
const ALLOCATE = 0x003;
const CREATE_PERMISSION = 0x008;
const attribute = {
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  peerAddress: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  addressFamily: 0x0017,
  transport: 0x0019,
} as const;

type Attributes = readonly (readonly [number, Buffer])[];

interface Answer {
  /** 0: it was done. Otherwise the code of STUN or TURN. */
  readonly error: number;
  readonly attributes: ReadonlyMap<number, Buffer>;
}

/** As much of a TURN client (RFC 8656) as it takes to ask a server for an allocation, and for permissions to reach peers from it. */
export class TurnClient {
  readonly #socket: Socket;
  readonly #server: { readonly host: string; readonly port: number };
  readonly #user: { readonly name: string; readonly password: string };
  #realm: Buffer = Buffer.alloc(0);
  #nonce: Buffer = Buffer.alloc(0);

  constructor(host: string, port: number, name: string, password: string) {
    this.#server = { host, port };
    this.#user = { name, password };
    this.#socket = createSocket("udp4");
  }

  /** Asks for an address of the relay; the code of the refusal, or 0. */
  async allocate(family: 4 | 6 = 4): Promise<number> {
    const wanted = (): Attributes => [
      [attribute.transport, Buffer.of(17, 0, 0, 0)],
      ...(family === 6 ? [[attribute.addressFamily, Buffer.of(2, 0, 0, 0)] as const] : []),
    ];
    const first = await this.#ask(ALLOCATE, wanted, false);
    if (first.error !== 401) return first.error;
    this.#realm = first.attributes.get(attribute.realm) ?? this.#realm;
    this.#nonce = first.attributes.get(attribute.nonce) ?? this.#nonce;
    return (await this.#ask(ALLOCATE, wanted, true)).error;
  }

  /** Asks to be let through to a peer; the code of the refusal (403: not there), or 0. */
  async permit(address: string): Promise<number> {
    const attributes = (id: Buffer): Attributes => [[attribute.peerAddress, peer(address, id)]];
    return (await this.#ask(CREATE_PERMISSION, attributes, true)).error;
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: number, attributesFor: (id: Buffer) => Attributes, isSigned: boolean): Promise<Answer> {
    const id = randomBytes(12);
    const attributes = attributesFor(id);
    const message = isSigned ? this.#sign(method, id, attributes) : encode(method, id, attributes);
    return new Promise((resolve, reject) => {
      const send = (): void => this.#socket.send(message, this.#server.port, this.#server.host);
      // UDP may lose it, even here, and a server that starts does not listen yet.
      const again = setInterval(send, 500);
      const late = setTimeout(() => done(() => reject(new Error("the TURN server does not answer"))), 10_000);
      const done = (settle: () => void): void => {
        clearInterval(again);
        clearTimeout(late);
        this.#socket.off("message", hear);
        settle();
      };
      const hear = (answer: Buffer): void => {
        if (answer.subarray(8, 20).equals(id)) done(() => resolve(decode(answer)));
      };
      this.#socket.on("message", hear);
      send();
    });
  }

  #sign(method: number, id: Buffer, attributes: Attributes): Buffer {
    const all: Attributes = [
      ...attributes,
      [attribute.username, Buffer.from(this.#user.name)],
      [attribute.realm, this.#realm],
      [attribute.nonce, this.#nonce],
    ];
    const unsigned = encode(method, id, all, 24);
    const secret = `${this.#user.name}:${this.#realm.toString()}:${this.#user.password}`;
    const key = createHash("md5").update(secret).digest();
    const signature = createHmac("sha1", key).update(unsigned).digest();
    return encode(method, id, [...all, [attribute.integrity, signature]]);
  }
}

/** `more`: bytes that are to follow, which the length counts already. */
function encode(method: number, id: Buffer, attributes: Attributes, more = 0): Buffer {
  const body = Buffer.concat(
    attributes.map(([type, value]) => {
      const padded = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
      padded.writeUInt16BE(type, 0);
      padded.writeUInt16BE(value.length, 2);
      value.copy(padded, 4);
      return padded;
    }),
  );
  const head = Buffer.alloc(8);
  head.writeUInt16BE(method, 0);
  head.writeUInt16BE(body.length + more, 2);
  head.writeUInt32BE(MAGIC, 4);
  return Buffer.concat([head, id, body]);
}

function decode(message: Buffer): Answer {
  const attributes = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2);
    attributes.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  const error = attributes.get(attribute.errorCode);
  return { error: error === undefined ? 0 : (error[2] ?? 0) * 100 + (error[3] ?? 0), attributes };
}

/** XOR-PEER-ADDRESS, with port 80. */
function peer(address: string, id: Buffer): Buffer {
  const bytes = isIPv6(address) ? bytesOf(address) : Buffer.from(address.split(".").map(Number));
  const mask = Buffer.concat([Buffer.of(0x21, 0x12, 0xa4, 0x42), id]);
  const head = Buffer.of(0, bytes.length === 16 ? 2 : 1, 0x21, 0x12 ^ 80);
  return Buffer.concat([head, bytes.map((byte, at) => byte ^ (mask[at] ?? 0))]);
}

function bytesOf(address: string): Buffer {
  // Without the shorthand for IPv4.
  const [head = "", tail = ""] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = [head, tail].map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: 8 - groups.flat().length }, () => "0");
  const all = [...(groups[0] ?? []), ...zeros, ...(groups[1] ?? [])];
  return Buffer.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]));
}
