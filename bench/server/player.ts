/** A client of one of the servers, as lean as can be, and as correct as a real one. */
export interface Player {
  /** Whatever comes that another player sent. */
  onMessage: () => void;
  /** A message to another one, framed: it may be sent any number of times. */
  frameTo(receiver: Player, message: unknown): Buffer;
  send(frame: Buffer): void;
  /** Says goodbye; resolves when the server has closed the socket. */
  leave(): Promise<void>;
}

/** Where servers listen: players ask one after the other, as behind a load balancer. */
export type Ports = readonly number[];

/** How players of one server come in. */
export interface Entrance {
  /** So many players that can reach each other; the first of them is there before the others come. */
  join(ports: Ports, players: number): Promise<readonly Player[]>;
  /** Two members with a way for packets of so many bytes from the first to the second. */
  relay?(ports: Ports, packetBytes: number): Promise<RelayPair>;
}

export interface RelayPair {
  /** Told of each packet that came. */
  onPacket: () => void;
  send(): void;
  leave(): Promise<void>;
}
