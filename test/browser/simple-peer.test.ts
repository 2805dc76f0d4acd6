import SimplePeer10 from "@thaunknown/simple-peer";
import SimplePeer9 from "simple-peer/simplepeer.min.js";
import { afterEach, describe, expect, test } from "vitest";
import { browserBackend } from "../../src/backends/browser/browser-backend.ts";
import { simplePeerBackend } from "../../src/backends/simple-peer/index.ts";
import { ErrorCode } from "../../src/base/error-code.ts";
import { TickmeshError } from "../../src/base/tickmesh-error.ts";
import { CloseReason } from "../../src/connection/close-reason.ts";
import { ConnectionState } from "../../src/connection/connection-state.ts";
import { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import type { BackendFactory } from "../../src/seam/connection-backend.ts";
import { InMemorySignalling } from "../../src/signalling/in-memory-signalling.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { readAll } from "../support/link-mesh.ts";
import { MeshMember, pollMembers, pollUntilMeshed } from "../support/mesh-member.ts";
import { connect, connectedPair, link, makePair, negotiate } from "../support/pair.ts";
import { until } from "../support/until.ts";

const words = collectDiagnostics();

const versions = [
  ["9", SimplePeer9],
  ["10", SimplePeer10],
] as const;

const members: MeshMember[] = [];
afterEach(() => {
  for (const member of members.splice(0)) member.peer.close();
});

test("J1 one mesh on simple-peer 9, simple-peer 10 and the browser's own: everybody hears everybody, in all modes", async () => {
  // Of a pair, the higher id offers: each kind offers to each other kind, and answers it.
  const kinds: readonly (readonly [number, BackendFactory])[] = [
    [1, browserBackend],
    [2, simplePeerBackend(SimplePeer9)],
    [3, simplePeerBackend(SimplePeer10)],
    [4, browserBackend],
    [5, simplePeerBackend(SimplePeer9)],
  ];
  const group = new InMemorySignalling();
  for (const [id, backend] of kinds) {
    const createConnection = (): WebRTCPeerConnection => new WebRTCPeerConnection({ backend });
    members.push(new MeshMember(group.join(id), { createConnection }));
  }
  await pollUntilMeshed(members);
  const heard = new Set<string>();
  await pollMembers(members, () => {
    for (const { id, peer } of members) {
      for (const mode of Object.values(TransferMode)) {
        peer.transferMode = mode;
        peer.putPacket(Uint8Array.of(id, mode));
      }
      while (peer.getAvailablePacketCount() > 0) {
        const [from, mode] = [peer.getPacketPeer(), peer.getPacketMode()];
        expect([...peer.getPacket()]).toEqual([from, mode]);
        heard.add(`${from} to ${id} in mode ${mode}`);
      }
    }
    return heard.size === 5 * 4 * 3;
  });
  // Who leaves is seen to leave, whatever it stands on.
  for (const id of [3, 4, 2]) {
    const [leaver] = members.splice(
      members.findIndex((member) => member.id === id),
      1,
    );
    leaver?.peer.close();
    await pollMembers(members, () => {
      for (const { peer } of members) readAll(peer);
      return members.every(({ log }) => log.some((line) => line.startsWith(`-${id} `)));
    });
  }
});

for (const [near, Near] of versions) {
  for (const [far, create] of [
    ["the browser's own", browserBackend],
    ["simple-peer 9", simplePeerBackend(SimplePeer9)],
    ["simple-peer 10", simplePeerBackend(SimplePeer10)],
  ] as const) {
    test(`J1 simple-peer ${near} and ${far} make channels in band, either offering, and close`, async () => {
      for (const offers of ["near", "far"]) {
        const [nearEnd, farEnd] = [simplePeerBackend(Near), create].map(
          (backend) => new WebRTCPeerConnection({ backend }),
        );
        if (nearEnd === undefined || farEnd === undefined) throw new Error("two connections");
        const [a, b] = offers === "near" ? [nearEnd, farEnd] : [farEnd, nearEnd];
        link(a, b);
        const labels: string[] = [];
        for (const end of [a, b]) {
          end.on("dataChannelReceived", (channel) => labels.push(channel.getLabel()));
          end.createDataChannel(end === a ? "of the offering" : "of the answering");
        }
        const step = (): void => {
          a.poll();
          b.poll();
        };
        expect(a.createOffer()).toBe(ErrorCode.OK);
        await until(() => labels.length === 2, { step, what: "both channels" });
        // Nothing of simple-peer's own shows at the far side.
        expect(labels.sort()).toEqual(["of the answering", "of the offering"]);
        nearEnd.close();
        await until(() => farEnd.closeReason === CloseReason.CLOSED_BY_PEER, { step, what: "the end" });
        farEnd.close();
      }
    });
  }
}

describe.each(versions)("simple-peer %s", (_, SimplePeer) => {
  test("J2 its options are used: the transformation of descriptions, its configuration", async () => {
    const sdpTransform = (sdp: string): string => sdp.replace("s=-", "s=transformed");
    const backend = simplePeerBackend(SimplePeer, { sdpTransform, config: { iceTransportPolicy: "relay" } });
    const pair = makePair({ backend });
    const descriptions: string[] = [];
    for (const end of [pair.a, pair.b]) {
      end.on("sessionDescriptionCreated", (_type, sdp) => descriptions.push(sdp));
      // What the connection itself is given goes before.
      end.initialize({ iceTransportPolicy: "all" });
    }
    await connect(pair, ...negotiate(pair, 1));
    expect(descriptions).toHaveLength(2);
    for (const end of [pair.a, pair.b]) {
      const native = end.getNative() as RTCPeerConnection;
      expect(native.getConfiguration()).toMatchObject({ iceServers: [], iceTransportPolicy: "all" });
      end.close();
    }
    const asked = new WebRTCPeerConnection({ backend });
    asked.createDataChannel("any");
    expect((asked.getNative() as RTCPeerConnection).getConfiguration().iceTransportPolicy).toBe("relay");
    asked.close();
  });

  test("J2 without trickling, descriptions carry the candidates, and none comes by itself", async () => {
    const pair = makePair({ backend: simplePeerBackend(SimplePeer, { trickle: false }) });
    let candidates = 0;
    const descriptions: string[] = [];
    for (const end of [pair.a, pair.b]) {
      end.on("iceCandidateCreated", () => candidates++);
      end.on("sessionDescriptionCreated", (_type, sdp) => descriptions.push(sdp));
    }
    await connect(pair, ...negotiate(pair, 1));
    expect(candidates).toBe(0);
    for (const sdp of descriptions) expect(sdp).toContain("a=candidate:");
    pair.a.close();
    pair.b.close();
  });

  test("J3 a connection that simple-peer gives up reads FAILED, with the reason", async () => {
    const made: { destroy(error?: Error): void }[] = [];
    class Known extends SimplePeer {
      constructor(options?: object) {
        super(options);
        made.push(this as never);
      }
    }
    for (const error of [new Error("enough"), undefined]) {
      const { a, b, step } = await connectedPair({ backend: simplePeerBackend(Known) });
      made.at(-1)?.destroy(error);
      await until(() => b.getConnectionState() === ConnectionState.FAILED, { step, what: "the failure" });
      expect(b.closeReason).toBe(CloseReason.CONNECTION_LOST);
      await until(() => a.closeReason === CloseReason.CLOSED_BY_PEER, { step, what: "the other side to notice" });
      a.close();
      b.close();
    }
  });

  test("J3 so does one that is given a description that makes no sense", async () => {
    const connection = new WebRTCPeerConnection({ backend: simplePeerBackend(SimplePeer) });
    connection.createDataChannel("any");
    connection.setRemoteDescription("offer", "v=rubbish");
    await until(() => connection.getConnectionState() === ConnectionState.FAILED, { step: () => connection.poll() });
    expect(connection.closeReason).toBe(CloseReason.BAD_DESCRIPTION);
    expect(words.at(-1)).toMatch(/setRemoteDescription: simple-peer has given up: \w+/);
    connection.close();
  });

  test("J4 a local description that simple-peer did not make is refused: it has applied its own", async () => {
    const connection = new WebRTCPeerConnection({ backend: simplePeerBackend(SimplePeer) });
    connection.createDataChannel("any");
    connection.on("sessionDescriptionCreated", (type, sdp) => {
      connection.setLocalDescription(type, sdp.replace("s=-", "s=mine"));
    });
    connection.createOffer();
    await until(() => connection.getConnectionState() === ConnectionState.FAILED, { step: () => connection.poll() });
    expect(words.at(-1)).toMatch(/setLocalDescription: simple-peer applies the descriptions that it makes/);
    connection.close();
  });
});

test("J2 its wrtc is used", async () => {
  let made = 0;
  class Counted extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      made += 1;
    }
  }
  const wrtc = { RTCPeerConnection: Counted, RTCSessionDescription, RTCIceCandidate };
  const { a, b } = await connectedPair({ backend: simplePeerBackend(SimplePeer9, { wrtc }) });
  expect(made).toBe(2);
  expect(a.getNative()).toBeInstanceOf(Counted);
  a.close();
  b.close();
});

test("J5 what is no class is refused by an error, what is not simple-peer's class by each connection, in words", () => {
  const wrong = { default: SimplePeer9 } as unknown as typeof SimplePeer9;
  expect(() => simplePeerBackend(wrong)).toThrow(TickmeshError);
  expect(() => simplePeerBackend(wrong)).toThrow(/simplePeerBackend: object is no class/);
  const connection = new WebRTCPeerConnection({ backend: simplePeerBackend(EventTarget) });
  expect(connection.createDataChannel("any")).toBeNull();
  expect(words.some((line) => line.includes("a class that is not simple-peer's"))).toBe(true);
  const unusable = new WebRTCPeerConnection({
    backend: simplePeerBackend(SimplePeer9, { config: { iceTransportPolicy: "nonsense" } }),
  });
  expect(unusable.createDataChannel("any")).toBeNull();
  expect(words.at(-1)).toMatch(/cannot make a connection of this configuration/);
});
