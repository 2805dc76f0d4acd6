import Phaser from "phaser";
import { chunkState } from "../game/floe.ts";
import type { FloeChunk, FloePlan, RoundState } from "../game/types.ts";
import { DEPTH } from "./depths.ts";
import { type ChunkFrame, neighbourAcross, paintFloe } from "./floe-art.ts";
import { FX, FX_SIZE, type FxFrame } from "./fx-texture.ts";
import { jitter, type Motes } from "./motes.ts";
import { blend, NIGHT } from "./palette.ts";

/** A piece that broke off takes this long to sink, seconds. */
const SINK_SECONDS = 3.2;

interface Piece {
  readonly chunk: FloeChunk;
  readonly top: Phaser.GameObjects.Image;
  readonly skirt: Phaser.GameObjects.Image;
  readonly cracks: Phaser.GameObjects.Image;
  readonly glow: Phaser.GameObjects.Image;
  /** Pieces that touch this one; `null` stands for open water. */
  readonly neighbours: readonly (FloeChunk | null)[];
  readonly drift: { readonly x: number; readonly y: number; readonly spin: number };
  state: "standing" | "warned" | "gone";
  /** Seconds since it broke off. */
  sunk: number;
}

/** Draws the ice: every piece of its own, shaking before it goes, drifting and sinking afterwards. */
export class FloeLayer {
  readonly #scene: Phaser.Scene;
  readonly #foam: Motes;
  readonly #shards: Motes;
  #plan: FloePlan | null = null;
  #pieces: Piece[] = [];
  #seconds = 0;

  constructor(scene: Phaser.Scene, foam: Motes, shards: Motes) {
    this.#scene = scene;
    this.#foam = foam;
    this.#shards = shards;
  }

  /**
   * `unit`: device pixels for each CSS pixel. `broke`: called for each piece that breaks off before the eyes, with how many
   * went in this frame so far.
   */
  update(plan: FloePlan, round: RoundState, unit: number, dt: number, broke: (chunk: FloeChunk) => void): void {
    this.#seconds += dt;
    if (plan !== this.#plan) this.#build(plan, round.roundMs, unit);
    for (const piece of this.#pieces) {
      const state = chunkState(piece.chunk, round.roundMs);
      if (state !== piece.state) {
        if (state === "gone" && piece.state !== "gone") {
          this.#breakOff(piece);
          broke(piece.chunk);
        }
        piece.state = state;
      }
      this.#draw(piece, round.roundMs, dt);
    }
  }

  #build(plan: FloePlan, roundMs: number, unit: number): void {
    for (const { top, skirt, cracks, glow } of this.#pieces)
      for (const image of [top, skirt, cracks, glow]) image.destroy();
    this.#plan = plan;
    const textures = this.#scene.textures;
    if (textures.exists("floe")) textures.remove("floe");
    const art = paintFloe(plan, unit);
    const texture = textures.addCanvas("floe", art.canvas);
    if (texture === null) return;
    this.#pieces = plan.chunks.flatMap((chunk, index) => {
      const top = art.tops[index];
      const skirt = art.skirts[index];
      if (top === undefined || skirt === undefined) return [];
      const state = chunkState(chunk, roundMs);
      const away = Math.hypot(chunk.site.x, chunk.site.y) || 1;
      const speed = 20 + Math.abs(jitter()) * 22;
      return [
        {
          chunk,
          state,
          sunk: state === "gone" ? SINK_SECONDS : 0,
          top: this.#image(texture, `top-${index}`, top, chunk, DEPTH.ice),
          skirt: this.#image(texture, `skirt-${index}`, skirt, chunk, DEPTH.skirt),
          cracks: this.#warning(chunk, "cracks", 2.1, 0xff6a3a),
          glow: this.#warning(chunk, "soft", 3.2, NIGHT.warm),
          neighbours: neighboursOf(plan, chunk),
          drift: { x: (chunk.site.x / away) * speed, y: (chunk.site.y / away) * speed, spin: jitter() * 0.22 },
        },
      ];
    });
  }

  #image(
    texture: Phaser.Textures.Texture,
    name: string,
    frame: ChunkFrame,
    chunk: FloeChunk,
    depth: number,
  ): Phaser.GameObjects.Image {
    texture.add(name, 0, frame.x, frame.y, frame.width, frame.height);
    // Turns round the chunk's site, wherever that lies in the picture.
    const originX = ((chunk.site.x - frame.originX) * frame.scale) / frame.width;
    const originY = ((chunk.site.y - frame.originY) * frame.scale) / frame.height;
    return this.#scene.add
      .image(chunk.site.x, chunk.site.y, texture.key, name)
      .setOrigin(originX, originY)
      .setScale(1 / frame.scale)
      .setDepth(depth);
  }

  #warning(chunk: FloeChunk, frame: FxFrame, size: number, colour: number): Phaser.GameObjects.Image {
    const spans = chunk.corners.map((corner) => Math.hypot(corner.x - chunk.site.x, corner.y - chunk.site.y));
    return this.#scene.add
      .image(chunk.site.x, chunk.site.y, FX, frame)
      .setScale((Math.min(...spans) * size) / FX_SIZE)
      .setRotation(chunk.id * 1.3)
      .setDepth(DEPTH.warning)
      .setBlendMode(Phaser.BlendModes.ADD)
      .setTint(colour)
      .setVisible(false);
  }

  #draw(piece: Piece, roundMs: number, dt: number): void {
    const { chunk, top, skirt, cracks, glow, state } = piece;
    // Inside the floe nobody sees the sides of a piece.
    const edge = piece.neighbours.some((other) => other === null || roundMs >= other.breaksAtMs);
    skirt.setVisible(edge && piece.sunk < SINK_SECONDS);
    if (state === "standing") return;
    if (state === "warned") {
      const progress = 1 - (chunk.breaksAtMs - roundMs) / 3000;
      const pulse = 0.5 + 0.5 * Math.sin(this.#seconds * (9 + progress * 14));
      const shake = progress * progress * 2.4;
      top.setTint(blend(0xffffff, 0xd8a0c8, 0.3 + 0.4 * progress));
      top.setPosition(chunk.site.x + jitter() * shake, chunk.site.y + jitter() * shake);
      cracks.setVisible(true).setAlpha(0.35 + 0.65 * progress);
      glow.setVisible(true).setAlpha((0.12 + 0.3 * pulse) * (0.45 + 0.55 * progress));
      return;
    }
    cracks.setVisible(false);
    glow.setVisible(false);
    piece.sunk += dt;
    const share = Math.min(1, piece.sunk / SINK_SECONDS);
    if (share >= 1) {
      top.setVisible(false);
      return;
    }
    const x = chunk.site.x + piece.drift.x * piece.sunk;
    const y = chunk.site.y + piece.drift.y * piece.sunk + share * share * 12;
    const size = 1 - share * 0.16;
    top
      .setDepth(DEPTH.sinking)
      .setPosition(x, y)
      .setRotation(piece.drift.spin * piece.sunk)
      .setAlpha(1 - share ** 1.6);
    top.setTint(blend(0x8cb0e0, 0x163f6c, Math.min(1, share * 1.5))).setScale(top.getData("scale") * size);
    skirt
      .setPosition(x, y)
      .setRotation(piece.drift.spin * piece.sunk)
      .setAlpha((1 - share) ** 2);
  }

  #breakOff(piece: Piece): void {
    piece.sunk = 0;
    piece.top.setData("scale", piece.top.scaleX);
    const { corners, site } = piece.chunk;
    corners.forEach((from, index) => {
      const to = corners[(index + 1) % corners.length] ?? from;
      for (const share of [0.2, 0.5, 0.8]) {
        const x = from.x + (to.x - from.x) * share;
        const y = from.y + (to.y - from.y) * share;
        const away = Math.hypot(x - site.x, y - site.y) || 1;
        this.#foam.add({
          frame: "soft",
          x,
          y: y + 8,
          vx: ((x - site.x) / away) * 26,
          vy: ((y - site.y) / away) * 26,
          life: 1.2 + Math.random() * 0.9,
          size: 22,
          endSize: 54,
          alpha: 0.4,
          tint: NIGHT.foam,
          drag: 1,
        });
        if (share !== 0.5) continue;
        this.#shards.add({
          frame: "shard",
          x,
          y,
          vx: jitter() * 130,
          vy: jitter() * 130 - 30,
          life: 0.5 + Math.random() * 0.5,
          size: 9 + Math.random() * 10,
          endSize: 3,
          angle: Math.random() * 6,
          spin: jitter() * 9,
          drag: 2,
        });
      }
    });
  }
}

function neighboursOf(plan: FloePlan, chunk: FloeChunk): (FloeChunk | null)[] {
  return chunk.corners.map((from, index) => {
    const to = chunk.corners[(index + 1) % chunk.corners.length] ?? from;
    return Math.hypot(to.x - from.x, to.y - from.y) < 4 ? chunk : neighbourAcross(plan, from, to);
  });
}
