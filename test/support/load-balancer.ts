import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Hands each connection to the next of some ports, as the simplest of load balancers does; to the one after if nobody answers. */
export class LoadBalancer {
  /** Where new connections go. */
  ports: readonly number[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #next = 0;

  static async start(...ports: readonly number[]): Promise<LoadBalancer> {
    const balancer = new LoadBalancer(ports);
    await new Promise<void>((resolve) => balancer.#server.listen(0, "127.0.0.1", resolve));
    return balancer;
  }

  private constructor(ports: readonly number[]) {
    this.ports = ports;
    this.#server = createServer((socket) => {
      this.#keep(socket);
      this.#pass(socket, this.ports.length);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(socket: Socket, tries: number): void {
    const port = this.ports[this.#next++ % this.ports.length];
    if (tries === 0 || port === undefined) {
      socket.destroy();
      return;
    }
    const onward = connect(port, "127.0.0.1");
    let isThere = false;
    onward.once("connect", () => {
      isThere = true;
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => {
      if (!isThere) this.#pass(socket, tries - 1);
    });
    onward.on("close", () => {
      if (isThere) socket.destroy();
    });
    socket.on("close", () => onward.destroy());
    this.#keep(onward);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
