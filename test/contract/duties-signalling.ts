import { expect } from "vitest";
import { BackendPair, connectedPair, quiet, Side, untilTold } from "./backend-pair.ts";
import type { AddDuty, Subject } from "./duty.ts";

/** Well formed, and nobody listens there. */
const USELESS_CANDIDATE = "candidate:1 1 udp 2113937151 127.0.0.1 9 typ host";

export function signallingDuties(duty: AddDuty, subject: Subject): void {
  /** A side that has made an offer, and whose candidates have all been told. */
  async function offered(): Promise<Side> {
    const side = new Side(subject);
    side.channel("one", { negotiated: true, id: 1 });
    side.backend.createOffer();
    await untilTold(subject, () => side.recording.descriptions.length > 0, "an offer");
    side.backend.setLocalDescription("offer", side.recording.descriptions[0]?.sdp ?? "");
    await untilTold(subject, () => side.recording.states("gathering").includes("complete"), "the end of candidates");
    return side;
  }

  duty("B2 candidates handed over right after a remote description are applied to it", async () => {
    const a = await offered();
    const b = new Side(subject);
    const inB = b.channel("one", { negotiated: true, id: 1 });
    b.backend.setRemoteDescription("offer", a.recording.descriptions[0]?.sdp ?? "");
    for (const { media, index, name } of a.recording.candidates) b.backend.addIceCandidate(media, index, name);
    await untilTold(subject, () => b.recording.descriptions.length > 0, "an answer");
    const answer = b.recording.descriptions[0]?.sdp ?? "";
    // b's candidates never reach a: the two can only meet through those that b was given.
    b.backend.setLocalDescription("answer", answer);
    a.backend.setRemoteDescription("answer", answer);
    await untilTold(subject, () => inB.heard.includes("open"), "the channel to open");
    expect([...a.recording.failures, ...b.recording.failures]).toEqual([]);
    a.backend.close();
    b.backend.close();
  });

  duty(
    "B2 an answer applied right after the offer, with candidates right behind it, takes effect in that order",
    async () => {
      const pair = new BackendPair(subject);
      const [toB, toA] = pair.negotiate(1);
      pair.b.carriesCandidates = false;
      pair.a.carriesCandidates = false;
      pair.a.backend.createOffer();
      await untilTold(subject, () => pair.a.recording.descriptions.length > 0, "an offer");
      const offer = pair.a.recording.descriptions[0]?.sdp ?? "";
      pair.b.backend.setRemoteDescription("offer", offer);
      await untilTold(subject, () => pair.b.recording.descriptions.length > 0, "an answer");
      const answer = pair.b.recording.descriptions[0]?.sdp ?? "";
      pair.b.backend.setLocalDescription("answer", answer);
      await untilTold(
        subject,
        () => pair.b.recording.states("gathering").includes("complete"),
        "the end of candidates",
      );
      pair.a.backend.setLocalDescription("offer", offer);
      pair.a.backend.setRemoteDescription("answer", answer);
      for (const { media, index, name } of pair.b.recording.candidates)
        pair.a.backend.addIceCandidate(media, index, name);
      await untilTold(subject, () => toB.heard.includes("open") && toA.heard.includes("open"), "the channel to open");
      expect(pair.a.recording.failures).toEqual([]);
      pair.close();
    },
  );

  duty("B2 what goes wrong is told once each, by name, with a reason, and thrown never", async () => {
    const side = new Side(subject);
    side.channel("one", { negotiated: true, id: 1 });
    expect(side.backend.setRemoteDescription("offer", "v=rubbish")).toBeUndefined();
    expect(side.backend.addIceCandidate("0", 0, USELESS_CANDIDATE)).toBeUndefined();
    expect(side.backend.setLocalDescription("offer", "v=rubbish")).toBeUndefined();
    expect(side.backend.setRemoteDescription("answer", "v=rubbish")).toBeUndefined();
    await untilTold(subject, () => side.recording.failures.length >= 4, "four failures");
    await quiet(subject);
    expect(side.recording.failures.map(({ operation }) => operation).sort()).toEqual([
      "addIceCandidate",
      "setLocalDescription",
      "setRemoteDescription",
      "setRemoteDescription",
    ]);
    for (const { reason } of side.recording.failures) expect(reason).toMatch(/\w+ \w+/);
    expect(side.recording.descriptions).toEqual([]);
    side.backend.close();
  });

  duty("B2 an offer asked for at the wrong time fails by its own name, and the answer still comes", async () => {
    const a = await offered();
    const b = new Side(subject);
    b.backend.setRemoteDescription("offer", a.recording.descriptions[0]?.sdp ?? "");
    await untilTold(subject, () => b.recording.descriptions.length > 0, "an answer");
    b.backend.createOffer();
    await untilTold(subject, () => b.recording.failures.length > 0, "a failure");
    await quiet(subject);
    expect(b.recording.failures.map(({ operation }) => operation)).toEqual(["createOffer"]);
    expect(b.recording.descriptions.map(({ type }) => type)).toEqual(["answer"]);
    a.backend.close();
    b.backend.close();
  });

  duty("B2 a candidate for no section is told as a failure and does not spoil the good ones", async () => {
    const pair = new BackendPair(subject);
    const [toB, toA] = pair.negotiate(1);
    pair.a.backend.createOffer();
    await pair.until(() => pair.b.recording.descriptions.length > 0, "an answer");
    pair.b.backend.addIceCandidate("no such section", 0, USELESS_CANDIDATE);
    await pair.until(() => toB.heard.includes("open") && toA.heard.includes("open"), "the channel to open");
    expect(pair.b.recording.failures.map(({ operation }) => operation)).toEqual(["addIceCandidate"]);
    expect(pair.a.recording.failures).toEqual([]);
    pair.close();
  });

  duty("B2 a candidate that cannot be read is told as a failure, and does not spoil the good ones", async () => {
    const pair = new BackendPair(subject);
    const [toB, toA] = pair.negotiate(1);
    pair.a.backend.createOffer();
    await pair.until(() => pair.b.recording.descriptions.length > 0, "an answer");
    pair.b.backend.addIceCandidate("0", 0, "candidate:rubbish");
    await pair.until(() => toB.heard.includes("open") && toA.heard.includes("open"), "the channel to open");
    expect(pair.b.recording.failures.map(({ operation }) => operation)).toEqual(["addIceCandidate"]);
    pair.close();
  });

  duty(
    "B2 candidates that cannot be used, right behind a description, spoil neither it nor the good ones",
    async () => {
      const a = await offered();
      const b = new Side(subject);
      const inB = b.channel("one", { negotiated: true, id: 1 });
      b.backend.setRemoteDescription("offer", a.recording.descriptions[0]?.sdp ?? "");
      const { media, index } = a.recording.candidates[0] ?? { media: "0", index: 0 };
      for (const useless of [
        USELESS_CANDIDATE,
        USELESS_CANDIDATE.replace("2113937151", "9999999999"),
        USELESS_CANDIDATE.replace(" 9 ", " 99999 "),
        USELESS_CANDIDATE.replace("host", "guest"),
        "candidate:rubbish",
      ])
        b.backend.addIceCandidate(media, index, useless);
      for (const { media, index, name } of a.recording.candidates) b.backend.addIceCandidate(media, index, name);
      await untilTold(subject, () => b.recording.descriptions.length > 0, "an answer");
      const answer = b.recording.descriptions[0]?.sdp ?? "";
      b.backend.setLocalDescription("answer", answer);
      a.backend.setRemoteDescription("answer", answer);
      await untilTold(subject, () => inB.heard.includes("open"), "the channel to open");
      // Firefox takes all of them, and makes nothing of them.
      for (const { operation } of b.recording.failures) expect(operation).toBe("addIceCandidate");
      a.backend.close();
      b.backend.close();
    },
  );

  duty("B2 after close nothing is told of operations that were under way, nor of later ones", async () => {
    const a = await offered();
    const offer = a.recording.descriptions[0]?.sdp ?? "";
    const offering = new Side(subject);
    offering.channel("one", { negotiated: true, id: 1 });
    offering.backend.createOffer();
    const answering = new Side(subject);
    answering.backend.setRemoteDescription("offer", offer);
    answering.backend.addIceCandidate("0", 0, "candidate:rubbish");
    const failing = new Side(subject);
    failing.backend.setRemoteDescription("offer", "v=rubbish");
    failing.backend.setLocalDescription("offer", "v=rubbish");
    const later = new Side(subject);
    for (const side of [offering, answering, failing, later]) side.backend.close();
    later.backend.createOffer();
    later.backend.setRemoteDescription("offer", offer);
    later.backend.setLocalDescription("offer", offer);
    later.backend.addIceCandidate("0", 0, USELESS_CANDIDATE);
    await quiet(subject);
    for (const side of [offering, answering, failing, later]) expect(side.recording.heard).toEqual([]);
    a.backend.close();
  });

  duty("B3 createOffer answers once, and does not apply the offer", async () => {
    const side = new Side(subject);
    side.channel("one", { negotiated: true, id: 1 });
    expect(side.backend.createOffer()).toBeUndefined();
    await untilTold(subject, () => side.recording.descriptions.length > 0, "an offer");
    await quiet(subject);
    expect(side.recording.heard).toEqual(["offer"]);
    expect(side.recording.descriptions[0]?.sdp).toMatch(/^v=0\r?\n/);
    side.backend.close();
  });

  duty("B3 a remote offer is applied and answered exactly once; a remote answer is not answered", async () => {
    const a = await offered();
    const b = new Side(subject);
    b.channel("one", { negotiated: true, id: 1 });
    b.backend.setRemoteDescription("offer", a.recording.descriptions[0]?.sdp ?? "");
    await untilTold(subject, () => b.recording.descriptions.length > 0, "an answer");
    await quiet(subject);
    // Applied, but the answer is not: that is for the caller to do.
    expect(b.recording.heard.filter((word) => word !== "connection connecting")).toEqual([
      "signalling have-remote-offer",
      "answer",
    ]);
    expect(b.recording.descriptions[0]?.sdp).toMatch(/^v=0\r?\n/);
    b.carryTo(a);
    await untilTold(subject, () => a.recording.states("signalling").includes("stable"), "the answer to be applied");
    await quiet(subject);
    expect(a.recording.descriptions.map(({ type }) => type)).toEqual(["offer"]);
    expect(b.recording.descriptions.map(({ type }) => type)).toEqual(["answer"]);
    a.backend.close();
    b.backend.close();
  });

  duty("B4 candidates come one by one after setLocalDescription, none of them empty, none after the end", async () => {
    const side = await offered();
    const { heard, candidates, descriptions } = side.recording;
    expect(candidates.length).toBeGreaterThan(0);
    for (const { media, index, name } of candidates) {
      expect(name).toMatch(/^candidate:\S+( \S+){6} /);
      expect(descriptions[0]?.sdp).toContain(`a=mid:${media}`);
      expect(index).toBe(0);
    }
    expect(new Set(candidates.map(({ name }) => name)).size).toBe(candidates.length);
    await quiet(subject);
    expect(heard.lastIndexOf("candidate")).toBeLessThan(heard.indexOf("gathering complete"));
    side.backend.close();
  });

  duty("B4 the answering side's candidates come only after setLocalDescription, too", async () => {
    const a = await offered();
    const b = new Side(subject);
    b.backend.setRemoteDescription("offer", a.recording.descriptions[0]?.sdp ?? "");
    await untilTold(subject, () => b.recording.descriptions.length > 0, "an answer");
    await quiet(subject);
    expect(b.recording.candidates).toEqual([]);
    b.carryTo(a);
    await untilTold(subject, () => b.recording.states("gathering").includes("complete"), "the end of candidates");
    expect(b.recording.candidates.length).toBeGreaterThan(0);
    a.backend.close();
    b.backend.close();
  });

  duty("B5 states are told in the words of the W3C, each change once and in order", async () => {
    const { pair } = await connectedPair(subject);
    const { a, b } = pair;
    await pair.until(
      () => [a, b].every((side) => side.recording.states("gathering").includes("complete")),
      "the end of candidates",
    );
    await quiet(subject);
    for (const { recording } of [a, b]) {
      expect(recording.states("connection")).toEqual(["connecting", "connected"]);
      expect(recording.states("gathering")).toEqual(["gathering", "complete"]);
      expect(recording.failures).toEqual([]);
      expect(recording.toldInsideCalls).toEqual([]);
    }
    expect(a.recording.states("signalling")).toEqual(["have-local-offer", "stable"]);
    expect(b.recording.states("signalling")).toEqual(["have-remote-offer", "stable"]);
    pair.close();
  });

  duty("B5 an offer taken back is told as stable", async () => {
    const side = await offered();
    side.backend.setLocalDescription("rollback", "");
    await untilTold(subject, () => side.recording.states("signalling").length >= 2, "a change of state");
    await quiet(subject);
    expect(side.recording.states("signalling")).toEqual(["have-local-offer", "stable"]);
    expect(side.recording.failures).toEqual([]);
    side.backend.close();
  });
}
